"""The three roles of a running Setu, each built from the same parts: what it listens for, and the tasks that do its
work.
"""

from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bridge import ground, readers, secret_file
from bridge.commands.circle import Circle
from bridge.commands.follower import Commands
from bridge.commands.house import House, Spokesman
from bridge.config import Settings
from bridge.customs import Customs
from bridge.e2ee.recovery import RecoveryKey
from bridge.follower import Follower, Loop
from bridge.follower import Ground as FollowerGround
from bridge.gateway.accounts import Accounts
from bridge.gateway.drain import Drain, Pace
from bridge.gateway.drain import Ground as GatewayGround
from bridge.gateway.e2ee.directory import Directory
from bridge.gateway.e2ee.encryption import Encryption, Policy
from bridge.gateway.e2ee.key_sync import KeySync, Means
from bridge.gateway.e2ee.olm import Olm
from bridge.gateway.e2ee.own_devices import OwnDevices
from bridge.gateway.fetching import Fetching
from bridge.gateway.homeserver import Homeserver
from bridge.gateway.perform import Performer, Side
from bridge.gateway.probe import probe
from bridge.gateway.rounds import Rounds
from bridge.gateway.whisper import Whispers
from bridge.guests import Guests
from bridge.intake import bot_routes
from bridge.intake.absence import Absences, compare_after
from bridge.intake.echoes import Echoes
from bridge.intake.receiver import Receiver
from bridge.intake.transaction import Intake
from bridge.media_folder import MediaFolder
from bridge.mirror.backfill import Backfill
from bridge.mirror.delivery import Delivery
from bridge.mirror.follower import Mirror
from bridge.mirror.undelivered import Undelivered
from bridge.mirror.unread import Unread
from bridge.model import HomeserverName, UserId
from bridge.origin import Signer
from bridge.plugin import Bot, Host
from bridge.reading import Reader
from bridge.relay import Relay
from bridge.store import outbound_sessions, people
from bridge.store.database import Connection, Unfit
from bridge.store.journal import Journal
from bridge.store.lane_locks import DEVICES, FILES, LaneLocks
from bridge.store.notify import Told
from bridge.store.outbox import Order
from bridge.tongues import Tongues
from bridge.watch import Watch

LONGEST_BETWEEN_CHORES = 2.0
"""Seconds after which it is looked whether something heals, is to be asked for, or to be backed up."""

LAST_ANSWERS = 3.0
"""Seconds that requests which are being answered have left when Setu is told to stop."""

Task = Coroutine[Any, Any, None]


@dataclass(frozen=True)
class Parts:
    """What every role is built from."""

    settings: Settings
    bots: Sequence[Bot]
    ground: ground.Ground
    journal: Journal
    customs: Customs
    signer: Signer
    recovery: RecoveryKey
    tongues: Tongues
    relay: Relay | None = None
    """What is said in passing, where it is carried."""
    media: MediaFolder | None = None
    """Where files are kept, where they are."""
    settings_file: Path | None = None


@dataclass(frozen=True)
class Role:
    """A role at work."""

    tasks: Sequence[Task] = ()
    on_journal: Sequence[Told] = field(default=())
    on_echoes: Sequence[Told] = field(default=())
    on_outbox: Sequence[Told] = field(default=())
    on_files: Sequence[Told] = field(default=())
    on_keys: Sequence[Told] = field(default=())


async def intake(parts: Parts, stack: AsyncExitStack) -> Role:
    """Listens for homeservers; the web server has its own tasks."""
    settings, pool = parts.settings, parts.ground.pool
    tokens = {HomeserverName(h.server_name): secret_file.read(h.hs_token_file) for h in settings.homeservers}

    async def knows_ghost(homeserver: HomeserverName, user_id: UserId) -> bool:
        async with pool.acquire() as connection:
            return await people.is_known_ghost(connection, homeserver, user_id)

    keyring, bot = parts.ground.keyring, settings.mirror.bot
    absences = Absences(tokens, lambda: datetime.now(UTC))
    taking = Intake(pool, parts.journal, keyring, Echoes(parts.customs.ours), absences, bot)
    hear = parts.relay.hear if parts.relay is not None else None
    receiver = Receiver(tokens, taking, knows_ghost, hear)
    application = receiver.application()
    for guest in parts.bots:
        if guest.serves is not None:
            bot_routes.add(application, guest.name, guest.serves(guest.given(settings), _host(parts)))
    runner = web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=LAST_ANSWERS,
        lingering_time=0,
        auto_decompress=False,  # a body that claims to be compressed and is not would be an error for ever
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.listen.host, settings.listen.port).start()
    return Role([compare_after(absences, pool, keyring, bot)])


async def followers(parts: Parts, _stack: AsyncExitStack) -> Role:
    """Reads the journal: the mirror, commands, and what the bots bring."""
    guests = Guests.called(parts.settings, parts.bots, _host(parts))
    mirror = _mirror(parts, guests)
    judged = tuple(name for name in guests.judges if name != Commands.name)
    commands = Commands(_house(parts, guests, mirror), after=judged)
    chosen: list[Follower] = [mirror, commands, *guests.followers]
    _assert_known({follower.name for follower in chosen}, chosen)
    settings = parts.settings.followers
    stood = FollowerGround(
        parts.ground.pool, Reader(parts.journal, parts.ground.keyring), parts.ground.keyring, settings.batch,
        settings.poll_seconds,
        gone_before=frozenset(before for follower in chosen for before in follower.after),
    )  # fmt: skip
    loops = [Loop(follower, stood) for follower in chosen]
    backfill = Backfill(mirror, stood.pool, stood.reader, stood.keyring, stood.batch)
    own = [backfill.run(), _watch(parts).run(), *(loop.run(settings.workers) for loop in loops)]
    tasks = [*own, *(task() for task in guests.tasks)]
    return Role(tasks, on_journal=[loop.told for loop in loops], on_echoes=[loop.told_of_echoes for loop in loops])


def _assert_known(names: set[str], chosen: Sequence[Follower]) -> None:
    """A follower that comes after nobody would wait for ever, without a word."""
    for follower in chosen:
        if unknown := set(follower.after) - names:
            raise Unfit(f"the follower {follower.name} comes after {sorted(unknown)[0]}, which is not installed")


def _host(parts: Parts) -> Host:
    return Host(
        pool=parts.ground.pool,
        journal=parts.journal,
        keyring=parts.ground.keyring,
        customs=parts.customs,
        tongues=parts.tongues,
        hub=HomeserverName(parts.settings.hub.server_name),
        admin_room=parts.settings.admin_room,
        media=parts.media,
        settings_file=parts.settings_file,
    )


def _mirror(parts: Parts, guests: Guests) -> Mirror:
    return Mirror(
        parts.customs,
        parts.signer,
        parts.ground.keyring,
        parts.journal,
        parts.tongues,
        guests.speakers,
        guests.border,
        after=guests.judges,
    )


def _house(parts: Parts, guests: Guests, mirror: Mirror) -> House:
    settings = parts.settings
    return House(
        customs=parts.customs,
        journal=parts.journal,
        keyring=parts.ground.keyring,
        mirror=mirror,
        tongues=parts.tongues,
        hub=HomeserverName(settings.hub.server_name),
        admin_room=settings.admin_room,
        admins=Circle(settings.admins),
        welcome=Circle(settings.invite_from if settings.invite_from is not None else settings.admins),
        followers=readers.names(parts.settings, parts.bots),
        hub_spaces=settings.mirror.hub_spaces,
        bots=parts.bots,
        spoken={word: Spokesman(account, commands) for word, account, commands in guests.spoken},
        vouchers=guests.vouchers,
    )


def _watch(parts: Parts) -> Watch:
    settings, hub = parts.settings, HomeserverName(parts.settings.hub.server_name)
    return Watch(
        pool=parts.ground.pool,
        keyring=parts.ground.keyring,
        hub=hub,
        bot=parts.customs.bot_on(hub),
        admin_room=settings.admin_room,
        unread=Unread(parts.customs, parts.ground.keyring, parts.tongues),
        tongues=parts.tongues,
        followers=readers.names(parts.settings, parts.bots),
        limit_seconds=settings.oldest_unhandled_seconds,
        every_seconds=settings.followers.poll_seconds,
    )


async def gateway(parts: Parts, stack: AsyncExitStack) -> Role:
    """Speaks to the homeservers."""
    settings, pool = parts.settings, parts.ground.pool
    timeout = aiohttp.ClientTimeout(total=settings.gateway.timeout_seconds)
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
    locks = LaneLocks(parts.ground.url)
    stack.push_async_callback(locks.close)
    pace = Pace(
        settings.gateway.in_flight,
        timedelta(seconds=settings.gateway.longest_wait_seconds),
        settings.followers.poll_seconds,
    )
    told = (parts.customs, parts.ground.keyring, parts.journal, parts.tongues)
    undelivered, delivery = Undelivered(*told), Delivery(*told) if settings.mirror.delivery_states else None

    async def mourn(connection: Connection, order: Order, reason: str) -> None:
        await undelivered.tell(connection, order, reason)
        if delivery is not None:
            await delivery.failed(connection, order, reason)
        await fetching.missed(connection, order, reason)

    fetching = Fetching(pool, parts.ground.keyring, parts.media, settings.media.largest_bytes)
    arrived = delivery.arrived if delivery is not None else None
    stood = GatewayGround(pool, parts.ground.keyring, locks, pace, mourn, arrived)
    sides = _sides(parts, session)
    performers = {name: Performer(side, sides, pool, parts.journal, fetching) for name, side in sides.items()}
    drains = [Drain(name, performer, stood) for name, performer in performers.items()]
    file_locks = LaneLocks(parts.ground.url, FILES)
    stack.push_async_callback(file_locks.close)
    slower = replace(pace, in_flight=max(1, pace.in_flight // 2))
    beside = replace(stood, locks=file_locks, pace=slower)
    file_drains = [Drain(name, performer, beside, files=True) for name, performer in performers.items()]
    probes = [probe(side.homeserver, settings.mirror.bot, pool) for side in sides.values()]
    rounds = Rounds(pool, parts.ground.keyring, settings.mirror.bot, settings.followers.poll_seconds)
    relay = [parts.relay.run(Whispers(sides, pool).carry)] if parts.relay is not None else []
    async with pool.acquire() as connection:
        await outbound_sessions.look_again(connection)  # the settings may refuse a device that has a session
    devices = LaneLocks(parts.ground.url, DEVICES)
    stack.push_async_callback(devices.close)
    key_syncs = [sync for side in sides.values() for sync in _key_syncs(parts, side, devices)]
    draining = [drain.run() for drain in (*drains, *file_drains)]
    tasks = [*draining, *probes, *(sync.run() for sync in key_syncs), rounds.run(), *relay]
    return Role(
        tasks,
        on_outbox=[drain.told for drain in drains],
        on_files=[drain.told for drain in file_drains],
        on_keys=[key_sync.told for key_sync in key_syncs],
    )


def _key_syncs(parts: Parts, side: Side, devices: LaneLocks) -> Sequence[KeySync]:
    """Of our bot at once; of a bot that can be talked to when it has come somewhere."""
    means, name = _means(parts, side, devices), side.homeserver.name
    talking = [bot.account.on(name) for bot in parts.bots if bot.word is not None]
    return [KeySync(means, side.bot), *(KeySync(means, account, when_made=True) for account in talking)]


def _sides(parts: Parts, session: aiohttp.ClientSession) -> dict[HomeserverName, Side]:
    sides = {}
    for given in parts.settings.homeservers:
        name = HomeserverName(given.server_name)
        homeserver = Homeserver(name, given.url, secret_file.read(given.as_token_file), session)
        accounts = Accounts(homeserver, parts.ground.pool)
        sides[name] = Side(homeserver, accounts, parts.customs.bot_on(name), _encryption(parts, homeserver, accounts))
    return sides


def _encryption(parts: Parts, homeserver: Homeserver, accounts: Accounts) -> Encryption:
    pool, keyring, given = parts.ground.pool, parts.ground.keyring, parts.settings.encryption
    policy = Policy(
        ours=lambda user: parts.customs.ours(user, homeserver.name),
        cross_signed_only=given.share_keys_with == "cross_signed",
        blocked=frozenset(given.blocked_devices),
    )
    own = OwnDevices(homeserver, accounts, pool, keyring, parts.recovery)
    olm, directory = Olm(homeserver, pool, keyring), Directory(homeserver, pool)
    return Encryption(homeserver, own, olm, directory, pool, keyring, policy)


def _means(parts: Parts, side: Side, locks: LaneLocks) -> Means:
    encryption, settings = side.encryption, parts.settings
    return Means(
        homeserver=side.homeserver,
        own=encryption.own,
        olm=encryption.olm,
        directory=encryption.directory,
        recovery=parts.recovery,
        pool=parts.ground.pool,
        keyring=parts.ground.keyring,
        journal=parts.journal,
        locks=locks,
        poll_seconds=min(settings.followers.poll_seconds, LONGEST_BETWEEN_CHORES),
    )
