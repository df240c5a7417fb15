"""What was written once and stands in several linked rooms is found once, with where else it stands."""

import pytest

from bots.retention.search import finding
from bridge.model import Event
from bridge.store import copies, links
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import archive as archives
from tests.store.archive import CLERK, OFFICER, OTHER, Archive
from tests.store.chat import ASHA, HALL
from tests.store.recorded import home


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    return await archives.archive(pool, journal, keyring)


async def is_copied(archive: Archive, original: Event, copy: Event) -> None:
    """The mirror made the second of the first."""
    there, here = str(original.room_id), str(copy.room_id)
    async with archive.pool.acquire() as connection:
        end = await links.declare_endpoint(connection, home(here), here)
        await copies.seen(connection, home(there), there, str(original.id), end.ref, str(copy.id))


async def mirrored(archive: Archive, body: str) -> None:
    """Ravi writes; it goes to the hall, and on from there to another room of his department."""
    said = await archive.write(CELL, body)
    copy = await archive.write(HALL, body, "@ravi-ghost:nic.lab")
    await is_copied(archive, said, copy)
    await is_copied(archive, copy, await archive.write(OTHER, body, "@ravi-ghost:mha.lab"))


async def test_it_is_found_once_over_all_rooms_and_the_others_are_named(archive: Archive) -> None:
    await mirrored(archive, "the lorry is late")
    await archive.write(HALL, "which lorry?", ASHA)
    hits = await archive.hits("lorry kind:message")
    assert sorted((str(hit.entry.event.text("body")), len(hit.also)) for hit in hits) == [
        ("the lorry is late", 2), ("which lorry?", 0),
    ]  # fmt: skip
    [one] = [hit for hit in hits if hit.also]
    assert (one.room.room_id, set(one.also), one.entry.event.sender) == (CELL, {HALL, OTHER}, RAVI)


async def test_where_what_was_written_is_not_meant_its_copy_is_shown(archive: Archive) -> None:
    await mirrored(archive, "the lorry is late")
    [hit] = await archive.hits("lorry sender:@ravi-ghost:nic.lab")
    assert (hit.room.room_id, set(hit.also)) == (HALL, {CELL, OTHER})


async def test_so_it_is_where_its_copies_stand_on_different_pages(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 1)
    for number in range(4):
        await mirrored(archive, f"lorry {number}")
    found = await archive.find("lorry")
    assert sorted(found) == [f"lorry {number}" for number in range(4)]


async def test_in_one_room_and_through_one_homeserver_each_is_found_where_it_stands(archive: Archive) -> None:
    await mirrored(archive, "the lorry is late")
    for room in (CELL, HALL, OTHER):
        [hit] = await archive.hits(f"lorry room:{room}")
        assert (hit.room.room_id, hit.also) == (room, ())
    hits = await archive.hits("lorry", MHA)
    assert {(hit.room.room_id, hit.also) for hit in hits} == {(CELL, ()), (OTHER, ())}


async def test_two_who_write_the_same_are_both_found(archive: Archive) -> None:
    await archive.write(CELL, "the lorry is late")
    await archive.write(HALL, "the lorry is late", ASHA)
    assert len(await archive.find("lorry")) == 2


async def test_an_officer_of_the_hub_reads_where_else_it_stands_and_one_of_a_department_does_not(
    archive: Archive,
) -> None:
    await mirrored(archive, "the lorry is late")
    asked = "!records search purpose: RTI 12/2026; lorry"
    assert "also in" not in max(await archive.say(CELL, CLERK, asked), key=len)
    told = max(await archive.say(HALL, OFFICER, asked), key=len)
    assert "(also in " in told and NIC in told
