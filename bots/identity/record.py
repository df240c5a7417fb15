"""What the record tells beside what was said: who its author was at that moment, and in which capacity it was said."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.identity import capacities, tags
from bridge.model import Entry, Room
from bridge.store.database import Connection
from bridge.store.keyring import Keyring


async def told(
    connection: Connection, keyring: Keyring, room: Room, entries: Sequence[Entry]
) -> Mapping[int, Mapping[str, Any]]:
    """Of each of these entries, by position; nothing of those of whose author nothing was known."""
    then = await tags.then(connection, keyring, entries)
    known: dict[int, dict[str, Any]] = {pos: {"identity": tag.shown} for pos, tag in then.items() if tag.shown}
    for capacity in await capacities.within(connection, keyring, room, entries):
        for entry in entries:
            if capacity.covers(entry):
                known.setdefault(entry.pos, {})["official"] = {"subject": capacity.subject}
    return known
