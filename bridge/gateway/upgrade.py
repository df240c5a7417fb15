"""Follows a room into its replacement (Client-Server API, "Room Upgrades"), and never blindly (CVE-2021-32659): both
ends must name each other, and whoever replaced the room must have had the power to. What is not followed is an alarm.
"""

from dataclasses import dataclass
from datetime import timedelta

from mautrix.api import Method

from bridge.actions import FollowUpgrade
from bridge.gateway import outcome, rooms
from bridge.gateway.accounts import Accounts
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Dead, Done, Outcome, Retry
from bridge.gateway.walk import RoomReader
from bridge.model import Event, UserId, server_of, storable
from bridge.power import MODERATOR, Powers
from bridge.saying import Saying
from bridge.store import alarms, links, people, replaced
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.outbox import Order

LOOK_AGAIN = timedelta(seconds=3)
MOST_LOOKS = 28_800
"""A day of looking whether the bot is invited into a replacement; the room's messages wait as long."""

MOST_BROUGHT = 100
"""Ghosts that come along at once."""

MOST_SAID = 2_000
"""Events of the replacement from before our coming that are carried."""


@dataclass(frozen=True)
class Ends:
    """What both rooms say of each other."""

    tombstone: Event
    powers: Powers
    kind: object
    """The old room's type: none for an ordinary room, `m.space` for a space."""


def cannot_replace(action: FollowUpgrade, ends: Ends, homeserver: str, old: str) -> Saying | None:
    """What in the old room speaks against following its tombstone; None where nothing does. Pure."""
    if ends.tombstone.id != action.event_id or ends.tombstone.content.get("replacement_room") != action.replacement:
        return Saying.of("replacement-another")
    if ends.tombstone.sender != action.sender or not may_replace(ends.powers, action.sender):
        return Saying.of("replacement-no-power", sender=action.sender)
    if action.replacement == old or server_of(action.replacement) not in ("", homeserver):
        return Saying.of("replacement-elsewhere", room=action.replacement, homeserver=homeserver)
    return None


def may_replace(powers: Powers, user_id: str) -> bool:
    """Also where a room lets everybody set a tombstone, only its moderators take the link with them."""
    return powers.of(user_id) >= max(powers.needed("m.room.tombstone"), MODERATOR)


def is_no_replacement(create: Event, ends: Ends, homeserver: str, old: str) -> Saying | None:
    """What in the new room's first event speaks against it; None where nothing does. Pure."""
    before = create.content.get("predecessor")
    if not isinstance(before, dict) or before.get("room_id") != old:
        return Saying.of("replacement-names-no-old")
    if create.sender is None or server_of(create.sender) != homeserver:
        return Saying.of("replacement-made-elsewhere")
    if create.sender != ends.tombstone.sender and not may_replace(ends.powers, create.sender):
        return Saying.of("replacement-made-by", sender=create.sender)
    if create.content.get("type") != ends.kind:
        return Saying.of("replacement-other-kind")
    return None


@dataclass(frozen=True)
class Upgrade:
    """Follows upgrades on one homeserver, as `bot`."""

    homeserver: Homeserver
    accounts: Accounts
    bot: Acting
    pool: Pool
    journal: Journal

    async def follow(self, order: Order, old: str, action: FollowUpgrade) -> Outcome:
        """One attempt. Everything is looked at again in each; nothing but the last step changes the link."""
        if old == action.replacement:  # an earlier attempt went there, and was interrupted
            return await self._settle(action.replacement)
        ends = await self._ends(old)
        if ends is None:
            return await self._refuse(order, old, Saying.of("replacement-no-tombstone"))
        why = cannot_replace(action, ends, self.homeserver.name, old) or await self._taken(action.replacement)
        if why is not None:
            return await self._refuse(order, old, why)
        try:
            await rooms.join(self.homeserver, self.bot, action.replacement)
        except Refused as refused:
            if refused.status not in (403, 404):
                raise
            return await self._wait(order, old, action)
        return await self._inside(order, old, action, ends)

    async def _inside(self, order: Order, old: str, action: FollowUpgrade, ends: Ends) -> Outcome:
        create = await self._state(action.replacement, "m.room.create")
        why = await self._against(create, ends, old)
        if why is not None:
            await self.homeserver.call(Method.POST, path("v3", "rooms", action.replacement, "leave"), self.bot)
            inside = Saying.of("replacement-inside", room=action.replacement, why=why)
            return await self._refuse(order, old, inside)
        await self._bring_ghosts(order, action.replacement)
        async with self.pool.acquire() as connection, connection.transaction():
            await replaced.move(connection, order.lane, old, action.replacement)
            await alarms.clear(connection, _cause(order))
        return await self._settle(action.replacement)

    async def _against(self, create: Event | None, ends: Ends, old: str) -> Saying | None:
        """What in the new room speaks against it."""
        if create is None:
            return Saying.of("replacement-no-beginning")
        return is_no_replacement(create, ends, self.homeserver.name, old) or await self._unknown_end(old, create)

    async def _ends(self, old: str) -> Ends | None:
        tombstone, create = await self._state(old, "m.room.tombstone"), await self._state(old, "m.room.create")
        if tombstone is None or create is None:
            return None
        powers = Powers.read(create, await self._state(old, "m.room.power_levels"))
        return Ends(tombstone, powers, create.content.get("type"))

    async def _state(self, room_id: str, kind: str) -> Event | None:
        """The whole event of this state, as it stands."""
        address = path("v3", "rooms", room_id, "state", kind, "")
        try:
            return Event.read(await self.homeserver.raw(Method.GET, address, self.bot, query={"format": "event"}))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    async def _taken(self, replacement: str) -> Saying | None:
        async with self.pool.acquire() as connection:
            taken = await replaced.is_taken(connection, self.homeserver.name, replacement)
        return Saying.of("replacement-taken", room=replacement) if taken else None

    async def _unknown_end(self, old: str, create: Event) -> Saying | None:
        """Where the new room names the old one's last event, that must be one."""
        named = create.content["predecessor"].get("event_id")
        if named is None:  # since room version 12
            return None
        async with self.pool.acquire() as connection:
            known = await replaced.is_journalled(connection, self.homeserver.name, old, storable(named) or "")
        return None if known else Saying.of("replacement-unknown-end")

    async def _wait(self, order: Order, old: str, action: FollowUpgrade) -> Outcome:
        if order.attempts >= MOST_LOOKS:
            return await self._refuse(order, old, Saying.of("replacement-no-invitation"))
        why = Saying.of("invite-into-replacement", bot=self.bot.user_id, room=action.replacement, old=old)
        async with self.pool.acquire() as connection, connection.transaction():
            await links.set_state(connection, order.lane.endpoint, "uninvited", why)
            if order.attempts == 0:
                what = Saying.of("waits-at", homeserver=self.homeserver.name, why=why)
                await alarms.raise_alarm(connection, _cause(order), what)
        return Retry("the bot is not invited into the replacement", LOOK_AGAIN)

    async def _refuse(self, order: Order, old: str, why: Saying) -> Outcome:
        what = Saying.of("not-followed", homeserver=self.homeserver.name, old=old, why=why)
        async with self.pool.acquire() as connection, connection.transaction():
            await alarms.raise_alarm(connection, _cause(order), what)
            await links.set_state(connection, order.lane.endpoint, "open")
        return Done(f"not followed: {why}")

    async def _bring_ghosts(self, order: Order, replacement: str) -> None:
        """Who stood in the old room stands in the new one; who cannot come in is asked again when they speak."""
        async with self.pool.acquire() as connection:
            ghosts = await people.ghosts_in(connection, order.lane.endpoint)
        for number, (person, ghost) in enumerate(ghosts):
            if number >= MOST_BROUGHT or not await self._came(ghost, replacement):
                async with self.pool.acquire() as connection:
                    await people.gone(connection, order.lane.endpoint, person)

    async def _came(self, ghost: UserId, replacement: str) -> bool:
        try:
            acting = await self.accounts.ready(ghost)
            return not isinstance(await rooms.bring_in(self.homeserver, self.bot, acting, replacement), Dead)
        except Refused as refused:
            if isinstance(outcome.of_failure(refused), Dead):
                return False
            raise

    async def _settle(self, replacement: str) -> Outcome:
        """Journals the new room's state, and what was said there before we came."""
        await rooms.read_state(self.homeserver, self.bot, replacement, self.journal)
        said: list[Event] = []
        async for page in RoomReader(self.homeserver, self.bot, replacement).backwards(""):
            said += page.events
            if len(said) >= MOST_SAID:
                break
        late = [Arrival(event, "messages", late=True) for event in reversed(said)]
        await self.journal.append(self.homeserver.name, late)
        return Done(replacement)


def _cause(order: Order) -> str:
    return f"upgrade:{order.lane.endpoint}"
