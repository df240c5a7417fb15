"""Shows who people are where a client shows a name: as state of the rooms that they are in, in their ghosts' names and
in their ghosts' profiles. A tag that stands somewhere already is not put there again.
"""

from collections.abc import Sequence

from bots.identity import capacities, place, presence
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.tag import STATE, Tag
from bots.identity.tags import Kept
from bridge import powers_in
from bridge.actions import Action, Name, SetProfile, SetState
from bridge.model import EndpointRef, Entry, Room, UserId
from bridge.origin import Origin
from bridge.seal import Kek
from bridge.store import outbox, people
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def show(desk: Desk, connection: Connection, kek: Kek, there: Place, kept: Sequence[Kept]) -> None:
    """At every end of a place, the tags of people of its rooms; of those who are only invited when they come."""
    rooms = [(end.homeserver, end.room_id) for end in there.ends]
    here = await presence.here(connection, rooms, [one.tag.user_id for one in kept])
    kept = [one for one in kept if one.tag.user_id in here]
    for end in there.ends if kept else ():
        shown = await _shown(connection, end.ref, [one.tag.user_id for one in kept])
        stale = [one for one in kept if shown.get(one.tag.user_id) != one.id]
        if stale and await _may(desk, connection, end):
            for one in stale:
                await _put(desk, connection, kek, end, one)


async def everywhere(desk: Desk, connection: Connection, kek: Kek, kept: Sequence[Kept]) -> None:
    """In every room that these people are in; for those whose tag has just changed."""
    by_person = {one.tag.user_id: one for one in kept}
    seen: set[tuple[UserId, EndpointRef]] = set()
    for user, ref in await presence.rooms_of(connection, by_person):
        room = await desk.journal.room(connection, ref)
        there = await place.of(connection, desk.settings, room) if room is not None else None
        if room is None or there is None or (user, there.ref) in seen:
            continue
        seen.add((user, there.ref))
        await show(desk, connection, kek, there, [by_person[user]])


async def forget(connection: Connection, end: EndpointRef) -> None:
    """The room is another one now, in which nothing of it stands."""
    await connection.execute("delete from identity_shown where endpoint = $1", end)
    await connection.execute("update identity_room set declared = '' where endpoint = $1", end)


async def speaks_officially(desk: Desk, connection: Connection, room: Room, entry: Entry) -> bool:
    """Whether what an entry says was said officially."""
    found = await capacities.within(connection, desk.keyring, room, [entry])
    return await capacities.of(connection, room, entry, found) is not None


async def _put(desk: Desk, connection: Connection, kek: Kek, end: Endpoint, kept: Kept) -> None:
    tag, bot = kept.tag, end.keeper or desk.customs.bot_on(end.homeserver)
    own = await presence.is_in(connection, end.homeserver, end.room_id, tag.user_id)
    account = tag.user_id if own else desk.customs.ghost_of(tag.user_id, end.homeserver)
    cause = f"identity:tag:{end.room_id or end.ref}:{kept.id}"
    await outbox.put(connection, kek, end.lane, cause, [SetState(bot, STATE, account.removeprefix("@"), tag.shown)])
    if not own:
        await _dress(desk, connection, kek, end, account, kept)
    await connection.execute(
        "insert into identity_shown (endpoint, user_id, tag) values ($1, $2, $3)"
        " on conflict (endpoint, user_id) do update set tag = $3",
        end.ref, tag.user_id, kept.id,
    )  # fmt: skip


async def _dress(desk: Desk, connection: Connection, kek: Kek, end: Endpoint, ghost: UserId, kept: Kept) -> None:
    """The ghost's profile, once for each homeserver, and its name where it has one already."""
    cause = f"identity:profile:{end.homeserver}:{kept.id}"
    if await outbox.has(connection, f"{cause}#0"):
        return
    standing = await people.standing(connection, end.homeserver, kept.tag.user_id, end.ref)
    name = _name(desk, kept.tag) if standing is not None and standing.name_mac is not None else None
    actions: list[Action] = [SetProfile(ghost, STATE, kept.tag.shown or None)]
    orders = await outbox.put(connection, kek, end.lane, cause, actions)
    if name is not None and standing is not None and standing.name_mac != desk.keyring.hashes.mac_of(name):
        orders = await outbox.put(connection, kek, end.lane, f"{cause}:name", [Name(ghost, name)])
        mac = desk.keyring.hashes.mac_of(name)
        await people.set_name(connection, end.homeserver, kept.tag.user_id, mac, orders[0])


def _name(desk: Desk, tag: Tag) -> str | None:
    """What a ghost is called from now on; None where the person's own display name stands, which the mirror knows."""
    spoken = tag.spoken()
    if spoken.name is None:
        return None
    organisation = spoken.organisation or desk.customs.organisation(tag.user_id)
    return desk.customs.ghost_name(Origin(tag.user_id, "", (), spoken.name, organisation, None, spoken.designation))


async def _may(desk: Desk, connection: Connection, end: Endpoint) -> bool:
    """Whether our bot may set the state; a room in which it may not is asked for by `bots.identity.powerless`."""
    if end.room_id is None or end.state != "open":
        return end.made  # it is our own, and its state is set when it is there
    powers = await powers_in.of_end(connection, desk.journal, end)
    bot = end.keeper or desk.customs.bot_on(end.homeserver)
    return powers is not None and powers.of(bot) >= powers.needed(STATE)


async def _shown(connection: Connection, end: EndpointRef, people: Sequence[UserId]) -> dict[UserId, int]:
    rows = await connection.fetch(
        "select user_id, tag from identity_shown where endpoint = $1 and user_id = any($2)", end, list(people)
    )
    return {UserId(row["user_id"]): row["tag"] for row in rows}
