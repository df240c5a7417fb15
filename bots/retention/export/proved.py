"""Under which checkpoint an export is proved: the last one where it holds everything, else one that is signed for it,
as the notary signs, so that nobody waits for the next minute.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.retention import checkpoint, checkpoints
from bots.retention.notary import Notary, signing_key
from bots.retention.note import Verifier
from bots.retention.settings import Checkpoints
from bridge.plugin import Host
from bridge.store.database import Connection

PATIENCE, BETWEEN = 30.0, 0.1
"""Seconds for which another process may be signing, and between two looks."""


class Unproved(Exception):
    """A log of which no checkpoint can be had: why, and the mend."""


@dataclass(frozen=True)
class Proof:
    """What the records of one log are proved against."""

    size: int
    note: str
    key: str
    """As people hand it to each other."""
    token: bytes | None
    """What an authority said about when (RFC 3161)."""


async def proofs(
    connection: Connection, host: Host, settings: Checkpoints, sizes: Mapping[str, int]
) -> Mapping[str, Proof]:
    """For each of these organisations, a checkpoint of its log at least of this size.

    Raises:
        Unproved: there is none.
        bridge.keys.KeyFileError, bridge.secret_file.SecretError: the key that signs cannot be used.
    """
    key = await signing_key(connection, settings, host.hub)
    await _sign(connection, host, settings, key, sizes)
    latest, found = await checkpoints.latest(connection), {}
    for organisation in sizes:
        signed = latest[organisation]
        token = (await checkpoints.tokens(connection, organisation)).get(signed.size)
        named = Verifier(checkpoint.origin(host.hub, organisation), key.public_key()).text()
        found[organisation] = Proof(signed.size, signed.note, named, token)
    return found


async def _sign(
    connection: Connection, host: Host, settings: Checkpoints, key: Ed25519PrivateKey, sizes: Mapping[str, int]
) -> None:
    notary = Notary(host, settings.model_copy(update={"leaves": 1, "seconds": 0.001}))
    try:
        async with asyncio.timeout(PATIENCE):
            while lacking := await _lacking(connection, sizes):
                await notary.look(connection, key)
                if await _lacking(connection, sizes):
                    await asyncio.sleep(BETWEEN)
    except TimeoutError:
        raise Unproved(
            f"the log of {lacking[0]} cannot be signed as it is; run `setu records verify`, which says why"
        ) from None


async def _lacking(connection: Connection, sizes: Mapping[str, int]) -> list[str]:
    latest = await checkpoints.latest(connection)
    return [name for name, size in sizes.items() if name not in latest or latest[name].size < size]
