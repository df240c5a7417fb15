"""The fixtures `new_office` and `office`: people at encrypting clients beside a Setu of one test. A test module asks
for them with `pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]`.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from tests.element.seat import Element
from tests.homeserver.secret_rooms import IMPATIENT, NewOffice, Office
from tests.homeserver.sites import NewSite


@pytest.fixture
async def new_office(
    new_site: NewSite, element: Element, tmp_path: Path, numbers: Iterator[int]
) -> AsyncIterator[NewOffice]:
    """Offices of one test, closed at its end."""
    offices: list[Office] = []

    def make(run_command: Sequence[str]) -> Office:
        offices.append(Office(new_site(run_command), element, tmp_path, numbers))
        return offices[-1]

    yield make
    for office in offices:
        await office.site.setu.kill()
        await office.close()


@pytest.fixture
def office(new_office: NewOffice) -> Office:
    """One whose Setu is impatient."""
    return new_office(IMPATIENT)
