"""One export from its beginning to its end: what was settled, the lines, what people read, the manifest, and at last
the same verification that a stranger will do.
"""

import asyncio
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bots.retention import verify
from bots.retention.export.bounds import WITHOUT_BOUNDS, Within
from bots.retention.export.folder import MANIFEST, RECORDS, WORK, Folder
from bots.retention.export.forms import Reading, file_of
from bots.retention.export.plan import Plan
from bots.retention.export.readme import readme
from bots.retention.export.worklist import Worklist
from bots.retention.export.writing import Ground, Missing, Writing

Tell = Callable[[str], None]
"""Tells whoever waits how far it is."""


MOST_TOLD = 20
"""Faults."""


class Unsound(Exception):
    """The export is not what it ought to be: what verification says of it."""


@dataclass(frozen=True)
class Export:
    """One export at work."""

    ground: Ground
    plan: Plan
    folder: Folder
    worklist: Worklist
    tell: Tell
    within: Within = WITHOUT_BOUNDS

    async def make(self) -> Mapping[str, Any]:
        """Makes it, or what is left of it, and gives its manifest.

        Raises:
            Missing: records are not there that ought to be.
            Unsound: the folder does not verify.
            bridge.disk.DiskError, OSError, sqlite3.Error: the disk is full, or cannot be used. The same again goes on.
            bots.retention.export.pdf.NoPdf: what prints has failed.
            bots.retention.search.query.BadQuery: the query cannot be asked.
            bots.retention.export.bounds.TooMany: more was selected than may be exported.
        """
        writing = Writing(self.ground, self.plan, self.folder, self.worklist, self.within.counted)
        await writing.choose()
        self.within.assert_few(self.worklist.told("selected"))
        self.tell(f"{self.worklist.told('selected')} records selected")
        await writing.records()
        writing.people()
        counts = self._counts(await writing.gaps())
        self.tell(f"{counts['records']} records written")
        self._beside()
        told = self._told(counts)
        async for made in Reading(self.plan, self.folder, self.worklist, told).make():
            self.tell(f"made {made}")
        self.folder.write("README.txt", readme([each.name for each in self.folder.path.iterdir()] + [MANIFEST]))
        self._assert_all(counts)
        manifest = {**told, "files": await asyncio.to_thread(_files, self.folder.path)}
        self.folder.declare(manifest)
        await self._assert_sound()
        self.worklist.close()
        self.folder.finish()
        return manifest

    def _counts(self, gaps: int) -> dict[str, int]:
        told = self.worklist.told
        return {
            **told("counts"),
            "selected": told("selected"),
            "asked": told("asked"),
            "facts": told("facts"),
            "gaps": gaps,
        }

    def _assert_all(self, counts: Mapping[str, int]) -> None:
        """What was selected was written, and of the room nothing is missing. Raises Missing."""
        if lacking := self.worklist.told("lacking"):
            raise Missing(
                f"{lacking} records that the room ought to have are not there; `setu records verify` names them"
            )
        absent = self.worklist.items("chosen > 0 and at is null order by id limit 5")
        if counts["records"] != counts["selected"] or absent:
            named = ", ".join(f"{item.room_seq} ({item.event_id})" for item in absent)
            raise Missing(
                f"{counts['selected']} records were selected and {counts['records']} written; missing: {named}"
            )
        with (self.folder.path / RECORDS).open("rb") as file:
            lines = sum(1 for _ in file)
        if lines != counts["records"] + counts["facts"]:
            raise Missing(f"{RECORDS} has {lines} lines, not {counts['records']} records and {counts['facts']} facts")

    def _beside(self) -> None:
        """The checkpoints, and the program that verifies."""
        for organisation, proof in self.plan.proofs.items():
            self.folder.write(_note_of(organisation), proof.note)
            if proof.token is not None:
                self.folder.at(f"checkpoints/{file_of(organisation)}.tsr").write_bytes(proof.token)
        shutil.copyfile(verify.__file__, self.folder.at("verify.py"))

    def _told(self, counts: Mapping[str, int]) -> dict[str, Any]:
        plan, whole = self.plan, self.plan.request.selection.whole
        complete = [
            {"organisation": scope.room.homeserver, "room_id": scope.room.room_id, "first": 1, "last": scope.last}
            for scope in plan.scopes if whole
        ]  # fmt: skip
        return {
            "format": verify.FORMAT, "export": plan.id, "began": plan.began, **plan.request.told(),
            "counts": dict(counts), "records": counts["records"] + counts["facts"], "rooms": complete,
            "logs": {name: {"checkpoint": _note_of(name), "key": one.key} for name, one in plan.proofs.items()},
            "proved": {name: one.size for name, one in plan.proofs.items()},
        }  # fmt: skip

    async def _assert_sound(self) -> None:
        """Raises Unsound."""
        keys = [one.key for one in self.plan.proofs.values()]
        if faults := await asyncio.to_thread(_faults, self.folder.path, keys):
            self.folder.withdraw()
            raise Unsound("\n".join(faults))


def _faults(folder: Path, keys: list[str]) -> list[str]:
    """The first faults that the program for strangers finds, beside that the worklist is still there."""
    found = verify.Export(folder, json.loads((folder / MANIFEST).read_bytes()), keys).faults()
    return list(islice((fault for fault in found if not fault.startswith(f"{WORK}/")), MOST_TOLD))


def _note_of(organisation: str) -> str:
    return f"checkpoints/{file_of(organisation)}.note"


def _files(folder: Path) -> dict[str, Any]:
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(f"{WORK}/") and name != MANIFEST:
            with path.open("rb") as file:
                found[name] = {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": file.tell()}
    return found
