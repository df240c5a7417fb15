"""A homeserver that fails in the middle of sharing, and processes that are killed there: no device misses a key, and no
device keeps one that it should lose.
"""

import asyncio

import asyncpg
import pytest
from mautrix.errors import MatrixConnectionError

from bridge.gateway.e2ee.encryption import Encryption
from bridge.gateway.homeserver import Refused
from bridge.model import UserId
from bridge.store import their_devices
from tests.deadline import until
from tests.people import MHA, RAVI
from tests.store.handset import Handset
from tests.store.key_server import DOWN
from tests.store.secret_cell import GHOST, Cell, Written

MEERA = "@meera:mha.lab"
FAILURES = [DOWN, TimeoutError(), MatrixConnectionError("gone")]
STEPS = ["members", "keys/query", "keys/claim", "sendToDevice", "keys/upload"]


async def says_at_last(cell: Cell, gateway: Encryption, body: str, ghost: UserId = GHOST) -> tuple[Written, int]:
    """Writes until it succeeds, as the gateway does; with how often it failed."""
    for failures in range(20):
        try:
            return await cell.says(gateway, body, ghost), failures
        except (Refused, TimeoutError, MatrixConnectionError):
            continue
    raise AssertionError("it never succeeded")


@pytest.mark.parametrize("restarted", [False, True], ids=["", "restarted"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_first_share_that_fails_is_made_up_for(cell: Cell, step: str, restarted: bool) -> None:
    """Also where the journal does not know yet who is in the room."""
    phone = Handset.of(RAVI)
    await cell.joins(phone, phone.another("TABLET"), journalled=False)
    cell.server.faults[step] += FAILURES
    gateway = cell.gateway()
    for _ in FAILURES:
        with pytest.raises((Refused, TimeoutError, MatrixConnectionError)):
            await cell.says(gateway, "namaste")
        gateway = cell.gateway() if restarted else gateway
    said = [await cell.says(gateway, str(n)) for n in range(12)]
    for handset in cell.server.handsets.values():
        assert cell.read_by(handset, *said) == [str(n) for n in range(12)], handset.device_id


async def test_a_process_that_is_killed_when_its_key_was_just_made_leaves_nobody_without(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    await cell.joins(phone, journalled=False)
    await cell.pool.execute(
        "create function fail() returns trigger language plpgsql as $$begin raise 'killed'; end$$;"
        "create trigger fail before update on outbound_session for each row execute function fail()"
    )
    with pytest.raises(asyncpg.RaiseError):
        await cell.says(cell.gateway(), "namaste")
    assert await cell.pool.fetchval("select count(*) from outbound_session") == 1 and not phone.keys
    await cell.pool.execute("drop trigger fail on outbound_session")
    assert cell.read_by(phone, await cell.says(cell.gateway(), "namaste")) == ["namaste"]


@pytest.mark.parametrize("how", ["faults", "lost"])
@pytest.mark.parametrize("step", STEPS[:4])
async def test_a_later_share_that_fails_is_made_up_for(cell: Cell, step: str, how: str) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    past = [await cell.says(gateway, str(n)) for n in range(4)]
    meera, tablet = Handset.of(MEERA), phone.another("TABLET")
    await cell.joins(meera, tablet)
    await cell.changed(tablet)
    getattr(cell.server, how)[step] += FAILURES
    next, failed = await says_at_last(cell, gateway, "next")
    said = [next, *[await cell.says(gateway, str(n)) for n in range(12)]]
    assert failed == 3
    for handset in (phone, meera, tablet):
        assert cell.read_by(handset, *said) == ["next", *map(str, range(12))], handset.device_id
    assert cell.read_by(phone, *past) == ["0", "1", "2", "3"]


async def test_when_the_second_hundred_of_devices_is_not_reached_all_are_told_in_the_end(cell: Cell) -> None:
    people = [Handset.of(f"@official{n}:mha.lab") for n in range(230)]
    await cell.joins(*people)
    gateway = cell.gateway()
    passed = cell.server.faults["sendToDevice"]
    passed += [lambda: None, TimeoutError(), lambda: None, lambda: None, DOWN]
    said, failed = await says_at_last(cell, gateway, "namaste")
    assert failed == 2
    assert {tuple(cell.read_by(one, said)) for one in people} == {("namaste",)}


async def test_who_was_told_in_a_share_that_failed_and_then_left_reads_no_further(cell: Cell) -> None:
    ravi, meera, gateway = Handset.of(RAVI), Handset.of(MEERA), cell.gateway()
    await cell.joins(ravi)
    past = await cell.says(gateway, "past")
    await cell.joins(meera)
    cell.server.lost["sendToDevice"].append(TimeoutError())
    with pytest.raises(TimeoutError):
        await cell.says(gateway, "unsent")
    assert meera.keys, "she has the key, though we cannot know"
    await cell.leaves(meera)
    next = await cell.says(gateway, "next")
    assert cell.read_by(meera, next) == [None]
    assert cell.read_by(ravi, past, next) == ["past", "next"]


async def test_an_answer_that_is_lost_after_the_homeserver_took_it_gives_nobody_two_keys_that_differ(
    cell: Cell,
) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    cell.server.lost["sendToDevice"] += FAILURES
    said, _ = await says_at_last(cell, gateway, "namaste")
    assert cell.read_by(phone, said) == ["namaste"] and len(phone.keys) == 1


async def test_devices_of_a_homeserver_that_cannot_be_asked_get_the_key_when_they_are_heard_of(cell: Cell) -> None:
    ravi, far, gateway = Handset.of(RAVI), Handset.of("@vivek:pwd.lab"), cell.gateway()
    await cell.joins(ravi, far)
    cell.server.unheard.append("pwd.lab")
    past = await cell.says(gateway, "past")
    cell.server.unheard.clear()
    await cell.changed(far)
    next = [await cell.says(gateway, "next"), await cell.says(gateway, "after")]
    assert cell.read_by(ravi, past, *next) == ["past", "next", "after"]
    assert cell.read_by(far, past, *next) == [None, "next", "after"]


@pytest.mark.parametrize("met", [False, True], ids=["", "met before"])
async def test_a_device_that_comes_while_devices_are_asked_for_is_not_passed_by(cell: Cell, met: bool) -> None:
    """The homeserver answers with the list as it was; that it changed is heard before the answer is written down."""
    phone, gateway = Handset.of(RAVI), cell.gateway()
    tablet, laptop = phone.another("TABLET"), phone.another("LAPTOP")
    await cell.joins(phone)
    await cell.hears()  # the first answer, which says that anybody may have changed
    if met:
        await cell.says(gateway, "before")
        cell.server.has(laptop)
        await cell.changed(laptop)

    async def comes() -> None:
        cell.server.has(tablet)
        await cell.changed(tablet)

    cell.server.meanwhile["keys/query"].append(comes)
    said = [await cell.says(gateway, str(n)) for n in range(3)]
    assert not cell.server.meanwhile["keys/query"]
    assert cell.read_by(tablet, *said[1:]) == ["1", "2"]
    assert cell.read_by(phone, *said) == ["0", "1", "2"]


async def test_a_change_that_is_written_down_late_is_not_passed_by(cell: Cell) -> None:
    """The bot's device hears of a new device in a transaction that lasts; meanwhile other devices are asked for."""
    phone, meera, gateway = Handset.of(RAVI), Handset.of(MEERA), cell.gateway()
    await cell.joins(phone)
    await cell.hears()
    await cell.says(gateway, "before")
    tablet = phone.another("TABLET")
    await cell.joins(meera)
    async with cell.pool.acquire() as connection, connection.transaction():
        await their_devices.changed(connection, MHA, [UserId(RAVI)])
        meanwhile = asyncio.create_task(cell.says(gateway, "meanwhile"))

        async def comes_to_rest() -> bool:
            waits = "select exists (select from pg_locks where not granted and database = $1)"
            database = await connection.fetchval("select oid from pg_database where datname = current_database()")
            return meanwhile.done() or await connection.fetchval(waits, database)

        await until(comes_to_rest)
        cell.server.has(tablet)
    said = [await meanwhile, await cell.says(gateway, "next")]
    assert cell.read_by(tablet, said[1]) == ["next"]
    assert cell.read_by(phone, *said) == cell.read_by(meera, *said) == ["meanwhile", "next"]
