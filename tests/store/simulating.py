"""Rules are tried on what is journalled of a guardroom, and what was printed is read."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.classification.room.simulation import run
from bots.classification.room.simulation.asked import Asked
from bots.classification.settings import ClassificationSettings
from bridge.store.database import Pool
from tests.store.guardroom import SETTINGS, Guardroom, engine

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PLANTED = "Zephyrine"
"""A word that must never be printed."""


class Simulated:
    """What was printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def counts(self, deed: str, of: str | None = None) -> tuple[int, int, int, int]:
        """What would happen, what of it is new, what is gone, what is only tried: of all, or of one rule or room."""
        told = self.told
        rooms = {room["room"]: room for room in told["by_room"]}
        rows = {None: told["all"], **told["by_rule"], **rooms}
        count = rows[of][deed] if of in rows else {"would": 0, "new": 0, "gone": 0, "tried": 0}
        return count["would"], count["new"], count["gone"], count["tried"]


class Simulating:
    """Rules are tried in rooms."""

    def __init__(self, guardroom: Guardroom, capsys: pytest.CaptureFixture[str]) -> None:
        self._guardroom, self._capsys = guardroom, capsys

    async def __call__(
        self, rules: Mapping[str, Any] = SETTINGS, *, since: datetime = LONG_AGO, room: str | None = None,
        as_json: bool = True,
    ) -> Simulated:  # fmt: skip
        self._capsys.readouterr()
        settings = ClassificationSettings.model_validate(dict(rules))
        desk = run.desk(settings, engine(), self._guardroom.desk.host)
        code = await run.run(desk, Asked("new.yaml", since, room), as_json=as_json)
        said = self._capsys.readouterr()
        return Simulated(code, said.out, said.err)


def with_ceiling(ceiling: str, **more: Any) -> Mapping[str, Any]:
    return {**SETTINGS, "rooms": [{"link": "cell", "ceiling": ceiling}], **more}


async def everything(pool: Pool) -> Mapping[str, tuple[int, str]]:
    """The number of rows of every table, and a hash of them."""
    names = await pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    found = {}
    for name in [row["tablename"] for row in names]:
        row = await pool.fetchrow(
            f"select count(*), md5(coalesce(string_agg(t::text, '' order by t::text), '')) from {name} t"
        )
        assert row is not None
        found[name] = (row[0], row[1])
    return found
