"""Puts the parts of verification together: all of it, one room, or a sample."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bots.retention import checkpoint, checkpoints, log, timestamp
from bots.retention.ledger import Kept, Ledger
from bots.retention.merkle import Frontier
from bots.retention.note import Verifier
from bots.retention.settings import RetentionSettings
from bots.retention.tree import Incomplete, Tree
from bots.retention.verification import holds, media, rooms, spots, strays
from bots.retention.verification.fault import Fault
from bots.retention.verification.logs import Log, Progress
from bots.retention.verification.signatures import Signatures
from bridge.model import Room
from bridge.store.database import Connection


@dataclass(frozen=True)
class Whole:
    """The record at one moment: what one transaction sees, and the file as it was then."""

    connection: Connection
    settings: RetentionSettings
    hub: str
    key: Ed25519PublicKey | None
    """None where nothing was ever signed."""
    edges: Mapping[str, Frontier]
    signatures: Mapping[str, Signatures]
    media: Path | None = None
    """The folder of files."""

    async def all(self, progress: Progress) -> AsyncIterator[Fault]:
        """Every row of every table."""
        for organisation, edge in self.edges.items():
            sizes = sorted({one.size for one in self.signatures[organisation].signed})
            one = Log(self.connection, organisation, edge, sizes)
            async for fault in one.faults(progress):
                yield fault
            for fault in self._signed(organisation, one.roots):
                yield fault
        for organisation in self.signatures.keys() - self.edges.keys():
            yield Fault(f"the log of {organisation}", "it was signed, and there is no such log")
        async for fault in strays.faults(self.connection):
            yield fault
        async for fault in rooms.faults(self.connection):
            yield fault
        async for fault in holds.faults(self.connection):
            yield fault
        async for fault in media.faults(self.connection, self.media):
            yield fault

    async def of(self, chosen: Sequence[Room], progress: Progress) -> AsyncIterator[Fault]:
        """All records of these rooms, each proved to be in its log, and what was signed of the logs."""
        for one in chosen:
            edge = self.edges.get(one.homeserver, Frontier())
            async for fault in spots.room(self.connection, one, edge, progress):
                yield fault
            async for fault in rooms.faults(self.connection, one.ref):
                yield fault
            async for fault in media.faults(self.connection, self.media, one):
                yield fault
        for organisation in sorted({one.homeserver for one in chosen} & self.edges.keys()):
            async for fault in self._last(organisation):
                yield fault

    async def sample(self, most: int, progress: Progress) -> AsyncIterator[Fault]:
        """So many rows of each log, and what was signed of it."""
        for organisation, edge in self.edges.items():
            async for fault in spots.sample(self.connection, organisation, edge, most, progress):
                yield fault
            async for fault in self._last(organisation):
                yield fault
        async for fault in holds.faults(self.connection):
            yield fault
        async for fault in media.faults(self.connection, self.media, most=most):
            yield fault

    def verifier(self, organisation: str) -> Verifier | None:
        """The key of a log; None where nothing was ever signed, or the name is none."""
        try:
            return Verifier(checkpoint.origin(self.hub, organisation), self.key) if self.key is not None else None
        except ValueError:
            return None

    async def _last(self, organisation: str) -> AsyncIterator[Fault]:
        """The log goes on from its last checkpoint to its right edge; each checkpoint is signed."""
        tree, edge = Tree(self.connection, organisation), self.edges[organisation]
        sizes = {edge.size, *(one.size for one in self.signatures[organisation].signed[-1:])}
        roots: dict[int, bytes] = {}
        for size in sorted(sizes):
            try:
                roots[size] = await tree.root(size)
            except Incomplete as error:
                yield Fault(f"the log of {organisation}", str(error))
        if roots.get(edge.size, edge.root()) != edge.root():
            yield Fault(f"the log of {organisation}", "its right edge is not that of its leaves")
        for fault in self._signed(organisation, roots):
            yield fault

    def _signed(self, organisation: str, roots: Mapping[int, bytes]) -> Sequence[Fault]:
        signatures = self.signatures[organisation]
        if self.key is None:
            return []
        if (key := self.verifier(organisation)) is None:
            return [Fault(f"the log of {organisation}", "no organisation has such a name")]
        return list(signatures.faults(key, roots, timestamp.roots(self.settings.timestamp_roots)))


@asynccontextmanager
async def opened(
    connection: Connection, settings: RetentionSettings, hub: str, key: Ed25519PublicKey | None,
    folder: Path | None = None,
) -> AsyncIterator[Whole]:  # fmt: skip
    """What there is to verify, as it is now: nobody signs until both the database and the file are seen."""
    async with checkpoints.one_moment(connection) as others_may_sign:
        whole = await seen(connection, settings, hub, key, folder)
        await others_may_sign()
        yield whole


async def seen(
    connection: Connection, settings: RetentionSettings, hub: str, key: Ed25519PublicKey | None,
    folder: Path | None = None,
) -> Whole:  # fmt: skip
    """The same in the transaction that is open."""
    edges = await log.frontiers(connection)
    ledger = Ledger(settings.checkpoints.folder)
    kept = {name: await asyncio.to_thread(ledger.all, name) for name in ledger.organisations()}
    names = sorted({*kept, *edges})
    signatures = {name: await _signatures(connection, name, kept.get(name, Kept())) for name in names}
    return Whole(connection, settings, hub, key, edges, signatures, folder)


async def _signatures(connection: Connection, organisation: str, kept: Kept) -> Signatures:
    signed = await checkpoints.after(connection, organisation, 0)
    tokens = await checkpoints.tokens(connection, organisation)
    return Signatures(organisation, signed, tokens, kept)
