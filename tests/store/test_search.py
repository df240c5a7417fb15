"""What people said in linked rooms is found again by its words, and by nothing that was not said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bots.retention.search import finding, rows
from bots.retention.search.query import BadQuery
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store import archive as archives
from tests.store.archive import OTHER, Archive
from tests.store.chat import ASHA, HALL

ESTIMATE = "The revised estimate for the culvert at km 42 is ready"
HINDI = "स्वीकृति आज ही जारी होगी। कृपया पुल 117 की फ़ाइल देखें"


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    return await archives.archive(pool, journal, keyring)


async def test_words_a_phrase_and_a_beginning_are_found_and_the_newest_comes_first(archive: Archive) -> None:
    await archive.write(CELL, ESTIMATE)
    await archive.write(CELL, "Who holds the estimate?")
    await archive.write(OTHER, "No estimates here")
    await archive.write(CELL, HINDI)
    assert await archive.find("estimate") == ["Who holds the estimate?", ESTIMATE]
    assert await archive.find("ESTIMATE revised") == [ESTIMATE]
    assert await archive.find('"revised estimate"') == [ESTIMATE]
    assert await archive.find('"estimate revised"') == []
    assert await archive.find("estim*") == ["No estimates here", "Who holds the estimate?", ESTIMATE]
    assert await archive.find("estimates*") == ["No estimates here"], "beyond the beginnings that are kept"
    assert await archive.find("पुल ११७ फ\u093cाइल") == [HINDI]
    assert await archive.find("स्वी*") == [HINDI]
    assert await archive.find("nothing") == []


async def test_what_is_not_said_in_clear_is_nowhere_in_the_search_tables(archive: Archive) -> None:
    await archive.write(CELL, f"{ESTIMATE} {HINDI}")
    tables = ("search_row", "search_beginning", "search_head")
    held = "".join([str(await archive.pool.fetch(f"select t::text from {table} t")) for table in tables])
    assert await archive.pool.fetchval("select count(*) from search_row") > 0
    assert [word for word in (*ESTIMATE.split(), *HINDI.split()) if len(word) > 3 and word in held] == []


async def test_who_where_when_and_what_kind(archive: Archive) -> None:
    await archive.write(CELL, "budget one", at=datetime(2026, 1, 30, 18, 29, tzinfo=UTC))
    await archive.write(CELL, "budget two", at=datetime(2026, 1, 30, 18, 31, tzinfo=UTC))
    await archive.write(HALL, "budget three", ASHA, at=datetime(2026, 2, 1, 12, tzinfo=UTC))
    await archive.write(CELL, "budget.xlsx", at=datetime(2026, 2, 2, 12, tzinfo=UTC), msgtype="m.file")
    assert await archive.find("budget from:2026-01-31") == ["budget.xlsx", "budget three", "budget two"]
    assert await archive.find("budget to:2026-01-30") == ["budget one"]
    assert await archive.find("budget from:2026-01-31 to:2026-01-31") == ["budget two"]
    assert await archive.find(f"budget sender:{ASHA}") == ["budget three"]
    assert await archive.find(f"budget room:{HALL}") == ["budget three"]
    assert await archive.find("budget room:!unheard:of") == []
    assert await archive.find("budget kind:file") == ["budget.xlsx"]
    assert await archive.find("kind:message one") == ["budget one"]
    assert await archive.find("budget", homeserver=NIC) == ["budget three"]


async def test_all_that_somebody_did_is_found_without_words(archive: Archive) -> None:
    said = await archive.write(HALL, "yes", "@meera:nic.lab")
    relation: dict[str, Any] = {"m.relates_to": {"rel_type": "m.annotation", "event_id": said.id, "key": "👍"}}
    await archive.happens(archive.event(HALL, "@meera:nic.lab", "m.reaction", **relation))
    found = await archive.hits("sender:@meera:nic.lab")
    assert sorted(str(hit.entry.type) for hit in found) == ["m.reaction", "m.room.message"]
    assert [hit.entry.type for hit in await archive.hits("kind:reaction")] == ["m.reaction"]


async def test_both_versions_of_what_was_edited_are_found(archive: Archive) -> None:
    said = await archive.write(CELL, "Send forty lorries")
    edit: dict[str, Any] = {"m.new_content": {"msgtype": "m.text", "body": "Send fourteen lorries"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": said.id}}  # fmt: skip
    await archive.write(CELL, "* Send fourteen lorries", **edit)
    assert await archive.find("lorries") == ["* Send fourteen lorries", "Send forty lorries"]
    assert await archive.find("lorries kind:edit") == ["* Send fourteen lorries"]


async def test_a_result_stands_between_what_was_said_before_and_after_it(archive: Archive) -> None:
    for body in ("before", "the needle", "after"):
        said = await archive.write(CELL, body)
        relation: dict[str, Any] = {"m.relates_to": {"event_id": said.id}}
        await archive.happens(archive.event(CELL, RAVI, "m.reaction", **relation))
        await archive.write(OTHER, f"{body} elsewhere")
    [hit] = await archive.hits("needle room:" + CELL)
    assert hit.before is not None and hit.after is not None
    assert (hit.before.event.text("body"), hit.after.event.text("body")) == ("before", "after")


async def test_what_was_said_before_the_bot_was_invited_is_found_once_it_is(
    pool: Pool, journal: Journal, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", 3)
    made = await archives.archive(pool, journal, keyring)
    old = [
        event(f"$old{n}", "!quiet:mha.lab", type="m.room.message", content={"body": f"treaty {n}"}) for n in range(8)
    ]
    await made.journalled(MHA, *(Arrival(one, "push") for one in old))
    assert await made.find("treaty") == []
    await made.enter(MHA, "!quiet:mha.lab", [RAVI])
    bot = "@records:mha.lab"
    await made.happens(made.event("!quiet:mha.lab", bot, "m.room.member", bot, membership="join"))
    assert len(await made.find("treaty")) == len(await made.find("tre*")) == 8


async def test_a_step_that_is_rolled_back_leaves_no_word_without_its_beginnings(archive: Archive) -> None:
    said = archive.event(CELL, RAVI, "m.room.message", body="embankment")
    await archive.journal.append(MHA, [Arrival(said, "push")])

    async def fails(*_: Any) -> None:
        raise RuntimeError("the step fails at its end")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_advance", fails)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await archive.read(archive.retention)
    assert await archive.find("embankment") == []
    await archive.read(archive.retention)
    assert await archive.find("embank*") == ["embankment"]


async def test_all_results_come_once_each_however_many_pages_they_are(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 3)
    monkeypatch.setattr(finding, "LOOKED_UP", 6)
    wanted = [await archive.write((CELL, OTHER)[n % 2], f"lorry number {n}") for n in range(20)]
    for asked in ("lorry", "lor*", '"lorry number"', f"lorry sender:{RAVI}"):
        found = [hit.entry.event.id for hit in await archive.hits(asked)]
        assert sorted(found, key=str) == sorted((one.id for one in wanted), key=str)
    assert await archive.find(f"lorry room:{CELL}") == [f"lorry number {n}" for n in range(18, -1, -2)]


async def test_months_are_searched_one_after_the_other_each_with_its_own_key(archive: Archive) -> None:
    await archive.write(CELL, "an old letter")
    month = timedelta(days=40)
    await archive.journalled(MHA, Arrival(archive.event(CELL, RAVI, "m.room.message", body="x"), "push"))
    later = archive.event(CELL, RAVI, "m.room.message", body="a new letter")
    await archive.journal.append(MHA, [Arrival(later, "push")])
    await archive.pool.execute("update journal set received_at = received_at + $1 where event_id = $2", month, later.id)
    await archive.read(archive.retention)
    assert await archive.pool.fetchval("select count(*) from kek where class = 'search'") == 2
    assert await archive.find("letter") == ["a new letter", "an old letter"]
    assert await archive.find("let*") == ["a new letter", "an old letter"]
    await archive.pool.execute("delete from kek where class = 'search' and period > now()")
    assert await archive.find("letter") == ["an old letter"], "with the key of a month, nothing of it is found"


async def test_what_only_has_the_same_hashes_is_not_shown(archive: Archive) -> None:
    await archive.write(CELL, "innocent words")
    await archive.write(CELL, "guilty words")
    guilty = await archive.pool.fetchval("select tokens from search_row order by pos desc limit 1")
    await archive.pool.execute(
        "update search_row set tokens = $1 where room = (select max(room) from search_row)", guilty
    )
    await archive.pool.execute("update search_row set tokens = $1", guilty)
    assert await archive.find("guilty") == ["guilty words"]


async def test_what_cannot_be_opened_any_more_is_not_found_and_stops_nothing(archive: Archive) -> None:
    await archive.write(CELL, "first secret")
    await archive.write(CELL, "second secret")
    await archive.write(CELL, "third secret")
    await archive.pool.execute(
        "delete from event_key k using journal j, room r where k.room = j.room and k.pos = j.pos and r.id = j.room"
        " and r.room_id = $1 and j.pos = r.head - 1",
        CELL,
    )
    assert await archive.find("secret") == ["third secret", "first secret"]


async def test_a_beginning_of_too_many_words_is_explained(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.retention.search.candidates.MOST_BEGINNING", 5)
    await archive.write(CELL, " ".join(f"bridges{n}{n}{n}" for n in range(6)))
    with pytest.raises(BadQuery) as refused:
        await archive.find("bridges*")
    assert refused.value.what.message == "records-query-many"
    assert len(await archive.find("bridges00*")) == 1, "with more letters there are few enough"


async def test_what_comes_from_the_future_or_from_1970_is_found(archive: Archive) -> None:
    await archive.write(CELL, "prophecy", at=datetime(2090, 1, 1, tzinfo=UTC))
    await archive.write(CELL, "prophecy of old", at=datetime(1970, 1, 2, tzinfo=UTC))
    assert await archive.find("prophecy") == ["prophecy", "prophecy of old"]
    assert await archive.find("prophecy to:1970-12-31") == ["prophecy of old"]


@pytest.mark.parametrize(
    "odd",
    [{"body": "\ud800 lone"}, {"body": ["list"]}, {"body": "x\x00y lone"}, {"body": None, "lone": {"lone": "lone"}}],
)
async def test_no_odd_event_keeps_a_room_from_being_recorded(archive: Archive, odd: dict[str, Any]) -> None:
    await archive.happens(archive.event(CELL, RAVI, "m.room.message", **odd))
    await archive.write(CELL, "still here")
    assert await archive.find("still here") == ["still here"]
    assert len(await archive.hits("lone")) == ("lone" in str(odd))
