"""The notary signs what each log is: every so often, and when much was recorded. What it signs must go on from what it
signed before, and each row that it signs over for the first time must be what its leaf says; else it refuses and an
alarm is raised. A checkpoint is in the file first, then in the database and, by
the outbox, in the room: after a crash the file is ahead, and the next look takes from there what the database lacks.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.retention import alarm, announcing, before_the_log, checkpoint, checkpoints, growth, log, note
from bots.retention.checkpoint import Checkpoint
from bots.retention.checkpoints import LOCK, Signed
from bots.retention.growth import Forked
from bots.retention.ledger import Ledger
from bots.retention.merkle import Frontier
from bots.retention.note import BadNote, Signer
from bots.retention.settings import Checkpoints
from bots.retention.tree import Incomplete
from bots.retention.verification.tail import Tail
from bots.retention.watch import Watch
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

UNSIGNED = "record-not-signed"

ROUND = 60.0
"""Seconds after which it is looked again at what was recorded, and at a log that was refused."""


@dataclass(frozen=True)
class Notary:
    """Signs for all logs of one installation."""

    host: Host
    settings: Checkpoints
    roots: Path | None = None
    """The certificates by which timestamps are verified."""
    _refused: dict[str, float] = field(default_factory=dict)
    """When a log was looked at whose rows are not as they were recorded."""

    async def run(self) -> None:
        """Works until cancelled.

        Raises:
            KeyFileError: its key is missing or another's, and checkpoints stand that it signed.
            bridge.secret_file.SecretError: its key cannot be read or made.
        """
        key: Ed25519PrivateKey | None = None
        watch, due = Watch(self.host.hub, self.settings.folder, self.roots), 0.0
        while True:
            try:
                async with self.host.pool.acquire() as connection:
                    if key is None:
                        found = await signing_key(connection, self.settings, self.host.hub)
                        await before_the_log.adopt(connection, self.host.keyring, self.host.hub)
                        await announcing.come(self.host, connection, self.settings.room)
                        key = found
                    await self.look(connection, key)
                    if time.monotonic() >= due:
                        due = time.monotonic() + min(self.settings.seconds, ROUND)
                        await watch.look(connection, key.public_key())
                        await alarms.clear(connection, UNSIGNED)
            except KeyFileError:
                raise
            except GROUND as error:  # a full disk is one of these
                logger.warning("no checkpoint is signed for now (%s)", type(error).__name__)
            except Exception as error:
                logger.error("no checkpoint is signed for now: %s", kind(error))
                await self._complain(error)
            await asyncio.sleep(min(self.settings.seconds, LONGEST_BETWEEN))

    async def _complain(self, error: Exception) -> None:
        with suppress(*GROUND):
            async with self.host.pool.acquire() as connection:
                await alarms.raise_alarm(connection, UNSIGNED, Saying.of("record-not-signed", reason=kind(error)))

    async def look(self, connection: Connection, key: Ed25519PrivateKey) -> None:
        """Signs what is due, unless another process is doing so."""
        kek = await self.host.keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
        async with connection.transaction():
            if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
                return
            now: datetime = await connection.fetchval("select clock_timestamp()")
            before = await checkpoints.latest(connection)
            for organisation, edge in (await log.frontiers(connection)).items():
                if not self._is_refused(organisation) and self._due(edge, before.get(organisation), now):
                    signer = Signer(checkpoint.origin(self.host.hub, organisation), key)
                    await self._sign(connection, kek, signer, organisation, edge, now)

    def _is_refused(self, organisation: str) -> bool:
        return time.monotonic() < self._refused.get(organisation, -ROUND) + ROUND

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
            await growth.assert_grown(connection, signer, organisation, edge)
        except (Forked, Incomplete, BadNote, ValueError) as error:
            logger.error("the log of %s is not what was signed of it: %s", organisation, error)
            await alarms.raise_alarm(connection, cause, Saying.of("record-log-broken", organisation=organisation))
            return
        await alarms.clear(connection, cause)
        if not await self._rows_stand(connection, organisation, edge):
            return
        said = signer.sign(Checkpoint(signer.name, edge.size, edge.root()).text())
        signed = Signed(organisation, edge.size, said, now)
        last = (await checkpoints.latest(connection)).get(organisation)
        if last is None or last.size < edge.size:
            await asyncio.to_thread(ledger.add, signed)
            await checkpoints.add(connection, signed)
        await announcing.post(self.host, connection, kek, self.settings.room, signed)

    async def _rows_stand(self, connection: Connection, organisation: str, edge: Frontier) -> bool:
        """Whether each row since the last checkpoint is what its leaf says; else the alarm names the first."""
        last = (await checkpoints.latest(connection)).get(organisation)
        tail = Tail(connection, organisation, last.size if last is not None else 0, edge)
        if faults := [fault async for fault in tail.faults()]:
            logger.error("what was recorded since is not as it was recorded, and is not signed: %s", faults[0])
            await alarm.stand(connection, organisation, faults)
            self._refused[organisation] = time.monotonic()
        return not faults

    async def _level(self, connection: Connection, ledger: Ledger, signer: Signer, organisation: str) -> None:
        """What the file has and the database lacks, and the other way, after a crash or a loss of either."""
        kept = await asyncio.to_thread(ledger.tail, organisation)
        last = (await checkpoints.latest(connection)).get(organisation)
        size = last.size if last is not None else 0
        for ahead in (kept.signed[at] for at in sorted(kept.signed) if at > size):
            await growth.assert_log_was(connection, signer, ahead)
            await checkpoints.add(connection, ahead)
        for behind in await checkpoints.after(connection, organisation, kept.size):
            await growth.assert_log_was(connection, signer, behind)
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
