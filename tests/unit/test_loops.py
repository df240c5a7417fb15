"""Setus in chains, rings and double links: every message comes to an end, and where there is one way, arrives once."""

import pytest

from bridge.mirror.speaker import Silent, speaker
from tests.unit.setus import Setu, World, customs, room, signer

CELL, HALL, NATION, STATE = "!cell:mha.lab", "!hall:nic.lab", "!nation:nat.lab", "!state:state.lab"


def once(world: World, *rooms: str) -> bool:
    return {room_id: len(events) for room_id, events in world.rooms.items()} == dict.fromkeys(rooms, 1)


@pytest.mark.parametrize("start", [CELL, HALL, STATE])
def test_one_setu_brings_a_message_to_every_department_of_a_room_once(start: str) -> None:
    world = World((Setu(signer(1), customs(), ((CELL, HALL), (STATE, HALL))),))
    world.say(start, f"@asha:{room(start).homeserver}")
    assert once(world, CELL, HALL, STATE)


@pytest.mark.parametrize("start", [CELL, HALL, NATION])
@pytest.mark.parametrize("trusting", [True, False])
@pytest.mark.parametrize("prefix", ["_setu_", "_other_"])
def test_a_chain_of_two_setus_never_echoes(start: str, trusting: bool, prefix: str) -> None:
    world = World((
        Setu(signer(1, (2,) if trusting else ()), customs(), ((CELL, HALL),)),
        Setu(signer(2, (1,) if trusting else ()), customs(prefix), ((HALL, NATION),)),
    ))  # fmt: skip
    world.say(start, f"@asha:{room(start).homeserver}")
    assert all(len(events) == 1 for events in world.rooms.values())
    if trusting or prefix == "_other_":
        assert once(world, CELL, HALL, NATION)


def test_a_person_keeps_the_same_name_through_a_chain_that_trusts() -> None:
    world = World((
        Setu(signer(1, (2,)), customs(), ((CELL, HALL),)), Setu(signer(2, (1,)), customs(), ((HALL, NATION),)),
    ))  # fmt: skip
    world.say(CELL, "@asha:mha.lab")
    origin = speaker(world.rooms[NATION][0], room(NATION), None, customs(), signer(3, (2,)))
    assert not isinstance(origin, Silent)
    assert (origin.sender, origin.via, origin.organisation) == ("@asha:mha.lab", (CELL, HALL, NATION), "Home Affairs")


@pytest.mark.parametrize("trusting", [True, False])
@pytest.mark.parametrize("prefix", ["_setu_", "_other_"])
def test_two_setus_on_the_same_two_rooms_copy_once_each_and_no_copy_of_a_copy(trusting: bool, prefix: str) -> None:
    world = World((
        Setu(signer(1, (2,) if trusting else ()), customs(), ((CELL, HALL),)),
        Setu(signer(2, (1,) if trusting else ()), customs(prefix), ((CELL, HALL),)),
    ))  # fmt: skip
    world.say(CELL, "@asha:mha.lab")
    assert {room_id: len(events) for room_id, events in world.rooms.items()} == {CELL: 1, HALL: 2}


def test_a_ring_of_three_that_trust_each_other_comes_to_an_end() -> None:
    everybody = (1, 2, 3)
    world = World((
        Setu(signer(1, everybody), customs("_a_"), ((CELL, HALL),)),
        Setu(signer(2, everybody), customs("_b_"), ((HALL, NATION),)),
        Setu(signer(3, everybody), customs("_c_"), ((NATION, CELL),)),
    ))  # fmt: skip
    world.say(CELL, "@asha:mha.lab")
    assert len(world.rooms[CELL]) == 1
    assert max(map(len, world.rooms.values())) <= 2  # there are two ways, one each way round


def test_a_ring_of_rooms_of_one_setu_comes_to_an_end() -> None:
    world = World((Setu(signer(1), customs(), ((CELL, HALL), (HALL, NATION), (NATION, CELL))),))
    world.say(CELL, "@asha:mha.lab")
    assert len(world.rooms[CELL]) == 1
    assert max(map(len, world.rooms.values())) <= 2


def test_what_our_own_bot_or_ghost_says_without_a_mark_is_nobodys_word() -> None:
    world = World((Setu(signer(1), customs(), ((CELL, HALL),)),))
    for speaks in ("@setu:mha.lab", "@records:mha.lab", "@_setu_nic.lab_asha:mha.lab"):
        world.rooms.clear()
        world.say(CELL, speaks)
        assert once(world, CELL)


def test_a_namesake_of_our_bot_on_another_homeserver_is_a_person() -> None:
    world = World((Setu(signer(1), customs(), ((CELL, HALL),)),))
    world.say(CELL, "@setu:elsewhere.lab")
    assert once(world, CELL, HALL)
