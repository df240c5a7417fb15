"""Setu's intake behind a real web server, on a real database."""

from collections.abc import AsyncIterator

import pytest

from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.intake.door import Door, opened


@pytest.fixture
async def door(pool: Pool, journal: Journal, keyring: Keyring) -> AsyncIterator[Door]:
    async with opened(pool, journal, keyring) as door:
        yield door
