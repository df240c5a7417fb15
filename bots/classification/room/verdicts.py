"""Verdicts, kept once: the mirror, the bots and the record all speak of the same one. Only what was found is kept; an
entry that was judged and carries nothing has no row.
"""

import json
from collections.abc import Mapping, Sequence

from bots.classification.verdict import Verdict, packed, unpacked
from bridge.model import Room
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

TABLE = "classification_verdict"


async def keep(connection: Connection, kek: Kek, room: Room, pos: int, verdict: Verdict) -> None:
    """Keeps the verdict on the entry at this position, in place of an earlier one."""
    sealed = kek.seal(json.dumps(packed(verdict)).encode(), _place(room, pos))
    level = str(verdict.level) if verdict.level is not None else None
    await connection.execute(
        f"insert into {TABLE} (room, pos, level, kind, rules, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (room, pos) do update"
        " set level = $3, kind = $4, rules = $5, kek = $6, wrapped = $7, sealed = $8, judged_at = now()",
        room.ref, pos, level, verdict.kind, list(dict.fromkeys(finding.rule for finding in verdict.findings)),
        sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


async def of(connection: Connection, keyring: Keyring, room: Room, positions: Sequence[int]) -> Mapping[int, Verdict]:
    """The verdicts on these entries, by position; those of which nothing was found are not among them."""
    rows = await connection.fetch(
        f"select pos, kek, wrapped, sealed from {TABLE} where room = $1 and pos = any($2)", room.ref, list(positions)
    )
    await keyring.load(connection, (row["kek"] for row in rows))
    found = {}
    for row in rows:
        plain = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), _place(room, row["pos"]))
        found[row["pos"]] = unpacked(json.loads(plain))
    return found


def _place(room: Room, pos: int) -> bytes:
    return about(TABLE, room.homeserver, room.room_id, str(pos))
