"""Rooms are compared with their homeservers at each occasion, and the orders to do so never heap up."""

import asyncio
from collections.abc import Sequence

import pytest

from bridge.gateway.drain import MEMORY
from bridge.gateway.rounds import Rounds
from bridge.model import HomeserverName, RoomRef, UserId
from bridge.saying import Saying
from bridge.store import alarms, bots_in, compared, links, outbox, people, private_chats
from bridge.store.database import Pool
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.links import Endpoint
from tests.deadline import until
from tests.people import MHA, NIC, RAVI
from tests.store.gateways import Box, Stage, stopped


@pytest.fixture
def box(url: str, pool: Pool, keyring: Keyring) -> Box:
    return Box(url, pool, keyring)


async def open_room(pool: Pool, homeserver: HomeserverName, room_id: str) -> Endpoint:
    async with pool.acquire() as connection:
        end = await links.declare_endpoint(connection, homeserver, room_id)
        await links.set_state(connection, end.ref, "open")
    return end


async def compare_all(pool: Pool, keyring: Keyring) -> int:
    async with pool.acquire() as connection:
        return await compared.again(connection, await keyring.current(connection, NO_ROOM), "setu")


async def waiting(pool: Pool) -> Sequence[tuple[str, str]]:
    rows = await pool.fetch("select homeserver, as_user from outbox where state = 'waiting' order by homeserver")
    return [(row["homeserver"], row["as_user"]) for row in rows]


async def test_each_open_room_is_compared_by_the_bot_of_its_homeserver(pool: Pool, keyring: Keyring) -> None:
    await open_room(pool, MHA, "!cell:mha.lab")
    await open_room(pool, NIC, "!cell:nic.lab")
    async with pool.acquire() as connection:
        await links.declare_endpoint(connection, MHA, "!not-yet:mha.lab")
    assert await compare_all(pool, keyring) == 2
    assert await waiting(pool) == [(MHA, "@setu:mha.lab"), (NIC, "@setu:nic.lab")]


async def test_where_another_bot_talks_with_somebody_alone_that_one_reads(pool: Pool, keyring: Keyring) -> None:
    async with pool.acquire() as connection:
        for room_id in (
            "!first:mha.lab",
            "!second:mha.lab",
        ):  # Ravi begins another chat: the bot is in the first one too
            end = await open_room(pool, MHA, room_id)
            await bots_in.note(connection, end.ref, "identity", True)
            await private_chats.begin(connection, "identity", UserId(RAVI), end.ref)
    assert await compare_all(pool, keyring) == 2
    assert await waiting(pool) == [(MHA, "@identity:mha.lab")] * 2


async def test_where_both_are_the_one_that_is_in_every_room_reads(pool: Pool, keyring: Keyring) -> None:
    end = await open_room(pool, MHA, "!cell:mha.lab")
    async with pool.acquire() as connection:
        room = RoomRef(await connection.fetchval(
            "insert into room (homeserver, room_id) values ($1, '!cell:mha.lab') returning id", MHA
        ))  # fmt: skip
        await people.set_member(connection, room, UserId("@setu:mha.lab"), "join", 1)
        await bots_in.note(connection, end.ref, "identity", True)
    assert await compare_all(pool, keyring) == 1
    assert await waiting(pool) == [(MHA, "@setu:mha.lab")]


async def test_a_room_asked_for_twice_is_compared_once_and_later_again(pool: Pool, keyring: Keyring, box: Box) -> None:
    await open_room(pool, MHA, "!cell:mha.lab")
    await compare_all(pool, keyring)
    await compare_all(pool, keyring)
    stage = Stage()
    async with box.gateway(stage):
        await box.settled()
        assert len(stage.attempts) == 1
        await compare_all(pool, keyring)

        async def twice() -> bool:
            return len(stage.attempts) == 2

        await until(twice)
        await box.settled()
    assert await pool.fetchval("select count(*) from outbox") == 1


async def test_a_homeserver_that_was_away_is_compared_a_look_after_it_is_back(pool: Pool, keyring: Keyring) -> None:
    await open_room(pool, MHA, "!cell:mha.lab")
    await open_room(pool, NIC, "!cell:nic.lab")
    async with pool.acquire() as connection:
        await alarms.raise_alarm(connection, f"unreachable:{MHA}", Saying.of("unreachable", homeserver=MHA))
        await alarms.raise_alarm(
            connection, f"delivery:{NIC}", Saying.of("cannot-deliver", homeserver=NIC, error="502")
        )
        assert await alarms.away(connection) == {MHA, NIC}
    rounds = Rounds(pool, keyring, "setu", poll_seconds=0.3)
    task = asyncio.create_task(rounds.run())
    try:
        await until(lambda: _looked(rounds, {MHA, NIC}))
        assert await waiting(pool) == []
        async with pool.acquire() as connection:
            await alarms.clear(connection, f"unreachable:{MHA}")
        await until(lambda: _looked(rounds, {NIC}))
        assert await waiting(pool) == []  # it may still be sending what it kept

        async def compared_again() -> bool:
            return await waiting(pool) == [(MHA, "@setu:mha.lab")]

        await until(compared_again)
    finally:
        await stopped(task)


async def _looked(rounds: Rounds, away: set[HomeserverName]) -> bool:
    return rounds.away == away


async def test_what_is_to_be_found_after_our_absence_does_not_wait_in_a_round_under_way(
    pool: Pool, keyring: Keyring, box: Box
) -> None:
    end = await open_room(pool, MHA, "!cell:mha.lab")
    stage = Stage()
    stage.gate(f"compare:{end.ref}")
    await compare_all(pool, keyring)

    async def under_way() -> bool:
        return len(stage.attempts) == 1

    async with box.gateway(stage):
        await until(under_way)
        async with pool.acquire() as connection:
            kek = await keyring.current(connection, NO_ROOM)
            assert await compared.again(connection, kek, "setu", [MHA], compared.RETURN) == 1
        stage.gates[f"compare:{end.ref}"].set()
        await box.settled()
    assert stage.attempts == [f"compare:{end.ref}", f"return:{end.ref}"]


async def test_an_order_laid_down_again_is_done_before_what_is_newer(pool: Pool, keyring: Keyring, box: Box) -> None:
    end = await open_room(pool, MHA, "!cell:mha.lab")
    await compare_all(pool, keyring)
    await pool.execute("update outbox set state = 'dead', outcome = 'refused'")
    await box.put(end.lane, "newer")
    await compare_all(pool, keyring)
    async with pool.acquire() as connection:
        orders = await outbox.next_orders(connection, keyring, end.lane, 10, MEMORY)
    assert [order.cause for order in orders] == [f"compare:{end.ref}#0", "newer#0"]
    assert [order.attempts for order in orders] == [0, 0]
