"""What the identity bot says to single people: in its direct chat with them where the room's policy says so and they
have not left it, else in the room, in a message that mentions only them.
"""

from collections.abc import Mapping

from bots.identity import place, presence
from bots.identity.desk import Desk
from bots.identity.place import Place
from bridge.model import Room, RoomRef, UserId
from bridge.saying import Saying, Word
from bridge.seal import Kek
from bridge.store import outbox, people
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def tell_once(
    desk: Desk, connection: Connection, kek: Kek, there: Place, room: Room, person: UserId, cause: str,
    what: str | Saying, /, **words: Word,
) -> bool:  # fmt: skip
    """The same, unless it was said for this cause before; whether it is said now."""
    if await outbox.has(connection, f"{cause}#0"):
        return False
    await tell(desk, connection, kek, there, room, person, cause, what, **words)
    return True


async def tell(
    desk: Desk, connection: Connection, kek: Kek, there: Place, room: Room, person: UserId, cause: str,
    what: str | Saying, /, **words: Word,
) -> None:  # fmt: skip
    """Tells one person something about a room in which they are."""
    end = there.end_of(room) or there.ends[0]
    privately = there.rules.notices == "direct"
    await desk.letters.tell(connection, kek, end, person, cause, _saying(what, words), privately=privately)


async def tell_where(
    desk: Desk, connection: Connection, kek: Kek, ref: RoomRef, person: UserId, cause: str, what: str | Saying, /,
    **words: Word,
) -> None:  # fmt: skip
    """Tells one person something about what they said in a room, which may have been their chat with the bot."""
    room = await desk.journal.room(connection, ref)
    if room is None:
        return
    there = await place.of(connection, desk.settings, room)
    if there is not None:
        await tell(desk, connection, kek, there, room, person, cause, what, **words)
    else:
        await desk.letters.to_chat(connection, kek, room.homeserver, person, cause, _saying(what, words))


def _saying(what: str | Saying, words: Mapping[str, Word]) -> Saying:
    return what if isinstance(what, Saying) else Saying(what, words)


async def words(desk: Desk, connection: Connection, person: UserId, end: Endpoint, what: str, /, **said: Word) -> str:
    """A text for one person, without a message around it."""
    voice = await desk.host.tongues.to_person(connection, person, end.ref)
    return voice.words(what, **said)


async def accounts(desk: Desk, connection: Connection, end: Endpoint, person: UserId) -> list[UserId]:
    """By which ids a person stands in the room of an end: their own, their ghost's, or both."""
    own = [person] if await presence.is_in(connection, end.homeserver, end.room_id, person) else []
    standing = await people.standing(connection, end.homeserver, person, end.ref)
    ghost = [standing.user_id] if standing is not None and standing.joined_by is not None else []
    return [*own, *ghost]
