"""The journal as another process knows it, with nothing remembered."""

import pytest

from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring


@pytest.fixture
def journal_of_another(pool: Pool, master: MasterKey) -> Journal:
    return Journal(pool, Keyring(master))
