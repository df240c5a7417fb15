"""What the record tells beside what was said: the verdict on it, what people marked it as, and the cases that it led
to. Ids, levels and rules only; what was found stays sealed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.classification.room import cases, verdicts
from bridge.model import Entry, Room
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

LABELS = "classification_label"


async def told(
    connection: Connection, _: Keyring, room: Room, entries: Sequence[Entry]
) -> Mapping[int, Mapping[str, Any]]:
    """Of each of these entries, by position; nothing of those that carry nothing and that nobody marked."""
    positions = [entry.pos for entry in entries]
    places = {entry.event.id: entry.pos for entry in entries if entry.event.id is not None}
    parts = {
        "verdict": await _verdicts(connection, room, positions),
        "labels": await _labels(connection, room, places),
        "cases": await _cases(connection, room, positions),
    }
    found: dict[int, dict[str, Any]] = {}
    for name, of in parts.items():
        for pos, words in of.items():
            found.setdefault(pos, {})[name] = words
    return found


async def _verdicts(connection: Connection, room: Room, positions: Sequence[int]) -> Mapping[int, Any]:
    rows = await connection.fetch(
        f"select pos, level, kind, rules, judged_at from {verdicts.TABLE} where room = $1 and pos = any($2)",
        room.ref, positions,
    )  # fmt: skip
    return {
        row["pos"]: {"level": row["level"], "kind": row["kind"], "rules": row["rules"],
                     "at": row["judged_at"].isoformat()}
        for row in rows
    }  # fmt: skip


async def _labels(connection: Connection, room: Room, places: Mapping[str, int]) -> Mapping[int, Any]:
    """All that were given, the first one first."""
    found: dict[int, list[Mapping[str, str]]] = {}
    for row in await connection.fetch(
        f"select event_id, level, said_by, said_at from {LABELS} where room = $1 and event_id = any($2) order by id",
        room.ref, list(places),
    ):  # fmt: skip
        label = {"level": row["level"], "by": row["said_by"], "at": row["said_at"].isoformat()}
        found.setdefault(places[row["event_id"]], []).append(label)
    return found


async def _cases(connection: Connection, room: Room, positions: Sequence[int]) -> Mapping[int, Any]:
    """By their numbers."""
    rows = await connection.fetch(
        f"select pos, array_agg(number order by number) as numbers from {cases.TABLE}"
        " where room = $1 and pos = any($2) group by pos",
        room.ref, positions,
    )  # fmt: skip
    return {row["pos"]: row["numbers"] for row in rows}
