"""The journal as another process knows it, with nothing remembered; and an encrypted room."""

import pytest

from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.keyrings import keyring_of
from tests.store import guardroom as guardrooms
from tests.store.guardroom import Guardroom
from tests.store.secret_cell import Cell


@pytest.fixture
def journal_of_another(pool: Pool, master: MasterKey) -> Journal:
    return Journal(pool, keyring_of(master))


@pytest.fixture
async def cell(pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey) -> Cell:
    return await Cell.of(pool, journal, keyring, master)


@pytest.fixture
async def guardroom(pool: Pool, journal: Journal, keyring: Keyring) -> Guardroom:
    """Linked rooms for matter up to RESTRICTED, with the classification bot in them."""
    return await guardrooms.linked(guardrooms.guardroom(pool, journal, keyring))


@pytest.fixture
def guardroom_of_nobody(pool: Pool, journal: Journal, keyring: Keyring) -> Guardroom:
    """The classification bot, and no room yet."""
    return guardrooms.guardroom(pool, journal, keyring)
