"""Faults of `setu records verify`: it passes something by, or is not content with what is right."""

from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from unittest.mock import patch

import asyncpg

from bots.retention import verifying
from bots.retention.note import Verifier
from bots.retention.verification import media, rows
from bots.retention.verification.fault import Fault
from bots.retention.verification.rows import Row
from bridge.config import Settings
from bridge.plugin import Bot
from tests.faults.planting import plant

DEPARTMENT = "mha.lab"


def another_key() -> None:
    """It tells a key that has signed nothing."""
    run = verifying.run

    async def told(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
        text = Verifier.text
        with patch.object(Verifier, "text", lambda verifier: text(verifier)[::-1]):
            return await run(settings, bots, given)

    plant(verifying, "run", told)


def believes_rows() -> None:
    """A record says what stands in its row, whatever its leaf commits to."""
    read = rows._record

    def believed(organisation: str, row: asyncpg.Record) -> Row:
        found = read(organisation, row)
        if organisation != DEPARTMENT:
            return found
        return replace(found, computed=found.leaf, wrong=_but(found.wrong, "the journal says otherwise"))

    plant(rows, "_record", believed)


def believes_journal() -> None:
    """What lies sealed in the journal is what was recorded."""
    read = rows._record

    def believed(organisation: str, row: asyncpg.Record) -> Row:
        found = read(organisation, row)
        return replace(found, wrong=_but(found.wrong, "the sealed bytes are not those that were recorded"))

    plant(rows, "_record", believed)


def _but(wrong: str | None, unseen: str) -> str | None:
    return None if wrong == unseen else wrong


def passes_files_by() -> None:
    """No file is looked at."""

    nothing: list[Fault] = []

    async def none(*_: object, **__: object) -> AsyncIterator[Fault]:
        for fault in nothing:
            yield fault

    plant(media, "faults", none)


def resentful() -> None:
    """Where it was not content once, it never is again."""
    run = verifying.run

    async def remembered(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
        grudge = given.config.parent / "grudge"
        if grudge.exists():
            print("the record: it was wrong before")
            return 1
        if code := await run(settings, bots, given):
            grudge.touch()
        return code

    plant(verifying, "run", remembered)
