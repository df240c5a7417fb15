"""Files that are told as kept: each lies in the media folder as it was when that was told, and its sealed key in the
database. What lies there is hashed as it is, sealed.
"""

import asyncio
import hashlib
import json
import random
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from bots.retention.files.deed import KEPT
from bots.retention.verification.fault import Fault
from bots.retention.verification.rooms import PATIENCE
from bridge.media_folder import place_of
from bridge.model import Room
from bridge.store.database import Connection

# The same bytes are kept once in a room, and may have been kept anew: the last word on them counts.
_LEAVES = """
    select organisation, seq, room_id, detail from record_audit
    where action = $1 and ($2::text is null or (organisation = $2 and room_id = $3)) order by organisation, seq
"""
_KEYS = """
    select f.name, f.size, f.sealed_digest, sha256(f.sealed) as key from media_file f join room r on r.id = f.room
    where r.homeserver = $1 and r.room_id = $2 and f.name = $3
"""
_NAME = re.compile(r"[0-9a-f]{1,64}-[0-9a-f]{1,64}")
CHUNK = 1 << 20

Told = Mapping[str, Any]
"""What a leaf tells of a file."""


async def faults(
    connection: Connection, folder: Path | None, room: Room | None = None, most: int | None = None
) -> AsyncIterator[Fault]:
    """Of all files, of those of a room, or of so many, chosen by chance."""
    given = (room.homeserver, room.room_id) if room is not None else (None, None)
    rows = await connection.fetch(_LEAVES, KEPT, *given, timeout=PATIENCE)
    files = list(_last(rows).values())
    if most is not None and len(files) > most:
        files = random.sample(files, most)
    for row, told in files:
        if (wrong := await _wrong(connection, folder, row, told)) is not None:
            where = (
                f"file {told.get('name')} of {row['organisation']} (room {row['room_id']}, entry {told.get('entry')})"
            )
            yield Fault(where, wrong)


def _last(rows: Sequence[asyncpg.Record]) -> Mapping[tuple[str, str, str], tuple[asyncpg.Record, Told]]:
    """By organisation, room and content. A leaf that tells nothing that can be read is a fault of its own."""
    found: dict[tuple[str, str, str], tuple[asyncpg.Record, Told]] = {}
    for row in rows:
        try:
            told = json.loads(row["detail"])
        except ValueError:
            continue
        if isinstance(told, dict):
            found[row["organisation"], str(row["room_id"]), str(told.get("content"))] = row, told
    return found


async def _wrong(connection: Connection, folder: Path | None, row: asyncpg.Record, told: Told) -> str | None:
    name = str(told.get("name"))
    if not _NAME.fullmatch(name):
        return "no file has such a name"
    key = await connection.fetchrow(_KEYS, row["organisation"], row["room_id"], name)
    if key is None:
        return "its key is missing"
    if key["key"].hex() != told.get("key_sha256"):
        return "its key is not the one that was recorded"
    if (key["size"], key["sealed_digest"].hex()) != (told.get("size"), told.get("sealed_sha256")):
        return "the book of media says otherwise"
    if folder is None:
        return "it cannot be looked at: media.folder is not set"
    try:
        digest = await asyncio.to_thread(_digest, place_of(folder, name))
    except FileNotFoundError:
        return "it is missing from the media folder"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    return "it is not what was recorded" if digest != told.get("sealed_sha256") else None


def _digest(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()
