"""What the record tells of an entry beside what the other bots know of it: what became of it since."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.retention.facts import revisions
from bridge.model import Entry, Room
from bridge.store.database import Connection
from bridge.store.keyring import Keyring


async def told(
    connection: Connection, _: Keyring, room: Room, entries: Sequence[Entry]
) -> Mapping[int, Mapping[str, Any]]:
    """Of each of these entries, by position: why, when and by whom it was deleted; where its revisions and the
    reactions to it stand; its timer. Nothing of those of which there is nothing to tell.
    """
    places = {entry.event.id: entry.pos for entry in entries if entry.event.id is not None and entry.cites is None}
    found: dict[int, dict[str, Any]] = {}
    for event_id, deletion in (await _deletions(connection, room, places)).items():
        found.setdefault(places[event_id], {})["deleted"] = deletion
    for event_id, timer in (await _timers(connection, room, places)).items():
        found.setdefault(places[event_id], {})["timer"] = timer
    for name, relation in (("revisions", revisions.EDIT), ("reactions", revisions.REACTION)):
        for event_id, related in (await revisions.of(connection, room, list(places), relation)).items():
            counting = [one.pos for one in related if one.own or relation != revisions.EDIT]
            if counting:
                found.setdefault(places[event_id], {})[name] = counting
    return found


async def _deletions(connection: Connection, room: Room, places: Mapping[str, int]) -> Mapping[str, Mapping[str, Any]]:
    """The first of each: what is deleted already is not deleted again."""
    rows = await connection.fetch(
        "select distinct on (event_id) event_id, cause, coalesce(person, by) as by, at, pos from record_deletion"
        " where organisation = $1 and room_id = $2 and event_id = any($3) order by event_id, seq",
        room.homeserver, room.room_id, list(places),
    )  # fmt: skip
    return {
        row["event_id"]: {"cause": row["cause"], "by": row["by"], "at": row["at"].isoformat(), "pos": row["pos"]}
        for row in rows
    }


async def _timers(connection: Connection, room: Room, places: Mapping[str, int]) -> Mapping[str, Mapping[str, Any]]:
    rows = await connection.fetch(
        "select event_id, what, milliseconds, due from record_timer"
        " where organisation = $1 and room_id = $2 and event_id = any($3) order by seq",
        room.homeserver, room.room_id, list(places),
    )  # fmt: skip
    return {
        row["event_id"]: {key: row[key] for key in ("what", "milliseconds", "due") if row[key] is not None}
        for row in rows
    }
