"""What a log must be before anything more is signed of it: it goes on from what was signed last, and what a crash left
in the file alone was signed of it.
"""

from bots.retention import checkpoint, checkpoints, log, note, proofs
from bots.retention.checkpoint import Checkpoint
from bots.retention.checkpoints import Signed
from bots.retention.merkle import EMPTY, Frontier
from bots.retention.note import Signer
from bots.retention.tree import Tree
from bridge.store.database import Connection


class Forked(Exception):
    """A log is not what was signed of it."""


async def assert_grown(connection: Connection, signer: Signer, organisation: str, edge: Frontier) -> None:
    """The log begins with what was signed last; raises Forked, Incomplete, BadNote, ValueError."""
    tree, root = Tree(connection, organisation), edge.root()
    last = (await checkpoints.latest(connection)).get(organisation)
    old, old_root = (last.size, _told(signer, last).root) if last is not None else (0, EMPTY)
    path = await tree.consistency(old, edge.size) if 0 < old <= edge.size else []
    if not proofs.consistent(old, old_root, edge.size, root, path) or await tree.root(edge.size) != root:
        raise Forked(f"at {edge.size} leaves it does not begin with what it was at {old}")


async def assert_log_was(connection: Connection, signer: Signer, signed: Signed) -> None:
    """The log was what this says; raises as `assert_grown`."""
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
