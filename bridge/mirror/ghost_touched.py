"""Somebody did something to a ghost: it befalls the ghost's person, in the room where that person is at home."""

from bridge.actions import Join
from bridge.mirror import border
from bridge.mirror.batch import Batch
from bridge.mirror.kinds import members
from bridge.model import Entry, UserId
from bridge.store import outbox, people
from bridge.store.links import Endpoint


async def touched(batch: Batch, entry: Entry, ghost: UserId) -> None:
    """Somebody invited or removed a ghost: its person is invited, or removed, at home."""
    event = entry.event
    person = await people.person_behind(batch.connection, batch.room.homeserver, ghost)
    if person is None and entry.event.membership == "invite":
        person = batch.customs.stranger(ghost)
    if person is None:
        return
    if event.membership == "invite" or event.was == "ban":
        await people.gone(batch.connection, batch.here.ref, person)
    elif event.membership in ("leave", "ban"):
        await people.bar(batch.connection, batch.here.ref, person)
    for target in batch.targets:
        if person.endswith(f":{target.homeserver}") and target.room_id is not None:
            await _touch_person(batch, entry, ghost, person, target)


async def _touch_person(batch: Batch, entry: Entry, ghost: UserId, person: UserId, home: Endpoint) -> None:
    assert home.room_id is not None, "a person is at home in a room that exists"
    event = border.crossing(batch, entry, home).event
    cause = f"touched:{batch.room.homeserver}:{batch.room.room_id}:{event.id}:{home.ref}"
    there = await people.is_in(batch.connection, home.homeserver, home.room_id, person)
    if event.membership == "invite" and there:
        batch.crossings.order(entry.pos, home.ref, await _bring_back(batch, ghost, person, cause))
        return
    actions = members.ghost(event, person, batch.stands(home))
    for order in await outbox.put(batch.connection, batch.kek, home.lane, cause, actions):
        batch.crossings.order(entry.pos, home.ref, order)


async def _bring_back(batch: Batch, ghost: UserId, person: UserId, cause: str) -> int:
    [order] = await outbox.put(batch.connection, batch.kek, batch.here.lane, cause, [Join(ghost)])
    await people.set_joined(batch.connection, batch.room.homeserver, person, batch.here.ref, order)
    return order
