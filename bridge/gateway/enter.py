"""The bot comes into a room: it joins, reads the room's present state into the journal and, where the link wants it,
what was said before. Who is not invited stays out, and waits for the invitation.
"""

from collections.abc import Sequence

from bridge.gateway import rooms
from bridge.gateway.homeserver import Refused
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.read_history import read_history
from bridge.gateway.walk import RoomReader
from bridge.model import Event, RoomRef
from bridge.saying import Saying
from bridge.store import history, links, outbox
from bridge.store.database import Pool
from bridge.store.history import History
from bridge.store.journal import Journal
from bridge.store.outbox import Order


async def enter(room: RoomReader, order: Order, journal: Journal, pool: Pool) -> Outcome:
    """Joining twice is joining once; a history that was read in part is read on."""
    endpoint = order.lane.endpoint
    async with pool.acquire() as connection:
        ref = (await journal.rooms(connection, room.homeserver.name, [room.room_id]))[room.room_id]
        past = await history.of(connection, endpoint)
        if past is not None and past.state == "wanted":  # before the first event can be pushed to us
            await history.shut(connection, ref)
    try:
        await rooms.join(room.homeserver, room.reader, room.room_id)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return await _uninvited(room, order, ref, pool)
    state = await rooms.read_state(room.homeserver, room.reader, room.room_id, journal)
    if past is None or past.state == "laid":
        async with pool.acquire() as connection:
            await links.set_state(connection, endpoint, "open")
    elif past.state == "wanted":
        await _read_history(room, order, past, _own_coming(room, state), journal, pool)
        async with pool.acquire() as connection, connection.transaction():
            await history.was_read(connection, past)
    return Done()


async def _read_history(
    room: RoomReader, order: Order, past: History, until: str, journal: Journal, pool: Pool
) -> None:
    async def note(token: str) -> None:
        async with pool.acquire() as connection:
            await outbox.note(connection, order, token)

    await read_history(room, journal, until, past.most, order.noted, note)


def _own_coming(room: RoomReader, state: Sequence[Event]) -> str:
    """The event by which the bot came in: from there on, events are pushed to us."""
    for event in state:
        if event.membership == "join" and event.state_key == room.reader.user_id and event.id is not None:
            return event.id
    raise Refused(502, None, None)  # a room whose state does not have who asks for it: ask again


async def _uninvited(room: RoomReader, order: Order, ref: RoomRef, pool: Pool) -> Outcome:
    why = Saying.of("invite-it", bot=room.reader.user_id, room=room.room_id)
    async with pool.acquire() as connection:
        await links.shut_out(connection, order.lane.endpoint, why)
        await history.reopen(connection, ref)  # the mirror has to see the invitation
    return Done("uninvited")
