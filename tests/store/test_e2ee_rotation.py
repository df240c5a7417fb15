"""A room key of ours serves no longer than its room says, and no place of its ratchet is ever used twice: whatever
crashes, and whichever gateway writes.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from bridge.e2ee.libolm import InboundGroup
from bridge.e2ee.megolm import Session, decrypt
from bridge.store import inbound_sessions
from tests.people import CELL, RAVI
from tests.store.handset import Handset, sent
from tests.store.secret_cell import GHOST, Cell, Written


@pytest.mark.parametrize(("most", "written"), [(1, 4), (3, 10), (10, 31), (100, 205)])
async def test_no_room_key_serves_for_more_messages_than_the_room_says(cell: Cell, most: int, written: int) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    await cell.rotates(most)
    said = [await cell.says(gateway, str(n)) for n in range(written)]
    assert list(Counter(one.session for one in said).values()) == [most] * (written // most) + [written % most] * (
        written % most > 0
    )
    assert cell.read_by(phone, *said) == [str(n) for n in range(written)]


@pytest.mark.parametrize("most", [1, 3, 10, 15, 100])
async def test_also_across_crashes_and_gateways_that_take_turns(cell: Cell, most: int) -> None:
    phone = Handset.of(RAVI)
    await cell.joins(phone)
    await cell.rotates(most)
    gateways = [cell.gateway(), cell.gateway()]
    said = []
    for n in range(40):
        if n % 7 == 6:
            gateways[n % 2] = cell.gateway()  # it was killed, and started again
        said.append(await cell.says(gateways[n // 3 % 2], str(n)))
    assert max(Counter(one.session for one in said).values()) <= most
    assert cell.read_by(phone, *said) == [str(n) for n in range(40)]
    await assert_no_place_is_used_twice(cell, said)


async def test_a_room_that_allows_fewer_messages_from_now_on_is_obeyed_at_once(cell: Cell) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    first = [await cell.says(gateway, str(n)) for n in range(4)]
    await cell.rotates(3)
    later = [await cell.says(gateway, str(n)) for n in range(6)]
    assert {one.session for one in first}.isdisjoint(one.session for one in later)
    assert list(Counter(one.session for one in later).values()) == [3, 3]
    assert cell.read_by(phone, *later) == [str(n) for n in range(6)]


async def test_a_room_key_that_is_too_old_is_replaced(cell: Cell) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    young = await cell.says(gateway, "young")
    await cell.pool.execute("update outbound_session set made_at = now() - interval '7 days' + interval '1 minute'")
    old = await cell.says(gateway, "old")
    await cell.pool.execute("update outbound_session set made_at = now() - interval '7 days'")
    new = await cell.says(gateway, "new")
    assert young.session == old.session != new.session
    assert cell.read_by(phone, young, old, new) == ["young", "old", "new"]


async def test_what_was_reserved_before_a_crash_is_skipped_and_read_over(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    await cell.joins(phone)
    said = [await cell.says(cell.gateway(), str(n)) for n in range(6)]  # each by a gateway that is killed after it
    assert cell.read_by(phone, *said) == [str(n) for n in range(6)]
    assert await places(cell, said) == [0, 10, 20, 30, 40, 50]
    assert len({one.session for one in said}) == 1


async def test_who_gets_the_key_from_one_gateway_reads_what_another_writes(cell: Cell) -> None:
    """While two gateways take turns, somebody comes in, again and again, now with the one and now with the other."""
    first = Handset.of(RAVI)
    one, other = cell.gateway(), cell.gateway()
    await cell.joins(first)
    came: list[tuple[Handset, int]] = [(first, 0)]
    said: list[Written] = []
    for n, gateway in enumerate([one, one, other, one, other, other, other, one, one, other] * 4):
        if n % 3 == 2:
            came.append((Handset.of(f"@official{n}:mha.lab"), n))
            await cell.joins(came[-1][0])
        said.append(await cell.says(gateway, str(n)))
    for handset, since in came:
        assert cell.read_by(handset, *said[since:]) == [str(n) for n in range(since, 40)], f"who came at {since}"
        assert cell.read_by(handset, *said[:since]) == [None] * since
    assert len({one.session for one in said}) <= 4  # a hundred places, of which gateways that changed left some unused
    await assert_no_place_is_used_twice(cell, said)


async def test_two_ghosts_that_write_at_once_disturb_each_other_in_nothing(cell: Cell) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    ghosts = [type(GHOST)(f"@_setu_nic.lab_{n}:mha.lab") for n in range(8)]

    async def writes(number: int) -> list[Written]:
        return [await cell.says(gateway, f"{number}-{n}", ghosts[number]) for n in range(12)]

    said = await asyncio.gather(*(writes(number) for number in range(8)))
    for number, some in enumerate(said):
        assert cell.read_by(phone, *some) == [f"{number}-{n}" for n in range(12)]


async def test_our_own_room_keys_are_kept_for_reading(cell: Cell) -> None:
    await cell.joins(Handset.of(RAVI))
    said = [await cell.says(cell.gateway(), str(n)) for n in range(3)]
    assert await places(cell, said) == [0, 10, 20]


async def places(cell: Cell, said: Sequence[Written]) -> list[int]:
    """Each message's place in its session, as our own key reads it."""
    found = []
    for one in said:
        async with cell.pool.acquire() as connection:
            [key] = await inbound_sessions.find(connection, cell.keyring, cell.server.name, CELL, [one.session])
        session = Session(InboundGroup.opened(key.pickled), CELL, key.sender_key, key.sender, key.forwarded)
        found.append(decrypt(sent("$1", CELL, one.by, one.content), session).index)
    return found


async def assert_no_place_is_used_twice(cell: Cell, said: Sequence[Written]) -> None:
    used = list(zip([one.session for one in said], await places(cell, said), strict=True))
    assert len(set(used)) == len(used)
