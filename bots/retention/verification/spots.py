"""Single rows: each one's leaf is proved to be in its log. For a room, and for a sample of every log."""

import random
from collections.abc import AsyncIterator, Sequence

from bots.retention import proofs, record
from bots.retention.merkle import Frontier
from bots.retention.tree import Incomplete, Tree
from bots.retention.verification import rows
from bots.retention.verification.fault import Fault
from bots.retention.verification.logs import Progress
from bots.retention.verification.rows import Row
from bridge.model import Room
from bridge.store.database import Connection

AT_ONCE = 500


async def room(connection: Connection, one: Room, edge: Frontier, progress: Progress) -> AsyncIterator[Fault]:
    """All records of a room."""
    tree, last = Tree(connection, one.homeserver), (await record.count(connection)).get(one.ref, 0)
    for first in range(1, last + 1, AT_ONCE):
        found = await rows.of_room(connection, one.homeserver, one.ref, first, first + AT_ONCE)
        for row in found:
            if (fault := await _fault(tree, row, edge)) is not None:
                yield fault
        progress(len(found))


async def stretch(
    connection: Connection, organisation: str, edge: Frontier, first: int, after: int
) -> AsyncIterator[Fault]:
    """The leaves from `first` to before `after`."""
    tree = Tree(connection, organisation)
    for start in range(first, after, AT_ONCE):
        end = min(start + AT_ONCE, after)
        found = await rows.between(connection, organisation, start, end)
        nothing = [None] * (end - start)
        faults = {fault.leaf: fault for fault in rows.compared(organisation, start, nothing, found)}
        for row in found:
            if row.seq not in faults and (fault := await _fault(tree, row, edge)) is not None:
                faults[row.seq] = fault
        for fault in faults.values():
            yield fault


async def sample(
    connection: Connection, organisation: str, edge: Frontier, most: int, progress: Progress
) -> AsyncIterator[Fault]:
    """So many rows of a log, chosen by chance."""
    tree = Tree(connection, organisation)
    chosen = sorted(random.sample(range(edge.size), min(most, edge.size)))
    for seq in chosen:
        found = await rows.between(connection, organisation, seq, seq + 1)
        for fault in [fault for row in found if (fault := await _fault(tree, row, edge)) is not None]:
            yield fault
        if len(found) != 1:
            yield Fault(f"leaf {seq} of {organisation}", f"{_many(found)} rows have its number, not one")
        progress(1)


async def _fault(tree: Tree, row: Row, edge: Frontier) -> Fault | None:
    if (wrong := rows.fault_of(row, None)) is not None:
        return Fault(row.name, wrong, row.seq)
    try:
        path = await tree.inclusion(row.seq, edge.size)
    except (Incomplete, ValueError) as error:
        return Fault(row.name, f"it cannot be proved ({error})", row.seq)
    if not proofs.includes(row.computed, row.seq, edge.size, path, edge.root()):
        return Fault(row.name, "its log does not contain it", row.seq)
    return None


def _many(found: Sequence[Row]) -> str:
    return str(len(found)) if found else "no"
