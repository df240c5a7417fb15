"""Which rooms are archived: those that are or were linked, those into which the records bot was invited, and those that
the settings name. Once begun, a record goes on for as long as anything is heard of the room. Chats of bots with one
person are archived only where the settings name them in full.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from bots.retention.account import ACCOUNT
from bots.retention.facts.fact import pushed
from bots.retention.record import Head
from bridge.model import EndpointRef, Entry, HomeserverName, Room, RoomRef
from bridge.store.database import Connection

Seen = tuple[str, str]
"""A homeserver, and a room that is seen through it."""


@dataclass(frozen=True)
class Standing:
    """How an archived room stands."""

    end: EndpointRef | None
    """None where Setu does not sit in it."""
    linked: bool
    searchable: bool
    """What was searched for and found, in the bot's own chats, is not found again."""
    unsettled: bool
    """Whether something was deleted in it that has not come."""
    head: Head
    """How far its record goes."""
    found_to: int
    """The last of its entries that can be searched for."""

    @property
    def begun(self) -> bool:
        """Whether anything of it is on record."""
        return self.head.pos > 0


_LOOK = """
    select coalesce(h.room_seq, 0) as room_seq, coalesce(h.last_pos, 0) as last_pos, now() as now,
           coalesce(s.pos, 0) as found_to, e.id as end, p.bot as alone, b.bot is not null as invited,
           exists (select from link l where e.id in (l.department, l.hub)) as linked,
           h.room is not null and exists (
               select from record_audit a where a.room_id = $3 and a.organisation = $2 and a.action = 'deleted'
                 and a.detail like '%"cause":"unknown"%') as unsettled
    from (select $1::bigint as room) asked
    left join record_head h on h.room = asked.room
    left join search_head s on s.room = asked.room
    left join endpoint e on e.homeserver = $2 and e.room_id = $3
    left join private_chat p on p.endpoint = e.id
    left join bot_in b on b.endpoint = e.id and b.bot = $4
"""


_AWAITING = """
    select r.id, r.homeserver, r.room_id, b.bot is not null or exists (
        select from link l where e.id in (l.department, l.hub)) as told
    from room r
    join bookmark m on m.follower = $1 and m.room = r.id and m.pos >= r.head
    left join endpoint e on e.homeserver = r.homeserver and e.room_id = r.room_id
    left join private_chat p on p.endpoint = e.id
    left join bot_in b on b.endpoint = e.id and b.bot = $2
    where r.head > 0 and r.room_id <> '' and (p.endpoint is null or r.room_id = any($3))
      and not exists (select from record_head h where h.room = r.id)
"""


@dataclass(frozen=True)
class Archived:
    """The rooms of one installation."""

    rooms: Sequence[str] = ()
    """Room ids in which `*` and `?` stand for any letters. An id without a server is also compared with the homeserver
    through which the room is seen behind it (since room version 12 ids name none)."""
    beside: Set[Seen] = frozenset()
    """Those that never are."""

    async def of(self, connection: Connection, room: Room, entries: Sequence[Entry] = ()) -> Standing | None:
        """How a room stands, of which these entries are read; None where it is not archived."""
        if (room.homeserver, room.room_id) in self.beside or not room.room_id:
            return None
        row = await connection.fetchrow(_LOOK, room.ref, room.homeserver, room.room_id, ACCOUNT.localpart)
        assert row is not None, "the room that was asked for is a row"
        chat_of: str | None = row["alone"]
        head = Head(row["room_seq"], row["last_pos"], row["now"])
        told = head.pos > 0 or row["linked"] or row["invited"] or self._named(room) or _came(room, entries)
        if room.room_id not in self.rooms and (chat_of is not None or not told):
            return None
        end = EndpointRef(row["end"]) if row["end"] is not None else None
        searchable = chat_of != ACCOUNT.localpart
        return Standing(end, row["linked"], searchable, row["unsettled"], head, row["found_to"])

    async def awaiting(self, connection: Connection, follower: str) -> Sequence[Room]:
        """The rooms that are archived, and of which nothing is on record though this follower has read all of them."""
        rows = await connection.fetch(_AWAITING, follower, ACCOUNT.localpart, list(self.rooms))
        rooms = [(Room(RoomRef(row["id"]), HomeserverName(row["homeserver"]), row["room_id"]), row["told"])
                 for row in rows]  # fmt: skip
        return [
            room
            for room, told in rooms
            if (told or self._named(room)) and (room.homeserver, room.room_id) not in self.beside
        ]

    def _named(self, room: Room) -> bool:
        ids = [room.room_id] if ":" in room.room_id else [room.room_id, f"{room.room_id}:{room.homeserver}"]
        return any(_matches(pattern, room_id) for pattern in self.rooms for room_id in ids)


def _came(room: Room, entries: Sequence[Entry]) -> bool:
    """Whether the bot comes in with these: who notes that may not have read them yet."""
    bot = ACCOUNT.on(room.homeserver)
    memberships = (entry.event for entry in entries if entry.type == "m.room.member" and pushed(entry))
    return any(event.state_key == bot and event.membership == "join" for event in memberships)


def _matches(pattern: str, room_id: str) -> bool:
    parts = (re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join({r"\*": ".*", r"\?": "."}.get(part, part) for part in parts), room_id) is not None
