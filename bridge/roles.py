"""The three roles of a running Setu, each built from the same parts: what it listens for, and the tasks that do its
work.
"""

from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bridge import ground, secret_file
from bridge.config import Settings
from bridge.follower import Follower, Loop
from bridge.follower import Ground as FollowerGround
from bridge.gateway.accounts import Accounts
from bridge.gateway.drain import Drain, Pace
from bridge.gateway.drain import Ground as GatewayGround
from bridge.gateway.homeserver import Homeserver
from bridge.gateway.perform import Performer, Side
from bridge.gateway.probe import probe
from bridge.intake.receiver import Receiver
from bridge.intake.transaction import Intake
from bridge.mirror.customs import Customs
from bridge.mirror.follower import Mirror
from bridge.mirror.undelivered import Undelivered
from bridge.model import HomeserverName, UserId
from bridge.origin import Signer
from bridge.plugin import Bot
from bridge.store import people
from bridge.store.journal import Journal
from bridge.store.lane_locks import LaneLocks
from bridge.store.notify import Told

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


@dataclass(frozen=True)
class Role:
    """A role at work."""

    tasks: Sequence[Task] = ()
    on_journal: Sequence[Told] = field(default=())
    on_outbox: Sequence[Told] = field(default=())


async def intake(parts: Parts, stack: AsyncExitStack) -> Role:
    """Listens for homeservers. It needs no task: the web server has its own."""
    settings, pool = parts.settings, parts.ground.pool
    tokens = {HomeserverName(h.server_name): secret_file.read(h.hs_token_file) for h in settings.homeservers}

    async def knows_ghost(homeserver: HomeserverName, user_id: UserId) -> bool:
        async with pool.acquire() as connection:
            return await people.is_known_ghost(connection, homeserver, user_id)

    taking = Intake(pool, parts.journal, parts.ground.keyring, settings.mirror.bot)
    receiver = Receiver(tokens, taking, knows_ghost)
    runner = web.AppRunner(receiver.application(), access_log=None, shutdown_timeout=LAST_ANSWERS, lingering_time=0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.listen.host, settings.listen.port).start()
    return Role()


async def followers(parts: Parts, _stack: AsyncExitStack) -> Role:
    """Reads the journal: the mirror, and what the bots bring."""
    chosen = all_followers(parts)
    settings = parts.settings.followers
    stood = FollowerGround(
        parts.ground.pool, parts.journal, parts.ground.keyring, settings.batch, settings.poll_seconds,
        gone_before=frozenset(before for follower in chosen for before in follower.after),
    )  # fmt: skip
    loops = [Loop(follower, stood) for follower in chosen]
    return Role([loop.run(settings.workers) for loop in loops], on_journal=[loop.told for loop in loops])


def all_followers(parts: Parts) -> Sequence[Follower]:
    """Every follower of this installation."""
    mirror = Mirror(parts.customs, parts.signer, parts.ground.keyring, parts.journal)
    return [mirror, *_brought(parts.settings, parts.bots)]


def follower_names(settings: Settings, bots: Sequence[Bot]) -> Sequence[str]:
    """The names of all followers, without making the mirror, which needs the keys."""
    return [Mirror.name, *(follower.name for follower in _brought(settings, bots))]


def _brought(settings: Settings, bots: Sequence[Bot]) -> Sequence[Follower]:
    return [
        follower
        for bot in bots
        for follower in bot.followers(bot.settings.model_validate(settings.bots.get(bot.name, {})))
    ]


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
    undelivered = Undelivered(parts.customs, parts.ground.keyring, parts.journal)
    stood = GatewayGround(pool, parts.ground.keyring, locks, pace, undelivered.tell)
    sides = _sides(parts, session)
    drains = [Drain(name, Performer(side, sides, pool, parts.journal), stood) for name, side in sides.items()]
    probes = [probe(side.homeserver, settings.mirror.bot, pool) for side in sides.values()]
    return Role([*(drain.run() for drain in drains), *probes], on_outbox=[drain.told for drain in drains])


def _sides(parts: Parts, session: aiohttp.ClientSession) -> dict[HomeserverName, Side]:
    sides = {}
    for given in parts.settings.homeservers:
        name = HomeserverName(given.server_name)
        homeserver = Homeserver(name, given.url, secret_file.read(given.as_token_file), session)
        sides[name] = Side(homeserver, Accounts(homeserver, parts.ground.pool), parts.customs.bot_on(name))
    return sides
