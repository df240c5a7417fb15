"""What an event held before it was redacted, where the homeserver still has it and gives it to an administrator or to
who may redact in the room (MSC2815). It becomes an entry that cites the redacted one; else the gap register says why.
"""

from mautrix.api import Method

from bridge.actions import Refetch
from bridge.gateway.homeserver import Acting, Refused, path
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.walk import RoomReader
from bridge.model import Event
from bridge.store import alarms
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal

ASKED = {"fi.mau.msc2815.include_unredacted_content": "true"}
DELETED = "FI.MAU.MSC2815_UNREDACTED_CONTENT_DELETED"


async def refetch(room: RoomReader, action: Refetch, journal: Journal, pool: Pool) -> Outcome:
    """Repeated, it journals nothing twice."""
    homeserver, room_id = room.homeserver, room.room_id
    address = path("v3", "rooms", room_id, "event", action.event_id)
    try:
        event = Event.read(await homeserver.raw(Method.GET, address, room.reader, query=ASKED))
    except Refused as refused:
        if refused.status not in (400, 403, 404):
            raise
        reason = _reason(refused, room.reader)
    else:
        reason = "it came redacted, and the homeserver does not give what it held (MSC2815 is not enabled there)"
        if event.id == action.event_id and event.room_id == room_id and event.content:
            await journal.append(homeserver.name, [Arrival(event, "messages", late=True, cites=action.pos)])
            return Done(action.event_id)
    async with pool.acquire() as connection:
        await alarms.gap(connection, homeserver.name, room_id, action.pos, action.event_id, reason)
    return Done()


def _reason(refused: Refused, bot: Acting) -> str:
    if refused.errcode == DELETED or refused.status == 404:
        return "it came redacted, and the homeserver has deleted what it held"
    return f"it came redacted, and {bot.user_id} may not see what it held: let it redact in this room"
