"""`setu run`: the composition root. It declares the links and keeps its roles at work until it is told to stop: intake,
followers, gateway. Any number of processes may share the roles of one installation.
"""

import asyncio
import logging
import signal
import uuid
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bridge import ground, keys, origin
from bridge.config import Settings
from bridge.customs import Customs
from bridge.mirror.declare import declare, enter
from bridge.mirror.spaces import Spaces
from bridge.model import HomeserverName
from bridge.plugin import Bot
from bridge.relay import Relay
from bridge.roles import Parts, Role, Task, followers, gateway, intake
from bridge.store import compared, direct, links, migrate, notify, our_devices
from bridge.store.database import GROUND, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM
from bridge.tongues import Tongues

log = logging.getLogger(__name__)

ROLES = {"intake": intake, "followers": followers, "gateway": gateway}
HOUR = 3600.0
POLL_LISTENING = 1.0
"""Seconds between attempts to listen to the database again."""


async def run(settings: Settings, bots: Sequence[Bot], roles: Collection[str], settings_file: Path) -> None:
    """Works until SIGTERM or SIGINT.

    Args:
        settings_file: where the settings stand, for work that a process of its own does.

    Raises:
        As `bridge.ground.opened`, where Setu cannot stand; nothing once it stands.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        parts = replace(await _parts(settings, bots, stack), settings_file=settings_file)
        await _declare_links(parts)
        working = [await ROLES[name](parts, stack) for name in ROLES if name in roles]
        tasks = [asyncio.create_task(task) for task in _tasks(parts, working)]
        log.info("ready: %s", ", ".join(name for name in ROLES if name in roles))
        await _until(stop, tasks)


async def _parts(settings: Settings, bots: Sequence[Bot], stack: AsyncExitStack) -> Parts:
    stood = await stack.enter_async_context(ground.opened(settings, bots))
    key = keys.signing_key(settings.keys.signing_file)
    own = {origin.public_text(key.public_key()): key.public_key()}
    others = {text.rstrip("="): origin.public_key(text) for text in settings.mirror.trusted_signers.values()}
    customs = Customs.of(settings, [bot.account.localpart for bot in bots])
    journal = Journal(stood.pool, stood.keyring)
    relay = Relay() if settings.mirror.ephemeral else None
    async with stood.pool.acquire() as connection:
        may_make = not await our_devices.any_made(connection)
        recovery = keys.recovery_key(settings.keys.recovery_file, may_make)
        await our_devices.stand_on(connection, recovery.fingerprint)
    signer = origin.Signer(key, {**own, **others})
    tongues, media = _tongues(settings, bots), await ground.media(settings.media, stood)
    return Parts(settings, bots, stood, journal, customs, signer, recovery, tongues, relay, media)


def _tongues(settings: Settings, bots: Sequence[Bot]) -> Tongues:
    catalogues = ground.catalogues(bots)
    catalogues.assert_sound()
    return Tongues(catalogues, {homeserver.server_name: homeserver.language for homeserver in settings.homeservers})


async def _declare_links(parts: Parts) -> None:
    """At each start, in every process: the same declaration twice is one."""
    async with parts.ground.pool.acquire() as connection:
        kek = await parts.ground.keyring.current(connection, NO_ROOM)
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", migrate.LOCK)
            hub = HomeserverName(parts.settings.hub.server_name)
            start = uuid.uuid4().hex
            await declare(connection, kek, parts.customs, hub, parts.settings.links, start)
            if (room := parts.settings.admin_room) is not None:
                await enter(connection, kek, parts.customs, await links.declare_endpoint(connection, hub, room), start)
            await direct.allow(connection, parts.settings.mirror.direct_chats)
            if parts.settings.mirror.hub_spaces:
                invite = {link.name: link.people for link in parts.settings.links}
                await Spaces(connection, kek, parts.customs, hub).declare(invite)
            await compared.again(connection, kek, parts.settings.mirror.bot)


def _tasks(parts: Parts, working: Sequence[Role]) -> list[Task]:
    told = {
        notify.JOURNAL: [tell for role in working for tell in role.on_journal],
        notify.ECHOES: [tell for role in working for tell in role.on_echoes],
        notify.OUTBOX: [tell for role in working for tell in role.on_outbox],
        notify.FILES: [tell for role in working for tell in role.on_files],
        notify.KEYS: [tell for role in working for tell in role.on_keys],
    }
    return [
        notify.listen(parts.ground.url, told, POLL_LISTENING),
        _keep_months(parts.ground.pool),
        *(task for role in working for task in role.tasks),
    ]


async def _keep_months(pool: Pool) -> None:
    """Makes the coming months' partitions in time."""
    while True:
        try:
            async with pool.acquire() as connection:
                await migrate.make_months(connection, datetime.now(UTC))
        except GROUND as error:
            log.warning("the coming months' partitions are not made yet (%s)", type(error).__name__)
        await asyncio.sleep(HOUR)


async def _until(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    for task in (stopped, *tasks):
        task.cancel()
    await asyncio.gather(stopped, *tasks, return_exceptions=True)
    for task in done:
        task.result()
