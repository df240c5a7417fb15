"""Deletions: of each redaction what it deleted, who did it, when and why. What was deleted may come after its
redaction; then the cause is told once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.retention import relation
from bots.retention.facts import ghosts
from bots.retention.facts.cause import Bridges, Redaction
from bots.retention.facts.fact import fact, when
from bots.retention.facts.timer import BRIDGED
from bots.retention.facts.timers import Noticed
from bots.retention.leaf import Deed
from bridge.customs import Customs
from bridge.model import Entry, Room, UserId
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

SLACK = timedelta(seconds=5)
"""By which the clock of whoever deletes may be ahead."""


@dataclass(frozen=True)
class Target:
    """What was deleted."""

    pos: int
    sender: UserId
    said_at: datetime


@dataclass(frozen=True)
class Deletions:
    """Tells of them, at one installation."""

    customs: Customs
    bridges: Bridges

    async def facts(
        self, connection: Connection, room: Room, redactions: Sequence[Entry], fresh: Sequence[Noticed] = ()
    ) -> list[Deed]:
        """Of these redactions; `fresh` are timers that are not on record yet."""
        named = [(entry, target) for entry in redactions if (target := relation.of(entry)[1]) is not None]
        named = [(entry, target) for entry, target in named if entry.event.sender is not None]
        if not named:
            return []
        targets = await _targets(connection, room, [target for _, target in named])
        behind = await self._behind(connection, room, [entry for entry, _ in named], targets)
        due = await _due(connection, room, {target: targets[target] for _, target in named if target in targets}, fresh)
        return [self._fact(room, entry, target, targets.get(target), behind, due) for entry, target in named]

    async def settled(
        self, connection: Connection, room: Room, journal: Journal, entries: Sequence[Entry]
    ) -> list[Deed]:
        """Of redactions that came before what they deleted, if that is among these entries."""
        ids = [event_id for entry in entries if (event_id := _id(entry)) is not None]
        rows = await connection.fetch(
            "select pos from record_deletion where organisation = $1 and room_id = $2 and cause = 'unknown'"
            " and event_id = any($3)",
            room.homeserver, room.room_id, ids,
        )  # fmt: skip
        redactions = await journal.read_at(connection, room, [row["pos"] for row in rows]) if rows else []
        return await self.facts(connection, room, redactions)

    async def _behind(
        self, connection: Connection, room: Room, entries: Sequence[Entry], targets: Mapping[str, Target]
    ) -> Mapping[str, UserId]:
        """Who did these redactions in the end, by their ids, and who stands behind ghosts, by theirs."""
        senders = {entry.event.sender for entry in entries if entry.event.sender is not None}
        accounts = senders | {target.sender for target in targets.values()}
        people = await ghosts.behind(connection, self.customs, room.homeserver, accounts)
        known: dict[str, UserId] = {ghost: person for ghost, person in people.items() if person is not None}
        ours = [entry.event.id for entry in entries if self._ours(room, entry) and entry.event.id is not None]
        return {**known, **(await _originals(connection, room, ours) if ours else {})}

    def _ours(self, room: Room, entry: Entry) -> bool:
        return entry.event.sender is not None and self.customs.ours(entry.event.sender, room.homeserver)

    def _fact(
        self, room: Room, entry: Entry, target_id: str, target: Target | None, behind: Mapping[str, UserId],
        due: Mapping[str, datetime],
    ) -> Deed:  # fmt: skip
        event = entry.event
        sender = UserId(str(event.sender))
        person = behind.get(event.id or "") or behind.get(sender)
        author = behind.get(target.sender, target.sender) if target is not None else None
        ran_out = target_id in due and when(entry) >= due[target_id] - SLACK
        cause = self.bridges.cause(Redaction(person or sender, author, event.text("reason"), ran_out))
        return fact(
            room, "deleted", sender, when(entry), entry=entry.pos, event=target_id,
            of=target.pos if target is not None else None, by=sender, person=person, cause=cause,
        )  # fmt: skip


def _id(entry: Entry) -> str | None:
    try:
        return entry.raw.id
    except CannotOpen:
        return None


async def _targets(connection: Connection, room: Room, event_ids: Sequence[str]) -> Mapping[str, Target]:
    rows = await connection.fetch(
        "select s.event_id, j.pos, j.sender, least(j.sent_at, j.received_at) as said_at from seen s"
        " join journal j on j.room = s.room and j.pos = s.pos"
        " where s.room = $1 and s.event_id = any($2) and j.sender is not null",
        room.ref, list(event_ids),
    )  # fmt: skip
    return {row["event_id"]: Target(row["pos"], UserId(row["sender"]), row["said_at"]) for row in rows}


async def _originals(connection: Connection, room: Room, redactions: Sequence[str]) -> Mapping[str, UserId]:
    """Of redactions that are copies: who did the original, by the copy's id."""
    rows = await connection.fetch(
        "select c.copy_id, j.sender from endpoint e join copy c on c.endpoint = e.id and c.copy_id = any($3)"
        " join seen s on s.room = c.room and s.event_id = c.event_id"
        " join journal j on j.room = s.room and j.pos = s.pos"
        " where e.homeserver = $1 and e.room_id = $2 and j.sender is not null",
        room.homeserver, room.room_id, list(redactions),
    )  # fmt: skip
    return {row["copy_id"]: UserId(row["sender"]) for row in rows}


async def _due(
    connection: Connection, room: Room, targets: Mapping[str, Target], fresh: Sequence[Noticed]
) -> Mapping[str, datetime]:
    """When a timer runs out on these events, where one does: their own, or that of a bridged chat."""
    rows = await connection.fetch(
        "select event_id, milliseconds, due from record_timer where change = 'message' and event_id = any($3)"
        " and organisation = $1 and room_id = $2",
        room.homeserver, room.room_id, list(targets),
    )  # fmt: skip
    own = [(row["event_id"], row["milliseconds"], row["due"]) for row in rows]
    own += [
        (one.entry.event.id, one.timer.milliseconds, one.timer.due)
        for one in fresh
        if one.change == "message" and one.timer is not None
    ]
    bridged = await _bridged(connection, room)
    due = {id: target.said_at + bridged for id, target in targets.items()} if bridged is not None else {}
    for event_id, milliseconds, at in own:
        if event_id in targets:
            due[event_id] = _end(targets[event_id].said_at, milliseconds, at)
    return due


async def _bridged(connection: Connection, room: Room) -> timedelta | None:
    """The timer that a bridge last set for the whole room."""
    found = await connection.fetchval(
        "select milliseconds from record_timer where organisation = $1 and room_id = $2 and change <> 'message'"
        " and what = $3 order by seq desc limit 1",
        room.homeserver, room.room_id, BRIDGED,
    )  # fmt: skip
    return _length(found) if found is not None else None


_LONGEST = timedelta(days=36_500)


def _length(milliseconds: int) -> timedelta:
    return min(timedelta(milliseconds=milliseconds), _LONGEST)


def _end(said_at: datetime, milliseconds: int | None, due: int | None) -> datetime:
    """Never further away than a date can be."""
    if due is not None:
        return datetime.fromtimestamp(min(due / 1000, 2**37), said_at.tzinfo)
    return said_at + _length(milliseconds or 0)
