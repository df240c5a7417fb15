"""An export as the documentation of the standalone verifier has it, made from an archive in the plainest way."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from bots.retention import record
from bots.retention.leaf import Deed, Record, deed_header, record_header
from bots.retention.note import Verifier
from bots.retention.tree import Tree
from bridge.store.database import Connection
from tests.store.recorded import MHA, Archive


async def made(archive: Archive, folder: Path, key: Verifier) -> Path:
    """All of the log of Home Affairs, under its last checkpoint."""
    (folder / "checkpoints").mkdir(parents=True)
    async with archive.pool.acquire() as connection:
        signed = await connection.fetchrow(
            "select size, note from record_checkpoint where organisation = $1 order by size desc", MHA
        )
        assert signed is not None
        lines = [*await _records(archive, connection, signed["size"]), *await _deeds(connection, signed["size"])]
    (folder / "records.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / "checkpoints" / "mha.lab.note").write_text(signed["note"])
    (folder / "index.html").write_text("<p>What was said.</p>")
    write_manifest(folder, key.text(), len(lines))
    return folder


def write_manifest(folder: Path, key: str, records: int) -> None:
    files = {
        path.relative_to(folder).as_posix(): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size
        }
        for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"
    }  # fmt: skip
    manifest = {
        "format": "setu-export 1", "files": files, "records": records,
        "logs": {MHA: {"checkpoint": "checkpoints/mha.lab.note", "key": key}},
        "rooms": [{"organisation": MHA, "room_id": "!cell:mha.lab", "first": 1, "last": 3}],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))


async def _records(archive: Archive, connection: Connection, size: int) -> list[dict[str, Any]]:
    rows = await connection.fetch(
        f"select r.seq, o.room_id, {', '.join(f'r.{name}' for name in record.COLUMNS)}, j.sealed, k.kek, k.wrapped"
        " from record r join room o on o.id = r.room join journal j on (j.room, j.pos) = (r.room, r.pos)"
        " join event_key k on (k.room, k.pos) = (r.room, r.pos) where organisation = $1 order by r.seq",
        MHA,
    )
    await archive.keyring.load(connection, (row["kek"] for row in rows))
    lines = []
    for row in rows:
        kept = Record(*[row[name] for name in record.COLUMNS])
        key = archive.keyring.unwrap(row["kek"], row["wrapped"])
        [entry] = await archive.journal.read(
            connection, (await record.rooms(connection, row["room_id"]))[0], kept.pos - 1, kept.pos
        )
        part = {"sealed": _base64(row["sealed"]), "key": _base64(key), "plain": entry.raw.raw.decode()}
        lines.append(
            {
                "organisation": MHA, "seq": row["seq"], "header": record_header(MHA, row["room_id"], kept).decode(),
                "sealed_sha256": [kept.sealed_sha256.hex()], "proof": await _proof(connection, row["seq"], size),
                "parts": {"event": part},
            }
        )  # fmt: skip
    return lines


async def _deeds(connection: Connection, size: int) -> list[dict[str, Any]]:
    rows = await connection.fetch(
        "select seq, at, actor, action, room_id, purpose, detail, salt from record_audit where organisation = $1", MHA
    )
    return [
        {
            "organisation": MHA, "seq": row["seq"], "header": deed_header(MHA, Deed(*list(row)[1:])).decode(),
            "proof": await _proof(connection, row["seq"], size),
        }
        for row in rows
    ]  # fmt: skip


async def _proof(connection: Connection, seq: int, size: int) -> list[str]:
    return [_base64(node) for node in await Tree(connection, MHA).inclusion(seq, size)]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
