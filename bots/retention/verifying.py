"""`setu records verify`: tells how far it is, then a line for each fault; exits 1 where there is any. It needs the key
that signs checkpoints, and no other: what is sealed stays sealed.
"""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bots.retention import checkpoints, record
from bots.retention.ledger import Ledger
from bots.retention.settings import Checkpoints, RetentionSettings
from bots.retention.verification import whole
from bots.retention.verification.fault import Fault
from bots.retention.verification.rows import CANNOT_BE_READ
from bots.retention.verification.whole import Whole
from bridge import ground, keys
from bridge.config import Settings
from bridge.model import Room
from bridge.plugin import Bot, names_config
from bridge.store.database import Connection

EACH = 5.0
"""Seconds after which it is told how far it is."""


def arguments(parser: ArgumentParser) -> None:
    """What follows the name of the command."""
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--room", help="only the records of this room, each proved to be in its log")
    part.add_argument("--sample", type=_count, metavar="N", help="only so many rows of each log, chosen by chance")
    names_config(parser)


def _count(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise ArgumentTypeError("give a number of rows, 1 or more")
    return int(given)


async def run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    """Raises KeyFileError where checkpoints were signed and the key is gone, and what `ground.connected` raises."""
    own = RetentionSettings.model_validate(settings.bots.get("retention", {}))
    async with ground.connected(settings, bots) as (_, pool), pool.acquire() as connection:
        chosen = await record.rooms(connection, given.room) if given.room is not None else []
        if given.room is not None and not chosen:
            print(f"--room: nothing of a room {given.room} is on record; `setu status` names rooms", file=sys.stderr)
            return 1
        told = _Telling()
        try:
            key = await _key(connection, own.checkpoints)
            async with whole.opened(connection, own, settings.hub.server_name, key, settings.media.folder) as seen:
                faults = await told.all(_part(seen, chosen, given.sample, told))
        except CANNOT_BE_READ as error:
            print(Fault("the record", f"something in it cannot be read ({type(error).__name__}: {error})"))
            return 1
    for organisation, named in [(name, seen.verifier(name)) for name in seen.edges]:
        print(f"the key of the log of {organisation}: {named.text() if named is not None else 'none yet'}")
    total = sum(edge.size for edge in seen.edges.values())
    print(f"{told.count} of {total} records and audit entries in {len(seen.edges)} logs: {faults or 'no'} faults")
    return 1 if faults else 0


def _part(seen: Whole, chosen: Sequence[Room], most: int | None, told: "_Telling") -> AsyncIterator[Fault]:
    if chosen:
        return seen.of(chosen, told.progress)
    return seen.sample(most, told.progress) if most is not None else seen.all(told.progress)


async def _key(connection: Connection, settings: Checkpoints) -> Ed25519PublicKey | None:
    if not await checkpoints.latest(connection) and not Ledger(settings.folder).organisations():
        return None
    return keys.signing_key(settings.key_file, may_make=False).public_key()


@dataclass
class _Telling:
    """Tells a person what is found, and how far it is."""

    count: int = 0
    since: float = 0.0

    def progress(self, more: int) -> None:
        self.count += more
        if time.monotonic() - self.since >= EACH:
            self.since = time.monotonic()
            print(f"{self.count} looked at", file=sys.stderr, flush=True)

    async def all(self, faults: AsyncIterator[Fault]) -> int:
        """Prints each, and gives how many there are."""
        found = 0
        async for fault in faults:
            found += 1
            print(fault, flush=True)
        return found
