"""The gate with its routes at a real listener, on a real database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bots.classification.engine import Engine
from bots.classification.gate.settings import GateSettings
from bots.classification.load import load
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.gate import door as doors
from tests.gate.door import SECRET, Door, Rooms
from tests.people import CELL

Opened = Callable[..., AbstractAsyncContextManager[Door]]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return load()


@pytest.fixture
def rooms(engine: Engine) -> Rooms:
    """One room has a ceiling."""
    return Rooms({CELL: doors.rule(engine)})


@pytest.fixture
def opened(
    pool: Pool, journal: Journal, keyring: Keyring, engine: Engine, rooms: Rooms, tmp_path: Path
) -> Opened:  # fmt: skip
    """Opens a gate with these settings."""
    (tmp_path / "secret").write_text(SECRET)

    def open_it(**settings: Any) -> AbstractAsyncContextManager[Door]:
        given = GateSettings(token_file=tmp_path / "secret", **settings)
        return doors.opened(doors.host(pool, journal, keyring), engine, rooms, given)

    return open_it


@pytest.fixture
async def door(opened: Opened) -> AsyncIterator[Door]:
    async with opened() as door:
        yield door
