"""Setus in chains, rings and double links: what a person says comes to everybody and to an end. Each Setu copies it
once into each room; where there is one way, it arrives once, under the name of the person who said it.
"""

from collections.abc import AsyncIterator

import pytest

from bridge.lab.ground import Ground
from tests.homeserver.bridges import Identity, first, registered
from tests.homeserver.world import World, opened

CHAIN = (("A1 H", "D1 L", "D2 L"), ("A2 H",))
"""What each of two Setus links: A1 - H - A2 is a chain of both; L is a room of the hub with two departments' rooms."""

RING = (("B I", "C1 K1", "C2 K2"), ("B I", "C2 K1", "C1 K2"))
"""Both link B and I; the other four rooms are a ring."""

RAVI, ASHA = "Ravi Kumar (Under Secretary)", "Asha Verma (Joint Secretary)"
RAVIS_GHOST, ASHAS_GHOST = f"{RAVI} · Home Affairs", f"{ASHA} · NIC"


@pytest.fixture(scope="module")
async def identities(
    ground: Ground, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Identity, Identity]]:
    async with registered(ground, "nebo", tmp_path_factory.mktemp("nebo")) as nebo:
        yield first(ground), nebo


@pytest.fixture(params=[True, False], ids=["trusting", "strangers"])
def trusting(request: pytest.FixtureRequest) -> bool:
    """Whether the two know each other's keys."""
    return bool(request.param)


@pytest.fixture
async def chain(
    ground: Ground, template: str, identities: tuple[Identity, Identity], trusting: bool
) -> AsyncIterator[World]:
    async with opened(ground, template, identities, CHAIN, trusting) as world:
        yield world


@pytest.fixture
async def ring(
    ground: Ground, template: str, identities: tuple[Identity, Identity], trusting: bool
) -> AsyncIterator[World]:
    async with opened(ground, template, identities, RING, trusting) as world:
        yield world


async def test_what_is_said_comes_to_every_room_once_where_there_is_one_way(chain: World, trusting: bool) -> None:
    said = {name: await chain.says(name) for name in ("A1", "H", "D1", "L")}
    await chain.is_quiet()
    through = RAVIS_GHOST if trusting else f"{RAVIS_GHOST} · NIC"  # a stranger's ghost is a person of the hub
    assert await chain.heard(said["A1"]) == {"A1": [RAVI], "H": [RAVIS_GHOST], "A2": [through]}
    assert await chain.heard(said["H"]) == {"A1": [ASHAS_GHOST], "H": [ASHA], "A2": [ASHAS_GHOST]}
    assert await chain.heard(said["D1"]) == {"D1": [RAVI], "L": [RAVIS_GHOST], "D2": [RAVIS_GHOST]}
    assert await chain.heard(said["L"]) == {"D1": [ASHAS_GHOST], "L": [ASHA], "D2": [ASHAS_GHOST]}


async def test_where_two_setus_link_the_same_rooms_or_a_ring_each_copies_once(ring: World, trusting: bool) -> None:
    said = {name: await ring.says(name) for name in ("B", "I", "C1")}
    await ring.is_quiet()
    assert await ring.heard(said["B"]) == {"B": [RAVI], "I": [RAVIS_GHOST, RAVIS_GHOST]}
    assert await ring.heard(said["I"]) == {"B": [ASHAS_GHOST, ASHAS_GHOST], "I": [ASHA]}
    around = await ring.heard(said["C1"])
    assert around["C1"] == [RAVI]
    assert set(around) == {"C1", "C2", "K1", "K2"}
    assert max(map(len, around.values())) <= 2  # there are two ways, one each way round
    alarms = [alarm for bridge in ring.bridges for alarm in await bridge.alarms()]
    assert any(alarm.startswith("unknown-signer:") for alarm in alarms) is not trusting


async def test_everybody_stands_in_each_room_once(chain: World, trusting: bool) -> None:
    for name in ("A1", "H"):
        await chain.says(name)
    await chain.is_quiet()
    people = {room: await chain.people_in(room) for room in ("A1", "H", "A2")}
    for names in people.values():
        assert sum(name.startswith(RAVI) for name in names) == 1
        assert sum(name.startswith(ASHA) for name in names) == 1
