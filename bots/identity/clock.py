"""What happens by itself as time passes: the ladder, the end of a capacity and of a claim. One process does it at a
time; what is decided lies in the outbox in the same transaction.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import timedelta

from bots.identity import capacities, claims, letters, place, restricting, rungs, showing, standings
from bots.identity.desk import Desk
from bots.identity.exempt import Exempt
from bots.identity.identifying import Likenesses, identify
from bots.identity.place import Place
from bots.identity.policy import Rules
from bots.identity.profiles import present
from bots.identity.restoring import lift, restore
from bots.identity.rooms_state import Declaring
from bots.identity.rungs import Did
from bots.identity.standings import Asked, Due
from bridge.model import EndpointRef, UserId
from bridge.seal import Kek
from bridge.spans import span
from bridge.store import links, tongues
from bridge.store.database import GROUND, Connection
from bridge.store.keyring import NO_ROOM
from bridge.work import kind

log = logging.getLogger(__name__)

LOCK = 0x1DE8
"""The advisory lock that lets one process look at a time."""

AT_ONCE = 200
"""People for whom one look does what is due."""

AFTER_FAILURE = timedelta(hours=1)
"""After which it is tried again for whom it failed."""

UNDER_WAY = 30
"""Direct chats that are being made at once: more would keep the homeserver from what people say."""


class Clock:
    """Looks at what is due, every few seconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._declaring = Declaring(desk)

    async def run(self) -> None:
        """Works until cancelled."""
        await self._desk.known.until_read()
        while True:
            try:
                async with self._desk.host.pool.acquire() as connection:
                    while await self.look(connection):
                        pass
            except GROUND as error:
                log.warning("nobody looks at the clock while the database is away (%s)", type(error).__name__)
            except Exception as error:  # a bad row must not stop what is due for others for good
                log.error("what is due waits: %s", kind(error))
            await asyncio.sleep(self._desk.settings.every_seconds)

    async def look(self, connection: Connection) -> bool:
        """Looks once, unless another process is looking; whether there is more to be done at once."""
        kek = await self._desk.keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
        async with connection.transaction():
            if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
                return False
            places = dict(await place.all_of(connection, self._desk.settings))
            await self._endings(connection, kek)
            busy = await standings.places(connection)
            await self._part(connection, kek, places, busy)
            await standings.begin(connection, [room for one in places.values() for room in _asked(one)])
            for one in places.values():
                if one.ref in busy:
                    await self._as_asked(connection, kek, one)
            await self._declaring.declare(connection, kek, list(places.values()))
            await present(self._desk, connection, kek, places.values())
            await restricting.keep_raised(self._desk, connection, kek, list(places.values()))
            return await self._due(connection, kek, places)

    async def _as_asked(self, connection: Connection, kek: Kek, there: Place) -> None:
        """Those who stand on the ladder stand on the one that the place asks for now, or on none."""
        rules = there.rules
        if rules.enforce == "on":
            await standings.begin_really(connection, there.ref)
        if rules.enforce == "off" or rules.externals == "open":
            for one in await standings.at(connection, there.ref):
                if rules.externals == "open" if one.external else rules.enforce == "off":
                    await lift(self._desk, connection, kek, there, one, "cleared")

    async def _due(self, connection: Connection, kek: Kek, places: dict[EndpointRef, Place]) -> bool:
        """Does what is due; whether there may be more of it."""
        exempt = Exempt(self._desk, connection)
        by_letter = [one.ref for one in places.values() if _by_letter(one.rules)]
        found = await standings.due(connection, AT_ONCE, by_letter, max(0, UNDER_WAY - await _under_way(connection)))
        touched: dict[EndpointRef, set[UserId]] = {}
        for due in found:
            ref, user = due.standing.place, due.standing.user_id
            if (there := places.get(ref)) is None:  # nothing is asked there any more
                await standings.wait(connection, due.standing, None)
                continue
            did = await self._climb(connection, kek, there, due, exempt)
            if did.power or did.lifted:
                touched.setdefault(ref, set()).update({user} if did.lifted else set())
        for ref, lifted in touched.items():
            await restricting.apply(self._desk, connection, kek, places[ref], frozenset(lifted))
        return len(found) >= AT_ONCE

    async def _climb(self, connection: Connection, kek: Kek, there: Place, due: Due, exempt: Exempt) -> Did:
        """One rung; one for whom it fails is looked at again later, and keeps nobody waiting."""
        try:
            async with connection.transaction():
                return await rungs.climb(self._desk, connection, kek, there, due, exempt)
        except GROUND:
            raise
        except Exception as error:
            log.error("what is due for somebody in place %d waits: %s", there.ref, kind(error))
            await standings.wait(connection, due.standing, self._desk.known.clock() + AFTER_FAILURE)
            return Did()

    async def _part(
        self, connection: Connection, kek: Kek, places: Collection[EndpointRef], busy: Collection[EndpointRef]
    ) -> None:
        """Rooms that belong to the place no more are let go: whoever may not write there because of it may again."""
        former = await place.former(connection, busy)
        for ref in sorted(busy):
            gone = ref not in places
            ends = [*former.get(ref, ()), *([await links.by_ref(connection, ref)] if gone else ())]
            await restricting.release(self._desk, connection, kek, ref, ends, once=gone)
            for one in await standings.at(connection, ref) if gone else ():
                await standings.settle(connection, one, "cleared")

    async def _endings(self, connection: Connection, kek: Kek) -> None:
        """What ends by time."""
        desk = self._desk
        await refresh(desk, connection, kek, await claims.ended(connection))
        for ref, user, until in await capacities.over(connection):
            cause = f"identity:over:{ref}:{user}:{until.timestamp():.6f}"
            await letters.tell_where(desk, connection, kek, ref, user, cause, "id-official-over")
        for claim in await claims.ending(connection, desk.keyring, span(desk.settings.claims.renew)):
            cause = f"identity:renew:{claim.id}"
            day = _day(desk, claim)
            await letters.tell_where(desk, connection, kek, claim.room, claim.user_id, cause, "id-claim-ends", day=day)


def _asked(there: Place) -> Sequence[Asked]:
    """What each of a place's rooms asks; nothing where it asks nothing."""
    rules = there.rules
    said = (rules.enforce != "off", rules.enough == "verified", rules.externals != "open")
    rooms = [(end.homeserver, end.room_id) for end in there.ends if rules.concerns and end.room_id is not None]
    return [Asked(there.ref, homeserver, room_id, *said) for homeserver, room_id in rooms]


def _by_letter(rules: Rules) -> bool:
    """Whether people are really told something, each in a chat of their own."""
    return rules.notices == "direct" and rules.enforce != "simulate"


async def refresh(
    desk: Desk, connection: Connection, kek: Kek, people: Sequence[UserId], likenesses: Likenesses | None = None
) -> None:
    """Looks again who these people are; whoever is known now is restored at once."""
    if not people:
        return
    kept, changed = await identify(connection, desk.keyring, kek, desk.known, people, likenesses)
    await tongues.suggest(connection, {user: desk.known.language(user) for user in people})
    if changed:
        await showing.everywhere(desk, connection, kek, [kept[user] for user in changed])
        await restore(desk, connection, kek, [kept[user].tag for user in changed])


async def _under_way(connection: Connection) -> int:
    found: int = await connection.fetchval(
        "select count(distinct o.lane) from outbox o join private_chat p on p.endpoint = o.lane"
        " where o.state = 'waiting'"
    )
    return found


def _day(desk: Desk, claim: claims.Claim) -> str:
    return claim.until.astimezone(desk.settings.tz).date().isoformat() if claim.until is not None else ""
