"""What is held is not disposed of: past and future, by person, room, words and dates, until two officers let it go."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bots.retention.holds.asked import Asked, fields
from bots.retention.holds.hold import Deed, Officer
from bots.retention.holds.release import Refused
from bridge.store import links, replaced
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.deadline import until
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import archive as archives
from tests.store.archive import OTHER
from tests.store.chat import ASHA, HALL, MEERA
from tests.store.strongroom import FARID, KAMALA, MEENA, MONTH, ORDER, Strongroom, why

MARCH = datetime(2026, 3, 2, 4, tzinfo=UTC)


def asked(person: str) -> Asked:
    """Somebody wants to have held what this person writes."""
    return fields({**ORDER, "persons": person}, UTC)


async def waits(pool: Pool) -> bool:
    """Whether anybody waits for the lock."""
    found = "select count(*) from pg_locks where not granted and relation::regclass::text like 'record_hold%'"
    return bool(await pool.fetchval(found))


@pytest.fixture
async def room(pool: Pool, journal: Journal, keyring: Keyring) -> Strongroom:
    made = Strongroom(await archives.archive(pool, journal, keyring))
    await made.archive.write(CELL, "The culvert at km 42 is closed")
    await made.archive.write(CELL, "The tender is late", MEERA)
    await made.archive.write(HALL, "Who signed the tender?", ASHA)
    return made


async def test_without_a_hold_nothing_is_held(room: Strongroom) -> None:
    assert await room.held(CELL) == []


async def test_a_persons_words_are_held_in_every_room_what_was_said_and_what_will_be(room: Strongroom) -> None:
    await room.archive.write(OTHER, "I was in the other room too")
    await room.hold(persons=RAVI)
    await room.archive.write(CELL, "And I write on")
    assert [said for said in await room.held(CELL) if "culvert" in said or "write on" in said] == [
        "The culvert at km 42 is closed", "And I write on",
    ]  # fmt: skip
    assert "The tender is late" not in await room.held(CELL)
    assert "I was in the other room too" in await room.held(OTHER)
    assert await room.held(HALL) == []


async def test_what_a_persons_ghost_says_is_theirs(room: Strongroom) -> None:
    ghost = await room.archive.pool.fetchval(
        "select user_id from ghost where homeserver = $1 and person = $2", NIC, RAVI
    )
    await room.archive.write(HALL, "the copy of what Ravi said", ghost)
    await room.hold(persons=RAVI)
    assert await room.held(HALL) == ["the copy of what Ravi said"]


async def test_all_that_is_given_must_fit_and_of_each_one(room: Strongroom) -> None:
    await room.archive.write(HALL, "a tender of somebody else", "@other:nic.lab")
    await room.hold(persons=f"{MEERA}, {ASHA}", rooms=HALL, words="tender, lorry")
    assert (await room.held(CELL), await room.held(HALL)) == ([], ["Who signed the tender?"])


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("culvert", True), ("CULVERT", True), ("culver", False), ("culver*", True), ('"culvert at km 42"', True),
        ('"km culvert"', False), ("lorry culvert", True), ("lorry, पुल", False), ("km-42", True), ('"42 is" x', True),
    ],
)  # fmt: skip
async def test_words_phrases_and_beginnings_are_held(room: Strongroom, words: str, fits: bool) -> None:
    await room.hold(words=words, persons=RAVI, rooms=CELL)
    assert ("The culvert at km 42 is closed" in await room.held(CELL)) is fits


async def test_words_that_are_said_after_the_hold_are_held_also_such_as_begin_so(room: Strongroom) -> None:
    await room.hold(words="सेतु, lorr*")
    for said in ("सेतु कल खुलेगा", "lorries only", "nothing of the kind"):
        await room.archive.write(CELL, said)
    assert await room.held(CELL) == ["सेतु कल खुलेगा", "lorries only"]


async def test_neither_a_clock_that_is_wrong_nor_one_that_lies_takes_anything_out(room: Strongroom) -> None:
    await room.archive.write(CELL, "said in 1970", at=datetime(1970, 1, 2, tzinfo=UTC))
    await room.archive.write(CELL, "said in 2100", at=datetime(2100, 1, 2, tzinfo=UTC))
    await room.archive.write(CELL, "said in March", at=MARCH)
    today = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    await room.hold(since=today, persons=RAVI)
    assert {"said in 1970", "said in 2100"} <= set(await room.held(CELL))
    await room.releases(1, KAMALA)
    await room.releases(1, MEENA)
    room.passes(MONTH)
    await room.hold(since="2026-03-01", to="2026-03-31")
    assert [said for said in await room.held(CELL) if "said" in said] == ["said in March"]


async def test_a_day_is_that_of_the_zone_and_the_last_one_is_held(room: Strongroom) -> None:
    await room.archive.write(CELL, "before midnight", at=datetime(2026, 3, 31, 18, 29, tzinfo=UTC))  # 23:59 IST
    await room.archive.write(CELL, "after midnight", at=datetime(2026, 3, 31, 18, 31, tzinfo=UTC))
    await room.hold(since="2026-03-31", to="2026-03-31")
    assert await room.held(CELL) == ["before midnight"]


async def test_what_nobody_can_read_may_have_the_words_until_it_is_read(room: Strongroom) -> None:
    archive = room.archive
    secret = archive.event(CELL, RAVI, "m.room.encrypted", algorithm="m.megolm.v1.aes-sha2", ciphertext="x")
    await archive.happens(secret)
    await room.hold(words="lorry")
    assert await room.held(CELL) == ["m.room.encrypted"]
    read = archive.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="about the weather")
    pos = await archive.pool.fetchval("select pos from journal where type = 'm.room.encrypted'")
    await archive.journalled(MHA, Arrival(read, "decrypted", late=True, cites=pos))
    assert await room.held(CELL) == []


async def test_an_entry_and_what_completes_it_are_held_together(room: Strongroom) -> None:
    archive = room.archive
    secret = archive.event(CELL, RAVI, "m.room.encrypted", algorithm="m.megolm.v1.aes-sha2", ciphertext="x")
    await archive.happens(secret)
    pos = await archive.pool.fetchval("select pos from journal where type = 'm.room.encrypted'")
    read = archive.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="the lorry")
    await archive.journalled(MHA, Arrival(read, "decrypted", late=True, cites=pos))
    await room.hold(words="lorry")
    assert await room.held(CELL) == ["m.room.encrypted", "the lorry"]


async def test_where_the_words_of_a_month_can_be_looked_up_no_more_too_much_is_held_and_not_too_little(
    room: Strongroom,
) -> None:
    await room.hold(words="lorry", persons=MEERA)
    assert await room.held(CELL) == []
    await room.archive.pool.execute("delete from search_row")
    assert await room.held(CELL) == ["The tender is late"]
    await room.archive.pool.execute("update kek set class = 'gone' where class = 'search'")
    assert await room.held(CELL) == ["The tender is late"]


async def test_a_hold_whose_words_do_not_open_holds_what_fits_else(room: Strongroom) -> None:
    await room.hold(words="lorry", persons=MEERA)
    await room.archive.pool.execute("update record_hold set wrapped = '\\x00'")
    assert await room.held(CELL) == ["The tender is late"]


async def test_a_room_that_goes_on_in_another_is_held_there_too(room: Strongroom) -> None:
    new = "!new:mha.lab"
    await room.hold(rooms=CELL)
    async with room.archive.pool.acquire() as connection:
        end = await links.endpoint_of(connection, MHA, CELL)
        assert end is not None
        async with connection.transaction():
            await replaced.move(connection, end.lane, CELL, new)
    await room.archive.write(new, "said after the upgrade")
    assert "said after the upgrade" in await room.held(new)


async def test_a_department_holds_what_its_own_homeserver_saw_and_nothing_else(room: Strongroom) -> None:
    await room.hold(organisation=MHA, since="1970-01-01")
    assert "The tender is late" in await room.held(CELL)
    assert await room.held(HALL) == []


async def test_it_takes_two_officers_and_thirty_days_to_let_a_hold_go(room: Strongroom) -> None:
    number = await room.hold(persons=MEERA)
    asked = await room.releases(number, KAMALA)
    assert not isinstance(asked, Refused) and asked.deed is Deed.ASKED
    assert await room.held(CELL) != []
    agreed = await room.releases(number, MEENA)
    assert not isinstance(agreed, Refused) and agreed.ends_at == room.now + MONTH
    room.passes(MONTH - timedelta(seconds=1))
    assert await room.held(CELL) != [], "it still cools off"
    room.passes(timedelta(seconds=1))
    assert await room.held(CELL) == []
    assert why(await room.takes_back(number, KAMALA)) == "records-hold-ended"
    assert why(await room.releases(number, KAMALA)) == "records-hold-ended"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (KAMALA, KAMALA),
        (Officer("kamala", KAMALA.person), KAMALA),
        (Officer("setu", "@kamala:nic.lab"), Officer("setu", "@meena:nic.lab")),
        (Officer("kamala", "@kamala:nic.lab"), Officer("root", "@kamala:nic.lab")),
    ],
)
async def test_the_same_person_never_lets_a_hold_go_alone(room: Strongroom, first: Officer, second: Officer) -> None:
    number = await room.hold(persons=MEERA)
    await room.releases(number, first)
    assert why(await room.releases(number, second)) == "records-hold-same-person"
    room.passes(2 * MONTH)
    assert await room.held(CELL) != []


async def test_the_table_itself_refuses_an_agreement_with_oneself(room: Strongroom) -> None:
    number = await room.hold(persons=MEERA)
    await room.releases(number, KAMALA)
    with pytest.raises(asyncpg.CheckViolationError):
        await room.archive.pool.execute(
            "insert into record_hold_act (hold, n, act, at, account, person, answers, answers_account, answers_person,"
            " ends_at, kek, wrapped, sealed) select hold, 2, 'agreed', at, account, person, 1, account, person, at,"
            " kek, wrapped, sealed from record_hold_act"
        )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await room.archive.pool.execute(
            "insert into record_hold_act (hold, n, act, at, account, person, answers, answers_account, answers_person,"
            " ends_at, kek, wrapped, sealed) select hold, 2, 'agreed', at, account, person, 1, 'nobody', 'nobody', at,"
            " kek, wrapped, sealed from record_hold_act"
        )


@pytest.mark.parametrize("by", [KAMALA, MEENA])
async def test_either_of_the_two_may_take_a_release_back_and_nobody_else(room: Strongroom, by: Officer) -> None:
    number = await room.hold(persons=MEERA)
    assert why(await room.takes_back(number, by)) == "records-hold-not-released"
    await room.releases(number, KAMALA)
    await room.releases(number, MEENA)
    assert why(await room.takes_back(number, FARID)) == "records-hold-not-yours"
    assert not isinstance(await room.takes_back(number, by), Refused)
    room.passes(2 * MONTH)
    assert await room.held(CELL) != []
    await room.releases(number, FARID)
    assert why(await room.releases(number, FARID)) == "records-hold-same-person", "what was taken back counts no more"


async def test_a_hold_of_another_organisation_is_not_theirs_to_release(room: Strongroom) -> None:
    number = await room.hold(organisation=NIC, persons=MEERA)
    assert why(await room.releases(number, KAMALA, of=MHA)) == "records-hold-unknown"
    assert why(await room.releases(99, KAMALA)) == "records-hold-unknown"


async def test_two_officers_who_agree_at_once_are_counted_once(room: Strongroom) -> None:
    number = await room.hold(persons=MEERA)
    await room.releases(number, KAMALA)
    one, other = await asyncio.gather(room.releases(number, MEENA), room.releases(number, FARID))
    refused = [done for done in (one, other) if isinstance(done, Refused)]
    assert len(refused) == 1 and why(refused[0]) in ("records-hold-meanwhile", "records-hold-cools-already")


async def test_a_disposal_that_is_under_way_is_waited_for_and_the_hold_holds_what_is_left(room: Strongroom) -> None:
    pool = room.archive.pool
    async with pool.acquire() as disposal:
        async with disposal.transaction():
            assert await room.held_in(disposal, CELL) == []
            adding = asyncio.create_task(room.hold(persons=MEERA))
            await until(lambda: waits(pool))
            assert await room.held_in(disposal, CELL) == [], "what it was told stays true until it commits"
            assert not adding.done()
        await adding
    assert await room.held(CELL) != []


async def test_a_disposal_that_begins_while_a_hold_is_added_waits_and_sees_it(room: Strongroom) -> None:
    pool = room.archive.pool
    async with pool.acquire() as officer:
        transaction = officer.transaction()
        await transaction.start()
        await room.desk.add(officer, NIC, KAMALA, asked(MEERA))
        asking = asyncio.create_task(room.held(CELL))
        await until(lambda: waits(pool))
        await transaction.commit()
    assert "The tender is late" in await asking


async def test_a_disposal_that_was_told_that_a_hold_has_ended_is_not_overtaken_by_who_takes_it_back(
    room: Strongroom,
) -> None:
    pool, number = room.archive.pool, await room.hold(persons=MEERA)
    await room.releases(number, KAMALA)
    await room.releases(number, MEENA)
    async with pool.acquire() as disposal, disposal.transaction():
        room.passes(MONTH)
        assert await room.held_in(disposal, CELL) == []
        taking_back = asyncio.create_task(room.takes_back(number, KAMALA))
        await until(lambda: waits(pool))
    assert why(await taking_back) == "records-hold-ended"


async def test_two_disposals_do_not_wait_for_each_other(room: Strongroom) -> None:
    pool = room.archive.pool
    async with pool.acquire() as one, one.transaction(), pool.acquire() as other, other.transaction():
        async with asyncio.timeout(5):
            assert (await room.held_in(one, CELL), await room.held_in(other, CELL)) == ([], [])


async def test_what_is_held_cannot_be_asked_where_the_answer_could_be_stale(room: Strongroom) -> None:
    async with room.archive.pool.acquire() as connection:
        where = await room.room(connection, CELL)
        with pytest.raises(ValueError, match="transaction"):
            await room.holds.covering(connection, where, [1])
        async with connection.transaction(isolation="repeatable_read"):
            with pytest.raises(ValueError, match="transaction"):
                await room.holds.covering(connection, where, [1])


async def test_what_is_not_on_record_is_not_said_to_be_free(room: Strongroom) -> None:
    async with room.archive.pool.acquire() as connection, connection.transaction():
        with pytest.raises(ValueError, match="not on record"):
            await room.holds.covering(connection, await room.room(connection, CELL), [1, 999])


async def test_a_hold_that_was_rolled_back_holds_nothing(room: Strongroom) -> None:
    async with room.archive.pool.acquire() as officer:
        transaction = officer.transaction()
        await transaction.start()
        await room.desk.add(officer, NIC, KAMALA, asked(MEERA))
        await transaction.rollback()
    assert (await room.held(CELL), await room.acts()) == ([], [])


async def test_each_deed_is_a_leaf_and_what_was_written_is_sealed(room: Strongroom) -> None:
    number = await room.hold(words="bribe", persons=MEERA)
    await room.releases(number, KAMALA)
    await room.releases(number, Officer("root", MEENA.person))
    await room.takes_back(number, KAMALA)
    assert await room.acts() == [
        ("hold", KAMALA.person), ("hold-asked", KAMALA.person), ("hold-agreed", f"root as {MEENA.person}"),
        ("hold-taken-back", KAMALA.person),
    ]  # fmt: skip
    for table in ("record_hold", "record_hold_act", "record_audit"):
        rows = str([dict(row) for row in await room.archive.pool.fetch(f"select * from {table}")])
        assert not [word for word in ("bribe", "High Court", "the bridge", "settled", "appeal") if word in rows], table
