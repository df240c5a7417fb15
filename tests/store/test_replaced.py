"""The end of a link goes on in another room, and what stood in the old one stays there."""

from bridge.model import RoomRef
from bridge.saying import Saying
from bridge.store import copies, links, replaced
from bridge.store.database import Connection, Pool
from bridge.store.links import Endpoint
from tests.people import CELL, MHA, NIC

NEW = "!new:mha.lab"
HUB = RoomRef(1)


async def copied(connection: Connection, end: Endpoint) -> None:
    await connection.execute("insert into room (homeserver, room_id) values ($1, '!hub:nic.lab')", NIC)
    await connection.execute(
        "insert into copy (room, event_id, endpoint, copy_id) values ($1, '$said', $2, '$copy')", HUB, end.ref
    )


async def test_the_configurations_room_is_the_end_as_it_goes_on(pool: Pool) -> None:
    async with pool.acquire() as connection:
        before = await links.declare_endpoint(connection, MHA, CELL)
        await replaced.move(connection, before.lane, CELL, NEW)
        after = await links.declare_endpoint(connection, MHA, CELL)
        assert (after.ref, after.room_id, after.state) == (before.ref, NEW, "open")
        assert await links.declare_endpoint(connection, MHA, NEW) == after


async def test_a_room_replaced_twice_is_still_found_by_its_first_name(pool: Pool) -> None:
    async with pool.acquire() as connection:
        before = await links.declare_endpoint(connection, MHA, CELL)
        await replaced.move(connection, before.lane, CELL, NEW)
        await replaced.move(connection, before.lane, NEW, "!newer:mha.lab")
        for name in (CELL, NEW):
            assert (await links.declare_endpoint(connection, MHA, name)).room_id == "!newer:mha.lab"


async def test_the_old_room_stays_on_record_and_is_left(pool: Pool) -> None:
    async with pool.acquire() as connection:
        end = await links.declare_endpoint(connection, MHA, CELL)
        await replaced.move(connection, end.lane, CELL, NEW)
        old = await links.endpoint_of(connection, MHA, CELL)
        assert old is not None and old.state == "left" and old.ref != end.ref
        assert [one.room_id for one in await links.at(connection, MHA)] == [NEW]


async def test_a_copy_in_the_old_room_is_no_counterpart_in_the_new_one(pool: Pool) -> None:
    async with pool.acquire() as connection:
        end = await links.declare_endpoint(connection, MHA, CELL)
        await copied(connection, end)
        assert await copies.counterpart(connection, HUB, "$said", end.ref) == "$copy"
        await replaced.move(connection, end.lane, CELL, NEW)
        assert await copies.counterpart(connection, HUB, "$said", end.ref) is None
        old = await links.endpoint_of(connection, MHA, CELL)
        assert old is not None
        assert await copies.counterpart(connection, HUB, "$said", old.ref) == "$copy"


async def test_a_room_into_which_an_invitation_was_declined_may_replace_another(pool: Pool) -> None:
    async with pool.acquire() as connection:
        end = await links.declare_endpoint(connection, MHA, CELL)
        declined = await links.declare_endpoint(connection, MHA, NEW)
        await links.set_state(connection, declined.ref, "left", Saying.of("declined-invitation"))
        assert not await replaced.is_taken(connection, MHA, NEW)
        await replaced.move(connection, end.lane, CELL, NEW)
        assert (await links.declare_endpoint(connection, MHA, NEW)).ref == end.ref


async def test_an_end_of_a_link_replaces_no_other_nor_does_a_room_that_was_replaced(pool: Pool) -> None:
    async with pool.acquire() as connection:
        end = await links.declare_endpoint(connection, MHA, CELL)
        hub = await links.declare_endpoint(connection, NIC, "!hub:nic.lab")
        await links.declare(connection, "cell", end, hub, "closed")
        assert await replaced.is_taken(connection, MHA, CELL)
        assert await replaced.is_taken(connection, NIC, "!hub:nic.lab")
        await replaced.move(connection, end.lane, CELL, NEW)
        assert await replaced.is_taken(connection, MHA, CELL) and await replaced.is_taken(connection, MHA, NEW)
