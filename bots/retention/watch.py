"""The watch over what is recorded: once a minute it looks at the end of each log, at what was signed of it last, at all
holds, and at the next part of what lies before, so that all of a log is looked at in its turn. What is not as it was
recorded raises an alarm that names it. Each process that signs watches too, and remembers by itself where it goes on:
whoever owns the database cannot tell it that it has looked.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate

from bots.retention import alarm, checkpoint, checkpoints, log, timestamp
from bots.retention.ledger import Kept, Ledger
from bots.retention.merkle import Frontier
from bots.retention.note import Verifier
from bots.retention.timestamp import BadTimestamp
from bots.retention.verification import holds, spots
from bots.retention.verification.fault import Fault
from bots.retention.verification.rows import CANNOT_BE_READ
from bots.retention.verification.signatures import Signatures
from bots.retention.verification.tail import Tail
from bridge.store.database import Connection
from bridge.work import kind

END = 1000
"""Leaves at the end of a log that are looked at each time; what was not signed yet is looked at by who signs it."""

PART = 1000
"""Leaves of what lies before that are looked at each time: of a log, 1,440,000 in a day."""

SIGNED = 10
"""Checkpoints, the last ones, that are looked at each time."""


@dataclass
class Watch:
    """What one process remembers of its rounds."""

    hub: str
    folder: Path
    """Of the ledger."""
    roots: Path | None = None
    """The certificates by which timestamps are verified."""
    _next: dict[str, int] = field(default_factory=dict)
    """Of each log, where the round goes on; it begins somewhere, so that no restart begins it anew."""

    async def look(self, connection: Connection, key: Ed25519PublicKey) -> None:
        """Looks once; alarms stand for what is found. Everything is looked at as it is at one moment."""
        ledger, found = Ledger(self.folder), dict[str, list[Fault]]()
        async with checkpoints.one_moment(connection) as others_may_sign:
            edges = await log.frontiers(connection)
            signed = {name: await self._signed(connection, name, key, ledger) for name in edges}
            await others_may_sign()
            found[self.hub] = [fault async for fault in holds.faults(connection)]
            for name, edge in edges.items():
                found.setdefault(name, []).extend([*await self._rows(connection, name, edge), *signed[name]])
        for name in set(ledger.organisations()) - edges.keys():
            found.setdefault(name, []).append(Fault(f"the log of {name}", "it was signed, and there is no such log"))
        async with connection.transaction():
            for name in sorted(found):
                await alarm.stand(connection, name, found[name])

    async def _rows(self, connection: Connection, organisation: str, edge: Frontier) -> Sequence[Fault]:
        end = max(0, edge.size - END)
        first = self._next.get(organisation, secrets.randbelow(end) if end else 0)
        first = first if first < end else 0
        self._next[organisation] = after = min(first + PART, end)
        faults = [fault async for fault in Tail(connection, organisation, end, edge).faults()]
        faults += [fault async for fault in spots.stretch(connection, organisation, edge, first, after)]
        known = await alarm.leaf(connection, organisation)
        if known is not None and known < end and not first <= known < after:
            faults += [fault async for fault in spots.stretch(connection, organisation, edge, known, known + 1)]
        return sorted(faults, key=lambda fault: edge.size if fault.leaf is None else fault.leaf)

    async def _signed(
        self, connection: Connection, organisation: str, key: Ed25519PublicKey, ledger: Ledger
    ) -> Sequence[Fault]:
        """What is wrong with the last checkpoints. What a crash left in the file alone is taken when it is signed."""
        kept = ledger.tail(organisation)
        if not kept.signed:
            return []
        try:
            async with connection.transaction():
                signatures = await _both(connection, organisation, kept)
            verifier = Verifier(checkpoint.origin(self.hub, organisation), key)
            return list(signatures.faults(verifier, {}, self._authorities()))
        except CANNOT_BE_READ as error:
            return [Fault(f"the log of {organisation}", f"what was signed of it cannot be read ({kind(error)})")]

    def _authorities(self) -> list[Certificate]:
        try:
            return timestamp.roots(self.roots)
        except BadTimestamp:  # of which those who ask for timestamps complain
            return []


async def _both(connection: Connection, organisation: str, kept: Kept) -> Signatures:
    """What both the file and the database should have: the last checkpoints that either tells of are left out."""
    lowest = sorted(kept.signed)[-SIGNED:][0]
    signed = await checkpoints.after(connection, organisation, lowest - 1)
    most = min(kept.size, max((one.size for one in signed), default=0))
    tokens = await checkpoints.tokens(connection, organisation, lowest)
    both = Kept(
        {size: one for size, one in kept.signed.items() if lowest <= size <= most},
        {size: said for size, said in kept.tokens.items() if size in tokens},
    )
    return Signatures(organisation, [one for one in signed if one.size <= most], tokens, both)
