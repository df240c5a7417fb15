"""Who was in a room from when to when, under which names, and what the room was called: read from its memberships as
they are on record, in the order in which they were said.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bots.retention.export.choosing import Scope, ghosts, microseconds
from bots.retention.export.worklist import Worklist
from bots.retention.leaf import moment
from bridge.model import Entry, Event
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

AT_ONCE = 500
INSIDE = frozenset({"join", "invite", "knock", "ban"})
_OF_PEOPLE = (
    "select room_seq, pos from record where room = $1 and room_seq > $2 and room_seq <= $3"
    " and type in ('m.room.member', 'm.room.name') order by room_seq limit $4"
)


@dataclass(frozen=True)
class People:
    """Gathers them."""

    connection: Connection
    journal: Journal

    async def gather(self, worklist: Worklist, number: int, scope: Scope) -> None:
        """Lays down each membership of a room, and its name."""
        whose, after = await ghosts(self.connection, scope.room), 0
        while rows := await self.connection.fetch(_OF_PEOPLE, scope.room.ref, after, scope.last, AT_ONCE):
            numbers = {row["pos"]: row["room_seq"] for row in rows}
            for entry in await self.journal.read_at(self.connection, scope.room, list(numbers)):
                if (event := opened(entry)) is not None:
                    _note(worklist, number, event, entry, numbers[entry.pos], whose)
            after = rows[-1]["room_seq"]


def opened(entry: Entry) -> Event | None:
    """What it says; None where its key was destroyed."""
    try:
        return entry.event
    except CannotOpen:
        return None


def _note(worklist: Worklist, number: int, event: Event, entry: Entry, room_seq: int, whose: Mapping[str, str]) -> None:
    if event.type == "m.room.name" and (name := event.text("name")):
        worklist.tell(f"name of room {number}", name)
    if event.membership is None or event.state_key is None:
        return
    at = min(event.sent_at or entry.received_at, entry.received_at)
    person = whose.get(event.state_key, event.state_key)
    name = event.text("displayname")
    row = (number, person, microseconds(at), room_seq, event.membership, name)
    worklist.sql.execute("insert or replace into coming values (?, ?, ?, ?, ?, ?)", row)


@dataclass(frozen=True)
class Stay:
    """Somebody in a room, for a time."""

    user: str
    membership: str
    name: str | None
    since: int
    until: int | None
    """None: until the export."""

    def line(self, scope: Scope) -> str:
        """As `people.jsonl` has it."""
        told = {
            "organisation": scope.room.homeserver, "room_id": scope.room.room_id, "person": self.user,
            "membership": self.membership, "name": self.name, "since": _time(self.since),
            "until": _time(self.until) if self.until is not None else None,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False) + "\n"


def stays(worklist: Worklist, number: int) -> Iterator[Stay]:
    """The memberships of a room as intervals, person by person; those that touch what was chosen."""
    span = "select min(said_at), max(said_at) from record where room = ? and chosen > 0"
    first, last = worklist.sql.execute(span, (number,)).fetchone()
    if first is None:
        return
    rows = worklist.sql.execute(
        "select user, membership, name, at, lead(at) over (partition by user order by at, room_seq),"
        " lead(membership) over (partition by user order by at, room_seq) from coming where room = ?"
        " order by user, at, room_seq",
        (number,),
    )  # fmt: skip
    for one in _joined(rows):
        if one.membership in INSIDE and one.since <= last and (one.until is None or one.until >= first):
            yield one


def _joined(rows: Iterator[Sequence[object]]) -> Iterator[Stay]:
    """A new name alone begins no new stay."""
    open_since: int | None = None
    for user, membership, name, at, until, becomes in rows:
        assert isinstance(at, int)
        begun = at if open_since is None else open_since
        if becomes == membership:
            open_since = begun
            continue
        open_since = None
        assert until is None or isinstance(until, int)
        yield Stay(str(user), str(membership), name if isinstance(name, str) else None, begun, until)


def name_of(worklist: Worklist, number: int, person: str, at: int) -> str | None:
    """What somebody called themselves in a room at a moment; before they came, as they did first."""
    for order in ("at <= ? order by at desc, room_seq desc", "at > ? order by at, room_seq"):
        found = worklist.sql.execute(
            f"select name from coming where room = ? and user = ? and name is not null and {order} limit 1",
            (number, person, at),
        ).fetchone()  # fmt: skip
        if found is not None:
            return str(found[0])
    return None


def _time(at: int) -> str:
    return moment(datetime.fromtimestamp(at / 1_000_000, UTC))
