"""The leaf hashes of a log as they are kept, in order, with the holes that there should not be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bots.retention.log import cut
from bots.retention.merkle import HASH_BYTES
from bots.retention.verification.fault import Fault
from bridge.store.database import Connection

AT_ONCE = 2000
"""Leaves that are compared at once."""

Slice = tuple[int, list[bytes | None]]
"""The number of the first, and the hashes; None where one is missing."""


@dataclass
class Leaves:
    """The leaves of one log."""

    connection: Connection
    organisation: str
    size: int
    """What its right edge says."""
    faults: list[Fault] = field(default_factory=list)
    """What was found so far."""

    async def slices(self) -> AsyncIterator[Slice]:
        """All leaves that the log should have, up to the last that there is any trace of."""
        at, waiting = 0, list[bytes | None]()
        if (end := await self._end()) < self.size:
            self._tell(f"leaves {end} to {self.size - 1}", "there is nothing of them")
        async for first, hashes in self._batches():
            expected = at + len(waiting)
            if first < expected:
                self._tell(f"leaves {first} and on", "they are kept twice")
                continue
            if first > expected:
                self._tell(f"leaves {expected} to {first - 1}", "their hashes are missing")
            waiting += [None] * (first - expected)
            waiting += hashes
            while len(waiting) >= AT_ONCE:
                yield at, waiting[:AT_ONCE]
                at, waiting = at + AT_ONCE, waiting[AT_ONCE:]
        if at + len(waiting) < end:
            self._tell(f"leaves {at + len(waiting)} to {end - 1}", "their hashes are missing")
            waiting += [None] * (end - at - len(waiting))
        for start in range(0, len(waiting), AT_ONCE):
            yield at + start, waiting[start : start + AT_ONCE]

    async def _end(self) -> int:
        """Where the last row or hash ends that fits into the log: a wrong size must not be counted up to."""
        return await self.connection.fetchval(  # type: ignore[no-any-return]
            "select coalesce(max(n), 0)::bigint from ("
            " select first::numeric + length(hashes) / $3 from record_leaves where organisation = $1"
            " union all select max(seq::numeric) + 1 from record where organisation = $1 and seq < $2"
            " union all select max(seq::numeric) + 1 from record_audit where organisation = $1 and seq < $2"
            ") x(n) where n <= $2",
            self.organisation, self.size, HASH_BYTES,
        )  # fmt: skip

    async def _batches(self) -> AsyncIterator[tuple[int, list[bytes]]]:
        last = -(2**62)
        while rows := await self.connection.fetch(
            "select first, hashes from record_leaves where organisation = $1 and first > $2 order by first limit 500",
            self.organisation, last,
        ):  # fmt: skip
            for row in rows:
                first, hashes = row["first"], cut(row["hashes"])
                if first < 0 or not hashes or len(hashes[-1]) != HASH_BYTES or first + len(hashes) > self.size:
                    self._tell(f"leaves {first} and on", "there is no place for them in the log")
                else:
                    yield first, hashes
            last = rows[-1]["first"]

    def _tell(self, which: str, what: str) -> None:
        self.faults.append(Fault(f"{which} of {self.organisation}", what))
