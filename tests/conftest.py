"""What tests of the core stand on: a database of their own with Setu's schema, a journal in it, keys. What tests write
lies in memory where there is room: a homeserver waits for its disk several times for each message.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import database
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests import postgres
from tests.keyrings import keyring_of
from tests.postgres import Cluster

settings.register_profile("setu", deadline=None)  # tests are not timed
settings.load_profile("setu")

MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30
"""Bytes; all tests together write a third of it."""


def pytest_configure() -> None:
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def cluster_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("postgres") / "data"


@pytest.fixture(scope="session")
async def cluster(cluster_folder: Path) -> AsyncIterator[Cluster]:
    async with postgres.running(cluster_folder) as cluster:
        yield cluster


@pytest.fixture(scope="session")
async def migrated(cluster: Cluster) -> AsyncIterator[str]:
    """The database that each test's own is made from."""
    async with cluster.migrated() as name:
        yield name


@pytest.fixture
async def url(cluster: Cluster, migrated: str) -> AsyncIterator[str]:
    """A fresh database with Setu's schema."""
    async with cluster.database(migrated) as name:
        yield cluster.url(name)


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Pool]:
    async with database.opened(url, 20) as pool:
        yield pool


@pytest.fixture
def master() -> MasterKey:
    return MasterKey(bytes(range(KEY_BYTES)))


@pytest.fixture
def keyring(master: MasterKey) -> Keyring:
    return keyring_of(master)


@pytest.fixture
def journal(pool: Pool, keyring: Keyring) -> Journal:
    return Journal(pool, keyring)
