"""A records officer asks for an export in chat, and is given it as encrypted files in a direct chat; nobody else learns
anything of it, whatever is killed, full or refused on the way.
"""

import asyncio
import errno
import json
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from bots.retention.export.folder import BadFolder, Folder, Growing
from bots.retention.handover import book, making, volumes
from bots.retention.handover.handing import Handing
from bots.retention.handover.making import MOST_TRIES
from bridge.actions import Send, Upload
from bridge.media_draft import Draft
from bridge.seal import MasterKey
from bridge.store import outbox
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import as_answer, until
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import archive as archives
from tests.store import dispatch as dispatches
from tests.store.archive import CLERK, OFFICER
from tests.store.chat import ASHA, HALL, OFFICE
from tests.store.dispatch import Dispatch
from tests.store.exporting import manifest, verified
from tests.store.gateways import stopped
from tests.store.test_search_chat import DIRECT, begins_a_chat

WHY = "purpose: RTI 12/2026"
ALL_OF_IT = f"room:{CELL} {WHY}"
MARCH = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path
) -> Dispatch:
    made = await dispatches.dispatch(pool, journal, keyring, master, url, tmp_path)
    await made.archive.write(CELL, "The culvert at km 42 is closed", at=MARCH)
    await made.archive.write(HALL, "The culvert is open again", ASHA)
    await begins_a_chat(made.archive)
    return made


async def test_what_is_asked_for_is_handed_over_as_an_encrypted_file_that_a_stranger_verifies(office: Dispatch) -> None:
    told, answer = await office.asks(ALL_OF_IT)
    assert "Export 1" in told and CELL in told and "kept" in answer
    await office.carries()
    await office.prepares()
    await office.hands_over()
    [message] = office.files
    assert (message["body"], message["info"]["mimetype"]) == ("export-1.zip", "application/zip")
    assert office.given[message["file"]["url"]][:2] != b"PK", "it goes encrypted"
    folder = office.unpacked()
    assert verified(folder)[0] == 0
    assert (folder / "index.html").exists() and "km 42" in (folder / "records.jsonl").read_text()
    found = manifest(folder)
    assert (found["actor"], found["purpose"], found["selection"]["room"]) == (OFFICER, "RTI 12/2026", CELL)
    assert "is being prepared" in office.said and found["export"] in office.said and "jsonl, html" in office.said
    assert f"Records: {found['counts']['records']};" in office.said and "index.html" in office.said
    assert await office.standing() == "done"
    assert office.in_clear() == [] and office.sealed() == [], "Setu keeps no copy"


async def test_it_is_on_record_when_it_is_asked_for_made_and_handed_over(office: Dispatch) -> None:
    await office.asks(f"room:{CELL} from:2026-01-01 person:{RAVI} {WHY}; culvert")
    [asked] = await office.deeds("export-asked")
    assert (asked["actor"], asked["organisation"], asked["room_id"]) == (OFFICER, "nic.lab", CELL)
    assert asked["purpose"] == "RTI 12/2026" and '"searched":true' in asked["detail"]
    await office.carries()
    await office.prepares()
    made = await office.deeds("export")
    assert [(one["actor"], one["purpose"]) for one in made] == [(OFFICER, "RTI 12/2026")]
    await office.hands_over()
    [handed] = await office.deeds("export-handed-over")
    [file] = json.loads(handed["detail"])["files"]
    assert file["sha256"] in office.said


async def test_neither_words_nor_files_stand_anywhere_in_clear_while_it_waits(office: Dispatch) -> None:
    await office.asks(f"room:{CELL} {WHY}; culvert")
    await office.carries()
    await office.prepares()
    assert await office.standing() == "packed" and office.in_clear() == []
    [sealed] = office.sealed()
    assert b"PK" not in sealed.read_bytes()[:64] and b"records.jsonl" not in sealed.read_bytes()
    rows = str([dict(row) for table in ("retention_export", "outbox", "record_audit")
                for row in await office.archive.pool.fetch(f"table {table}")])  # fmt: skip
    assert "culvert" not in rows and (await office.job()).packed.parts[0].opens not in rows  # type: ignore[union-attr]


async def test_what_is_selected_is_what_is_handed_over(office: Dispatch) -> None:
    await office.archive.write(CELL, "The bridge is open", at=datetime(2026, 4, 2, 4, tzinfo=UTC))
    await office.asks(f"room:{CELL} from:2026-03-01 to:2026-03-31 format:csv {WHY}; culvert")
    await office.carries()
    await office.prepares()
    await office.hands_over()
    folder = office.unpacked()
    assert "km 42" in (folder / "records.jsonl").read_text()
    assert "The bridge is open" not in (folder / "records.jsonl").read_text()
    assert (folder / "table").is_dir() and not (folder / "index.html").exists() and "index.html" not in office.said


async def test_asked_in_a_room_with_others_they_hear_nothing_of_it(office: Dispatch) -> None:
    answers = await office.asks(ALL_OF_IT, room=HALL)
    [public] = [one for one in answers if "direct chat" in one]
    assert CELL not in public and "Export" not in public
    orders = await office.archive.orders()
    public_words = [str(one.content) for room, one in orders if room == HALL and isinstance(one, Send)]
    assert not [one for one in public_words if "Export 1" in one]


@pytest.mark.parametrize(("room", "person"), [(CELL, RAVI), (HALL, ASHA), (OFFICE, ASHA)])
async def test_nobody_but_a_records_officer_exports(office: Dispatch, room: str, person: str) -> None:
    [denied] = await office.asks(ALL_OF_IT, room, person)
    assert "role" in denied
    assert await office.archive.pool.fetchval("select count(*) from retention_export") == 0


async def test_an_officer_of_nobody_of_ours_exports_nothing(office: Dispatch) -> None:
    [answer] = await office.asks(ALL_OF_IT, HALL, "@far:elsewhere.example")
    assert "people of the organisations" in answer


async def test_an_officer_of_a_department_is_given_what_its_own_homeserver_saw(office: Dispatch) -> None:
    told = max(await office.asks(f"room:{HALL} {WHY}", CELL, CLERK), key=len)
    assert "Nothing is on record of that room" in told
    assert await office.archive.pool.fetchval("select count(*) from retention_export") == 0
    told, _ = sorted(await office.asks(ALL_OF_IT, CELL, CLERK), key=lambda one: "Export" not in one)
    assert "Export 1" in told


@pytest.mark.parametrize(("person", "room", "organisations"), [(CLERK, CELL, {MHA}), (OFFICER, DIRECT, {MHA, NIC})])
async def test_of_a_room_that_two_homeservers_saw_each_is_given_what_they_may(
    office: Dispatch, person: str, room: str, organisations: set[str]
) -> None:
    await office.archive.enter(NIC, CELL, [ASHA])
    seen_by_the_hub = office.archive.event(CELL, ASHA, "m.room.message", msgtype="m.text", body="seen by the hub")
    await office.archive.happens(seen_by_the_hub, NIC)
    await office.asks(ALL_OF_IT, room, person)
    await office.carries()
    await office.prepares()
    await office.hands_over()
    lines = (office.unpacked() / "records.jsonl").read_text().splitlines()
    assert {json.loads(line)["organisation"] for line in lines} == organisations
    assert any("seen by the hub" in line for line in lines) == (NIC in organisations)


async def test_an_officer_has_one_at_a_time_and_may_cancel_it(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    told, _ = await office.asks(f"room:{HALL} {WHY}")
    assert "Export 1 is in hand" in told
    told, _ = await office.asks("cancel 1")
    assert "Export 1 is cancelled" in told
    told, _ = await office.asks("cancel 1")
    assert "over already" in told
    told, _ = await office.asks(f"room:{HALL} {WHY}")
    assert "Export 2" in told


async def test_nobody_cancels_or_sees_the_export_of_another(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    told = max(await office.asks("cancel 1", CELL, CLERK), key=lambda one: "no export" in one)
    assert "You have no export 1" in told and await office.standing() == "waiting"
    told = max(await office.asks("", CELL, CLERK), key=lambda one: "no export" in one)
    assert "You have asked for no export yet" in told


async def test_the_list_tells_how_each_stands(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    assert "waits for its turn" in (await office.asks(""))[0]
    await office.carries()
    async with office.archive.pool.acquire() as connection:
        await book.begin(connection, 1)
        await book.count(connection, 1, 2500, 7000)
    assert "2,500 of 7,000 records" in (await office.asks(""))[0]
    await office.prepares()
    told, _ = await office.asks("")
    assert "on its way to you" in told and CELL in told and "RTI 12/2026" in told
    told, _ = await office.asks("cancel 1")
    assert "cannot be cancelled any more" in told
    await office.hands_over()
    assert "was handed over" in (await office.asks(""))[0]


async def test_nothing_is_said_or_sent_into_a_chat_with_others(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    nosy = "@nosy:nic.lab"
    await office.archive.happens(office.archive.event(DIRECT, nosy, "m.room.member", nosy, membership="join"))
    await office.hands_over()
    assert office.files == [] and await office.standing() == "stuck"
    await office.archive.happens(office.archive.event(DIRECT, nosy, "m.room.member", nosy, membership="leave"))
    await office.hands_over()
    assert len(office.files) == 1 and await office.standing() == "done"


async def test_nothing_is_handed_over_to_whom_no_roster_makes_an_officer_any_more(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    office.officers = frozenset({CLERK})
    await office.hands_over()
    assert office.files == [] and await office.standing() == "stuck" and office.given == {}
    office.officers = frozenset({OFFICER})
    await office.hands_over()
    assert len(office.files) == 1 and await office.standing() == "done"


async def test_more_records_than_a_chat_is_given_are_refused_with_the_command_for_a_terminal(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path
) -> None:
    office = await dispatches.dispatch(pool, journal, keyring, master, url, tmp_path, most=3)
    for _ in range(5):
        await office.archive.write(CELL, "namaste")
    await begins_a_chat(office.archive)
    await office.asks(f"room:{CELL} {WHY}; namaste")
    await office.carries()
    await office.prepares()
    await office.carries()
    assert await office.standing() == "failed" and office.in_clear() == []
    assert "at most 3" in office.said and "setu records export setu.yaml --room '!cell:mha.lab'" in office.said
    assert "--query namaste" in office.said
    assert "namaste" not in str(await pool.fetchval("select why from retention_export"))
    assert "came to nothing" in (await office.asks(""))[0]


async def test_what_the_homeserver_does_not_take_at_once_comes_in_whole_parts(office: Dispatch) -> None:
    await office.asks(f"room:{CELL} format:html,csv,eml {WHY}")
    await office.carries(limit=9_000)
    await office.prepares()
    await office.hands_over()
    assert len(office.files) > 1 and all(one["info"]["size"] <= 9_000 for one in office.files)
    assert office.files[0]["body"].startswith("export-1-1-of-")
    assert verified(office.unpacked())[0] == 0
    assert "unpack all of them into one folder" in office.said


async def test_a_file_that_no_part_can_hold_is_told_with_the_command_for_a_terminal(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries(limit=1_000)
    await office.prepares()
    await office.carries()
    assert await office.standing() == "failed" and office.in_clear() == office.sealed() == []
    assert "MiB that your homeserver takes" in office.said and "setu records export" in office.said


async def test_more_parts_than_anybody_unpacks_are_told_with_the_command_for_a_terminal(
    office: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries(limit=9_000)
    monkeypatch.setattr(volumes, "MOST", 1)
    await office.prepares()
    await office.carries()
    assert await office.standing() == "failed" and office.in_clear() == office.sealed() == []
    assert "would come in" in office.said and "setu records export" in office.said


async def test_an_upload_that_is_refused_is_told_and_goes_on_after_setu_retry(office: Dispatch, pool: Pool) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    await office.hands_over({Upload: "refused: 403 M_FORBIDDEN"})
    assert await office.standing() == "stuck" and office.files == [] and len(office.sealed()) == 1
    assert "cannot be handed over for now" in office.said and "setu retry" in office.said
    await office.hands_over()
    assert office.said.count("cannot be handed over for now") == 1, "it is told once"
    assert "cannot be handed over for now" in (await office.asks(""))[0]
    async with pool.acquire() as connection:
        await outbox.revive(connection)
    await office.hands_over()
    assert await office.standing() == "done" and verified(office.unpacked())[0] == 0


async def test_what_could_not_be_handed_over_for_long_is_removed_and_told(office: Dispatch, pool: Pool) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    await office.hands_over({Upload: "refused: 403 M_FORBIDDEN"})
    await pool.execute("update retention_export set packed_at = now() - interval '8 days'")
    await office.hands_over()
    assert await office.standing() == "failed" and office.sealed() == []
    assert "is kept no longer" in office.said


async def test_a_worker_that_was_killed_leaves_the_export_to_the_next(office: Dispatch) -> None:
    for number in range(40):
        await office.archive.write(CELL, f"line {number}")
    await office.asks(f"room:{CELL} format:html,csv,eml {WHY}")
    await office.carries()
    process = await office.begins_to_prepare()
    await until(lambda: as_answer(any("progress" in path.name for path in office.in_clear())), 60)
    process.kill()
    await process.wait()
    assert await office.standing() == "preparing" and office.in_clear()
    await office.prepares()
    await office.hands_over()
    assert await office.standing() == "done" and verified(office.unpacked())[0] == 0
    assert office.said.count("is being prepared") == 1


async def test_a_worker_ends_when_whoever_began_it_is_gone(office: Dispatch) -> None:
    for number in range(300):
        await office.archive.write(CELL, f"line {number}")
    await office.asks(f"room:{CELL} format:html,csv,eml {WHY}")
    await office.carries()
    process = await office.begins_to_prepare()
    await until(lambda: as_answer(any("progress" in path.name for path in office.in_clear())), 60)
    assert process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 20) == 1
    await office.prepares()
    assert await office.standing() == "packed"


async def test_what_does_not_open_any_more_stops_nothing_else_and_can_be_cancelled(
    office: Dispatch, pool: Pool
) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await pool.execute("update retention_export set sealed = 'x'")
    told, _ = await office.asks("")
    assert "no export yet" in told
    told, _ = await office.asks("cancel 1")
    assert "Export 1 is cancelled" in told
    await office.asks(ALL_OF_IT)
    number = await pool.fetchval("select max(id) from retention_export")
    await pool.execute("update retention_export set sealed = 'x' where id = $1", number)
    await office.prepares(number)
    assert await pool.fetchval("select state from retention_export where id = $1", number) == "failed"


async def test_what_was_prepared_and_does_not_open_any_more_is_given_up(office: Dispatch, pool: Pool) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    await pool.execute("update retention_export set parts_sealed = 'x'")
    await office.hands_over()
    assert await pool.fetchval("select state from retention_export") == "failed" and office.sealed() == []
    told, _ = await office.asks(ALL_OF_IT)
    assert "Export 2" in told


async def test_what_was_cancelled_while_it_was_stuck_is_not_handed_over_by_setu_retry(
    office: Dispatch, pool: Pool
) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    await office.hands_over({Upload: "refused: 403 M_FORBIDDEN"})
    assert await office.standing() == "stuck"
    told, _ = await office.asks("cancel 1")
    assert "Export 1 is cancelled" in told
    async with pool.acquire() as connection:
        assert await outbox.revive(connection) == 0
    await office.hands_over()
    assert await office.standing() == "cancelled" and office.sealed() == []


async def test_a_worker_that_lost_its_claim_and_works_on_spoils_nothing(office: Dispatch) -> None:
    """Its connection broke; its folder is its own until it ends."""
    await office.asks(ALL_OF_IT)
    await office.carries()
    with (await making_of(office)).taken(force=False), pytest.raises(BadFolder):
        await office.prepares()
    assert await office.standing() == "preparing"
    await office.prepares()
    assert await office.standing() == "packed"


async def making_of(office: Dispatch) -> Folder:
    """Where it is prepared."""
    return Folder(office.settings.folder / (await office.job()).folder)


async def test_who_gets_on_is_not_given_up_and_who_does_not_is(office: Dispatch, pool: Pool) -> None:
    await office.asks(ALL_OF_IT)
    tries = "select tries from retention_export"
    async with pool.acquire() as connection:
        for written, after in ((2500, 0), (2500, 1), (2500, 2), (5000, 0)):
            await book.begin(connection, 1)
            await book.count(connection, 1, written, 7000)
            assert await connection.fetchval(tries) == after


async def test_killed_when_it_was_made_and_not_packed_it_is_packed(
    office: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise ConnectionError

    await office.asks(ALL_OF_IT)
    await office.carries()
    with monkeypatch.context() as patched:
        patched.setattr(making, "pack", dies)
        with pytest.raises(ConnectionError):
            await office.prepares()
    assert any(path.name == "manifest.json" for path in office.in_clear())
    await office.prepares()
    await office.hands_over()
    assert await office.standing() == "done" and verified(office.unpacked())[0] == 0
    assert len(await office.deeds("export")) == 1


async def test_two_workers_prepare_it_once(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await asyncio.gather(*(office.prepares() for _ in range(3)))
    await office.hands_over()
    assert len(office.files) == 1 and len(await office.deeds("export")) == 1


async def test_two_processes_hand_it_over_once(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await office.prepares()
    for _ in range(5):
        looks = (Handing(office.host, office.media, office.settings).look() for _ in range(3))
        await asyncio.gather(*looks)
        await office.carries()
    assert len(office.files) == 1 and len(await office.deeds("export-handed-over")) == 1


async def test_the_supervisor_has_it_prepared_and_ends_what_is_cancelled(office: Dispatch) -> None:
    await office.asks(ALL_OF_IT)
    working = asyncio.create_task(office.supervisor().run())
    try:
        await asyncio.sleep(0)
        assert await office.standing() == "waiting", "how large a file may be is not known yet"
        await office.carries()

        async def is_packed() -> bool:
            return await office.standing() == "packed"

        await until(is_packed, 60)
        await office.hands_over()
        for number in range(300):
            await office.archive.write(CELL, f"line {number}")
        await office.asks(f"room:{CELL} format:html,csv,eml {WHY}")
        await office.carries()
        second = (await office.archive.pool.fetchval("select max(id) from retention_export")) or 0

        async def is_prepared() -> bool:
            return bool(office.in_clear())

        await until(is_prepared, 60)
        await office.asks(f"cancel {second}")
        await until(lambda: as_answer(not office.in_clear()), 30)
    finally:
        await stopped(working)
    assert await office.standing(second) == "cancelled"


async def test_a_supervisor_that_stops_ends_what_it_began(office: Dispatch) -> None:
    for number in range(300):
        await office.archive.write(CELL, f"line {number}")
    await office.asks(f"room:{CELL} format:html,csv,eml {WHY}")
    await office.carries()
    working = asyncio.create_task(office.supervisor().run())
    await until(lambda: as_answer(bool(office.in_clear())), 60)
    assert workers(), "it is not done yet"
    await stopped(working)
    assert not workers()
    claims = "select count(*) from pg_locks where locktype = 'advisory' and classid = $1"

    async def is_free() -> bool:
        return bool(await office.archive.pool.fetchval(claims, book.CLAIMS) == 0)

    await until(is_free, 10)
    if await office.standing() != "packed":
        await office.prepares()
    assert await office.standing() == "packed"


def workers() -> list[psutil.Process]:
    """Those that this process has begun, at work."""
    alive = [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]
    return [each for each in alive if any("handover.worker" in word for word in each.cmdline())]


async def test_when_the_disk_is_full_it_is_told_and_nothing_is_left(
    office: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for of, name in ((Growing, "sync"), (Draft, "_put")):
        await office.asks(ALL_OF_IT)
        await office.carries()
        number = await office.archive.pool.fetchval("select max(id) from retention_export")
        with monkeypatch.context() as disk:
            disk.setattr(of, name, full)
            await office.prepares(number)
        await office.carries()
        assert await office.standing(number) == "failed" and office.in_clear() == office.sealed() == []
        assert "its disk is full" in office.said and "makes room" in office.said
        office.received.clear()


async def test_what_kills_its_worker_again_and_again_is_given_up(office: Dispatch, pool: Pool) -> None:
    await office.asks(ALL_OF_IT)
    await office.carries()
    await pool.execute("update retention_export set state = 'preparing', tries = $1", MOST_TRIES)
    await office.prepares()
    await office.carries()
    assert await office.standing() == "failed" and "broke off again and again" in office.said


async def test_without_a_media_folder_it_is_told_what_to_do(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await archives.archive(pool, journal, keyring)
    await begins_a_chat(archive)
    told, _ = await archive.say(DIRECT, OFFICER, f"!records export {ALL_OF_IT}")
    assert "media.folder" in told and "at a terminal" in told


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (f"{WHY}", "begins with an exclamation mark"),
        (f"room:{CELL}", "room:!ROOM purpose: WHY"),
        (f"room:{CELL} purpose: ", "room:!ROOM purpose: WHY"),
        (f"room:{CELL} purpose: ;", "room:!ROOM purpose: WHY"),
        (f"room:{CELL} purpose: {'x' * 501}", "room:!ROOM purpose: WHY"),
        ("cancel", "room:!ROOM purpose: WHY"),
        ("nonsense", "room:!ROOM purpose: WHY"),
        (f"room:hall {WHY}", "begins with an exclamation mark"),
        (f"room:{CELL} room:{HALL} {WHY}", "stands there twice"),
        (f"room:{CELL} colour:red {WHY}", "not one of them"),
        (f"room:{CELL} from:yesterday {WHY}", "want a day"),
        (f"room:{CELL} from:2026-02-30 {WHY}", "want a day"),
        (f"room:{CELL} from:2026-02-02 to:2026-02-01 {WHY}", "comes after"),
        (f"room:{CELL} person:ravi {WHY}", "whole Matrix id"),
        (f"room:{CELL} format:docx {WHY}", "jsonl, html, eml, csv, pdf"),
        (f"room:{CELL} {WHY}; a*", "at least"),
        (f"room:{CELL} {WHY}; ...", "Say what is looked for"),
    ],
)
async def test_what_cannot_be_asked_is_explained(office: Dispatch, asked: str, complaint: str) -> None:
    [answer] = await office.asks(asked)
    assert complaint in answer
    assert await office.archive.pool.fetchval("select count(*) from retention_export") == 0


@pytest.mark.parametrize("words", ["'; drop table record; --", "\x00", "\ud800", "<b>x</b>", "%s {x} $1", '"unended'])
async def test_hostile_words_are_words(office: Dispatch, words: str) -> None:
    await office.asks(f"room:{CELL} purpose: {words}; {words} culvert")
    await office.carries()
    if await office.archive.pool.fetchval("select count(*) from retention_export"):
        await office.prepares()
        assert await office.standing() == "packed"


async def test_a_room_that_nobody_recorded_is_told_privately(office: Dispatch) -> None:
    answers = await office.asks(f"room:!unheard:mha.lab {WHY}", room=HALL)
    [public] = [one for one in answers if "direct chat" in one]
    assert "Nothing is on record" not in public and any("Nothing is on record" in one for one in answers)


async def test_it_speaks_the_language_of_who_asks(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path
) -> None:
    office = await dispatches.dispatch(pool, journal, keyring, master, url, tmp_path, {"nic.lab": "hi"})
    await office.archive.write(CELL, "namaste")
    await begins_a_chat(office.archive)
    told, _ = await office.asks(ALL_OF_IT)
    assert "निर्यात 1 माँग लिया गया है" in told
