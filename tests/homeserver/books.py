"""What Setu's own books say: its database, and `setu reconcile` as an administrator runs it."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
from ruamel.yaml import YAML

from bridge.lab.child import LabError, until
from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.sites import SETU


@dataclass(frozen=True)
class Reconciled:
    """How `setu reconcile` ended, and what it printed."""

    code: int | None
    printed: str

    @property
    def sides(self) -> list[dict[str, Any]]:
        """The counts of each side, where it was asked for JSON."""
        found: list[dict[str, Any]] = json.loads(self.printed)
        return found


async def reconcile(site: Site, *arguments: str) -> Reconciled:
    command = (*SETU, "reconcile", str(site.setu.settings_file), *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    return Reconciled(process.returncode, printed.decode())


async def agree(site: Site) -> list[dict[str, Any]]:
    """Waits until nothing is missing and nothing is held; gives the sides."""
    last = Reconciled(None, "")

    async def all_there() -> bool:
        nonlocal last
        last = await reconcile(site, "--json")
        return last.code == 0 and all(side["fates"]["held"] == 0 for side in last.sides)

    if not await until(all_there, PATIENCE_SECONDS):
        raise LabError(f"the counts do not come to agree: {(await reconcile(site)).printed}")
    return last.sides


async def ask(site: Site, question: str, *given: Any) -> Sequence[Mapping[str, Any]]:
    """Rows of Setu's database."""
    settings = YAML(typ="safe", pure=True).load(site.setu.settings_file)
    connection = await asyncpg.connect(settings["database"]["url"])
    try:
        return [dict(row) for row in await connection.fetch(question, *given)]
    finally:
        with suppress(asyncpg.PostgresError):
            await connection.close()
