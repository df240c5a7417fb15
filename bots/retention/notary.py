"""The notary signs what each log is: every so often, and when much was recorded. What it signs must go on from what it
signed before, else it refuses and an alarm is raised. A checkpoint is in the file first, then in the database and, by
the outbox, in the room: after a crash the file is ahead, and the next look takes from there what the database lacks.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.retention import announcing, audit, checkpoint, checkpoints, log, note, proofs
from bots.retention.checkpoint import Checkpoint
from bots.retention.checkpoints import LOCK, Signed
from bots.retention.ledger import Ledger
from bots.retention.merkle import EMPTY, Frontier
from bots.retention.note import BadNote, Signer
from bots.retention.settings import Checkpoints
from bots.retention.tree import Incomplete, Tree
from bridge import keys
from bridge.keys import KeyFileError
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms
from bridge.store.database import GROUND, Connection
from bridge.store.keyring import NO_ROOM
from bridge.work import kind

logger = logging.getLogger(__name__)

LONGEST_BETWEEN = 1.0
"""Seconds after which it is looked again how much was recorded."""


class Forked(Exception):
    """A log is not what was signed of it."""


@dataclass(frozen=True)
class Notary:
    """Signs for all logs of one installation."""

    host: Host
    settings: Checkpoints

    async def run(self) -> None:
        """Works until cancelled.

        Raises:
            KeyFileError: its key is missing or another's, and checkpoints stand that it signed.
            bridge.secret_file.SecretError: its key cannot be read or made.
        """
        key: Ed25519PrivateKey | None = None
        while True:
            try:
                async with self.host.pool.acquire() as connection:
                    if key is None:
                        key = await signing_key(connection, self.settings, self.host.hub)
                        await audit.adopt_reads(connection)
                        await announcing.come(self.host, connection, self.settings.room)
                    await self.look(connection, key)
            except KeyFileError:
                raise
            except GROUND as error:  # a full disk is one of these
                logger.warning("no checkpoint is signed for now (%s)", type(error).__name__)
            except Exception as error:
                logger.error("no checkpoint is signed for now: %s", kind(error))
            await asyncio.sleep(min(self.settings.seconds, LONGEST_BETWEEN))

    async def look(self, connection: Connection, key: Ed25519PrivateKey) -> None:
        """Signs what is due, unless another process is doing so."""
        kek = await self.host.keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
        async with connection.transaction():
            if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
                return
            now: datetime = await connection.fetchval("select clock_timestamp()")
            before = await checkpoints.latest(connection)
            for organisation, edge in (await log.frontiers(connection)).items():
                if self._due(edge, before.get(organisation), now):
                    signer = Signer(checkpoint.origin(self.host.hub, organisation), key)
                    await self._sign(connection, kek, signer, organisation, edge, now)

    def _due(self, edge: Frontier, before: Signed | None, now: datetime) -> bool:
        if before is None or edge.size < before.size:  # the latter is to be told
            return edge.size > 0
        waited = now - before.at >= timedelta(seconds=self.settings.seconds)
        return edge.size - before.size >= (1 if waited else self.settings.leaves)

    async def _sign(
        self, connection: Connection, kek: Kek, signer: Signer, organisation: str, edge: Frontier, now: datetime
    ) -> None:
        cause, ledger = f"record-log:{organisation}", Ledger(self.settings.folder)
        try:
            await self._level(connection, ledger, signer, organisation)
            await _assert_grown(connection, signer, organisation, edge)
        except (Forked, Incomplete, BadNote, ValueError) as error:
            logger.error("the log of %s is not what was signed of it: %s", organisation, error)
            await alarms.raise_alarm(connection, cause, Saying.of("record-log-broken", organisation=organisation))
            return
        await alarms.clear(connection, cause)
        said = signer.sign(Checkpoint(signer.name, edge.size, edge.root()).text())
        signed = Signed(organisation, edge.size, said, now)
        last = (await checkpoints.latest(connection)).get(organisation)
        if last is None or last.size < edge.size:
            await asyncio.to_thread(ledger.add, signed)
            await checkpoints.add(connection, signed)
        await announcing.post(self.host, connection, kek, self.settings.room, signed)

    async def _level(self, connection: Connection, ledger: Ledger, signer: Signer, organisation: str) -> None:
        """What the file has and the database lacks, and the other way, after a crash or a loss of either."""
        kept = await asyncio.to_thread(ledger.tail, organisation)
        last = (await checkpoints.latest(connection)).get(organisation)
        size = last.size if last is not None else 0
        for ahead in (kept.signed[at] for at in sorted(kept.signed) if at > size):
            await _assert_log_was(connection, signer, ahead)
            await checkpoints.add(connection, ahead)
        for behind in await checkpoints.after(connection, organisation, kept.size):
            await _assert_log_was(connection, signer, behind)
            await asyncio.to_thread(ledger.add, behind)


async def signing_key(connection: Connection, settings: Checkpoints, hub: str) -> Ed25519PrivateKey:
    """The key, made where nothing was signed yet. Raises as `Notary.run`."""
    before = await checkpoints.latest(connection)
    key = keys.signing_key(settings.key_file, may_make=not before)
    for organisation, signed in before.items():
        try:
            note.opened(signed.note, Signer(checkpoint.origin(hub, organisation), key).verifier)
        except BadNote as error:
            raise KeyFileError(
                f"{settings.key_file}: the last checkpoint of {organisation} is not signed with this key ({error});"
                " put the right file in place, or run `setu records verify`. Nothing was changed"
            ) from error
    return key


async def _assert_grown(connection: Connection, signer: Signer, organisation: str, edge: Frontier) -> None:
    """The log begins with what was signed last; raises Forked, Incomplete, BadNote, ValueError."""
    tree, root = Tree(connection, organisation), edge.root()
    last = (await checkpoints.latest(connection)).get(organisation)
    old, old_root = (last.size, _told(signer, last).root) if last is not None else (0, EMPTY)
    path = await tree.consistency(old, edge.size) if 0 < old <= edge.size else []
    if not proofs.consistent(old, old_root, edge.size, root, path) or await tree.root(edge.size) != root:
        raise Forked(f"at {edge.size} leaves it does not begin with what it was at {old}")


async def _assert_log_was(connection: Connection, signer: Signer, signed: Signed) -> None:
    """The log was what this says; raises as `_assert_grown`."""
    told, edge = _told(signer, signed), await log.frontier(connection, signed.organisation)
    if told.size > edge.size:
        raise Forked(f"it has {edge.size} leaves, and {told.size} were signed: the database is older than the file")
    if await Tree(connection, signed.organisation).root(told.size) != told.root:
        raise Forked(f"at {told.size} leaves it was another")


def _told(signer: Signer, signed: Signed) -> Checkpoint:
    told = checkpoint.read(note.opened(signed.note, signer.verifier))
    if told.size != signed.size:
        raise Forked(f"what stands as its checkpoint at {signed.size} leaves is that at {told.size}")
    return told
