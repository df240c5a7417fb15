"""The loop by which a bot's device hears of room keys: a /sync of its own, without rooms, whose token moves on only
with what it brought. One process at a time does it for each device; what comes while nobody does waits at the
homeserver.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mautrix.api import Method

from bridge.e2ee.foreign_json import at
from bridge.e2ee.recovery import RecoveryKey
from bridge.gateway import outcome
from bridge.gateway.e2ee.backup import Backup
from bridge.gateway.e2ee.directory import Directory
from bridge.gateway.e2ee.healing import Healing
from bridge.gateway.e2ee.mail import Mail, Taken
from bridge.gateway.e2ee.olm import Olm
from bridge.gateway.e2ee.own_devices import OwnDevices, Ready
from bridge.gateway.homeserver import Homeserver, Refused, path
from bridge.model import UserId
from bridge.store import encrypted_rooms, our_devices, people
from bridge.store.database import GROUND, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.lane_locks import Hold, LaneLocks
from bridge.work import kind

log = logging.getLogger(__name__)

NO_ROOMS = json.dumps(
    {"room": {"rooms": []}, "presence": {"not_types": ["*"]}, "account_data": {"not_types": ["*"]}},
    separators=(",", ":"),
)
BETWEEN = 0.5
"""Seconds after which a device asks again, when nobody waits for a key: so long may somebody's new device miss what we
say.
"""

SELDOM = 10.0
"""The same for a bot with which few people talk: whoever waits for a key makes it ask at once."""

AFTER_TROUBLE = 2.0
"""Seconds until the homeserver is asked again when it did not answer."""

BETWEEN_QUESTIONS = 10.0
"""Seconds after which it is looked whether a missing key is to be asked for."""

LEAST_BETWEEN_REPAIRS = 3_600.0
"""Seconds between two attempts to mend the session with one device."""
MOST_MENDED = 10_000
"""Broken sessions that are remembered."""


@dataclass(frozen=True)
class Means:
    """What the loop works with, on one homeserver."""

    homeserver: Homeserver
    own: OwnDevices
    olm: Olm
    directory: Directory
    recovery: RecoveryKey
    pool: Pool
    keyring: Keyring
    journal: Journal
    locks: LaneLocks
    poll_seconds: float


class KeySync:
    """Follows one bot's device."""

    def __init__(self, means: Means, bot: UserId, when_made: bool = False) -> None:
        """`when_made`: of a bot that may never speak; its device begins when it has an account, and rests longer."""
        self._means = means
        self._bot = bot
        self._when_made = when_made
        self._between = SELDOM if when_made else BETWEEN
        self._mended: dict[str, float] = {}
        self._wanted = asyncio.Event()

    def told(self, _rooms: frozenset[int] | None) -> None:
        """Somebody waits for a key."""
        self._wanted.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                await self._wait_for_account()
                ours = await self._means.own.ready(self._bot, receives=True)
                async with self._means.locks.held(ours.device.ref) as hold:
                    if hold is not None:
                        await self._follow(ours, hold)
            except outcome.PASSING as failure:
                log.warning("no keys come from %s for now (%s)", self._means.homeserver.name, failure)
            except GROUND as failure:
                log.warning("no keys are taken: the database is away (%s)", type(failure).__name__)
            except Exception as error:  # one homeserver that answers nonsense stops nothing else
                log.error("no keys come from %s: %s", self._means.homeserver.name, kind(error))
            await asyncio.sleep(AFTER_TROUBLE)

    async def _follow(self, ours: Ready, hold: Hold) -> None:
        means = self._means
        backup = Backup(means.homeserver, ours, means.recovery, means.pool, means.keyring)
        healing = Healing(means.homeserver, ours, means.olm, means.pool, means.keyring, means.journal)
        mail = Mail(ours, means.pool, means.keyring)
        clock = asyncio.get_running_loop().time
        chores_at = clock()
        ask_at = chores_at + self._means.poll_seconds
        while not hold.lost:
            await self._wait_for_need()
            self._wanted.clear()
            answer = await self._sync(ours)
            taken = await mail.take(answer)
            left = at(answer, "device_one_time_keys_count", "signed_curve25519")
            unused = answer.get("device_unused_fallback_key_types")
            fallback_used = isinstance(unused, list) and "signed_curve25519" not in unused
            await means.own.replenish(ours, left if isinstance(left, int) else 0, fallback_used)
            await self._mend(ours, taken)
            if taken.keys:
                chores_at = clock()  # something may heal
            if at(answer, "to_device", "events"):
                continue  # more may wait, keys that are missing among it
            if clock() >= ask_at:
                await self._try(healing.ask())
                ask_at = clock() + BETWEEN_QUESTIONS
            if clock() >= chores_at:
                await self._try(healing.heal())
                await self._try(backup.add())
                chores_at = clock() + self._means.poll_seconds
            await self._rest()

    async def _try(self, chore: Awaitable[object]) -> None:
        """One that fails keeps neither keys from coming nor the others from being done; it is tried again."""
        try:
            await chore
        except outcome.PASSING as failure:
            log.warning("%s: a chore of encryption is put off (%s)", self._means.homeserver.name, failure)

    async def _rest(self) -> None:
        """Until somebody waits for a key, or for a moment. A long poll would wake, at the homeserver's cost, with each
        event of each room that the bot is in.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._between):
                await self._wanted.wait()

    async def _wait_for_account(self) -> None:
        while self._when_made:
            async with self._means.pool.acquire() as connection:
                if await people.device(connection, self._means.homeserver.name, self._bot) is not None:
                    return
            await asyncio.sleep(self._means.poll_seconds)

    async def _wait_for_need(self) -> None:
        """Returns when there is an encrypted room: until then nobody has anything to tell the device."""
        while True:
            async with self._means.pool.acquire() as connection:
                if await encrypted_rooms.any_on(connection, self._means.homeserver.name):
                    return
            await asyncio.sleep(self._means.poll_seconds)

    async def _sync(self, ours: Ready) -> dict[str, Any]:
        async with self._means.pool.acquire() as connection:
            device = await our_devices.find(connection, self._means.keyring, ours.device.homeserver, self._bot)
        assert device is not None, "a device of ours is never deleted"
        query = {"filter": NO_ROOMS, "set_presence": "offline", "timeout": "0"}
        if device.since is not None:
            query["since"] = device.since
        answer = await self._means.homeserver.call(Method.GET, path("v3", "sync"), ours.acting, query=query)
        if not isinstance(answer.get("next_batch"), str):
            raise Refused(502, None, None)
        return answer

    async def _mend(self, ours: Ready, taken: Taken) -> None:
        """Makes a new session with each device whose message could not be read, so that its next one can."""
        now = asyncio.get_running_loop().time()
        for user, their_key in taken.unread:
            if now - self._mended.get(their_key, -LEAST_BETWEEN_REPAIRS) < LEAST_BETWEEN_REPAIRS:
                continue
            if len(self._mended) >= MOST_MENDED:
                self._mended.clear()
            self._mended[their_key] = now
            known, _ = await self._means.directory.devices(ours.acting, [user])
            broken = [one for one in known if one.curve25519 == their_key]
            await self._means.olm.tell(ours, broken, "m.dummy", {}, uuid.uuid4().hex, anew=True)
