"""Two real homeservers, their people at real clients, and an embedded PostgreSQL, started once for all tests here; and
for each test as many new Setus on them, one after another, as it asks for. All of them share the port and the tokens
that the homeservers know; each has its own database, rooms, keys and folder.
"""

import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from bridge.lab.ground import Ground
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.progress import silent
from bridge.lab.setu import Setu
from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.sites import SETU, NewSite, OpenSite
from tests.postgres import Cluster

TEMPLATE = "template_setu"


@pytest.fixture(scope="session")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """Two Synapses, four people, PostgreSQL."""
    ground = Ground(tmp_path_factory.mktemp("ground"), informatics_centre(), [home_affairs()])
    try:
        await ground.start(SETU, silent())
        await Cluster(ground.postgres.url("postgres")).make_fast()
        yield ground
    finally:
        await ground.stop()


@pytest.fixture(scope="session")
async def template(ground: Ground) -> str:
    """A database with Setu's schema and nothing in it."""
    url = await ground.postgres.create_database(TEMPLATE)
    setu = Setu(ground.folder / "template", ground.address, SETU)
    setu.write(ground.settings(setu.folder, {"url": url}, links=()))
    await setu.migrate()
    return TEMPLATE


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Numbers for names that no two tests share."""
    return itertools.count(1)


@pytest.fixture
async def new_site(ground: Ground, template: str, numbers: Iterator[int], tmp_path: Path) -> AsyncIterator[NewSite]:
    """Sites of one test; their Setus are killed at its end."""
    sites: list[Site] = []

    def make(run_command: Sequence[str] = SETU, patience_seconds: float = PATIENCE_SECONDS) -> Site:
        name = f"setu_{next(numbers)}"
        folder = tmp_path / name
        site = Site(ground, folder, run_command, database=name, template=template, patience_seconds=patience_seconds)
        sites.append(site)
        return site

    yield make
    for site in sites:
        await site.setu.kill()


@pytest.fixture
def open_site(new_site: NewSite, numbers: Iterator[int]) -> OpenSite:
    """Sites of one test with open links; their Setus are killed at its end."""

    async def make(
        links: int = 1, run_command: Sequence[str] = SETU, patience_seconds: float = PATIENCE_SECONDS
    ) -> Site:
        site = new_site(run_command, patience_seconds)
        await site.open([f"link-{next(numbers)}" for _ in range(links)], silent())
        return site

    return make
