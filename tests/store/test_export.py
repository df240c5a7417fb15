"""A records officer hands over what was said in a room, and a stranger verifies it without Setu."""

import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.retention import deeds
from bots.retention.export import pdf
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.keyrings import keyring_of
from tests.people import CELL, MHA, RAVI
from tests.store import exporting
from tests.store.exporting import Installation, lines, manifest, verified
from tests.store.talk import ASHA, EVE, GHOST, MEERA, PICTURE, SCRIPTS, Talk, spoken

IST = ZoneInfo("Asia/Kolkata")
NIGHT = datetime(2025, 1, 31, 23, 40, tzinfo=IST)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
ALL = ("--format", "jsonl,html,eml,csv")


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    return await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)


@pytest.fixture
async def talk(office: Installation) -> Talk:
    """A talk over midnight, on record, with one of its two files kept."""
    talk = spoken(office.archive, NIGHT)
    ghost = "insert into ghost (homeserver, user_id, person) values ($1, $2, $3)"
    await office.archive.pool.execute(ghost, MHA, GHOST, ASHA)
    await talk.recorded()
    await office.keeps(PICTURE, PNG)
    return talk


def pages(folder: Path) -> dict[str, str]:
    """The pages of the conversation, by month."""
    return {path.stem: path.read_text() for path in (folder / "conversation" / MHA).iterdir()}


def article(page: str, words: str) -> str:
    """The message of a page that has these words."""
    [found] = [one for one in re.findall(r"<article.*?</article>", page, re.DOTALL) if words in one]
    assert isinstance(found, str)
    return found


async def test_a_room_is_handed_over_whole_and_a_stranger_verifies_it(office: Installation, talk: Talk) -> None:
    said, _ = await office.export(*ALL)
    folder = office.path / "export"
    facts = manifest(folder)["counts"]["facts"]
    assert f"{len(talk.said)} records and {facts} facts" in said
    code, told = verified(folder, "--key", manifest(folder)["logs"][MHA]["key"])
    assert (code, told.splitlines()[-1]) == (0, f"{len(talk.said)} records: no faults")
    exported = [json.loads(line["parts"]["event"]["plain"]) for line in lines(folder) if "parts" in line]
    assert exported == [dict(event.fields) for event in talk.said]
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_the_manifest_tells_who_asked_for_what_and_why(office: Installation, talk: Talk) -> None:
    await office.export("--person", MEERA, "--from", "2025-02-01")
    told = manifest(office.path / "export")
    assert (told["purpose"], told["zone"], told["forms"]) == ("an inquiry", "Asia/Kolkata", ["jsonl", "html"])
    assert told["selection"] == {
        "room": CELL, "since": "2025-02-01", "until": None, "person": MEERA, "query": None
    }  # fmt: skip
    assert told["records"] == told["counts"]["records"] + told["counts"]["facts"]
    assert told["rooms"] == []


async def test_any_byte_that_is_changed_in_any_file_is_found(office: Installation, talk: Talk) -> None:
    await office.export(*ALL)
    folder = office.path / "export"
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.stat().st_size):
        if path.name in ("verify.py", "manifest.json"):  # the one judges, the other is judged by what it names
            continue
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        assert verified(folder)[0] == 1, path
        path.write_bytes(before)
    assert verified(folder)[0] == 0


async def test_a_record_that_is_taken_out_is_missed_even_where_the_manifest_goes_along(
    office: Installation, talk: Talk
) -> None:
    await office.export("--format", "jsonl")
    folder = office.path / "export"
    kept = (folder / "records.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "records.jsonl").write_bytes(b"".join(kept[:9] + kept[10:]))
    told = manifest(folder)
    told["records"] -= 1
    (folder / "manifest.json").write_text(json.dumps(told))
    assert f"room {CELL}: it is not complete from 1 to {len(talk.said)}" in verified(folder)[1]


async def test_the_conversation_reads_as_it_was_said(office: Installation, talk: Talk) -> None:
    await office.export()
    january, february = pages(office.path / "export")["2025-01"], pages(office.path / "export")["2025-02"]
    assert "Friday, 31 January 2025" in january and "Saturday, 1 February 2025" in february
    answer = article(january, "At 11, in room 204")
    assert "Meera Iyer" in answer and "When is tomorrow&#x27;s review" in answer  # quoted
    edited = article(january, "shelters and their wardens")
    assert "show all 3 versions" in edited and "bring the lits of" in edited
    assert "which does not count" in edited and "Please bring nothing." in edited
    asked = article(january, 'id="r8"')
    assert "👍</span> <bdi>Meera Iyer</bdi>, <bdi>Asha Verma</bdi>" in asked and "<s><bdi>زویا خان</bdi></s>" in asked
    assert "_setu_" not in january + february


async def test_a_version_that_was_deleted_is_told_and_the_one_before_it_stands(
    office: Installation, talk: Talk
) -> None:
    [last] = [str(event.id) for event in talk.said if "wardens" in str(event.text("body"))]
    talk.delete(last)
    talk.said, said = talk.said[-1:], talk.said
    await talk.archive.happens(*talk.said)
    await talk.archive.reads()
    await office.export()
    edited = article(pages(office.path / "export")["2025-01"], "bring the lits of")
    assert edited.count("this version was deleted") == 1
    assert '<div class="body" dir="auto"><span class="plain">Please bring the list of shelters.</span>' in edited
    assert len(said) == 37


async def test_what_was_deleted_is_shown_with_who_when_and_why(office: Installation, talk: Talk) -> None:
    await office.export()
    deleted = article(pages(office.path / "export")["2025-01"], "The contractor is my cousin")
    assert "<b>Deleted</b> by" in deleted and "31 January 2025, 23:58:00" in deleted and "wrong room" in deleted


async def test_the_cause_that_the_log_tells_of_a_deletion_goes_along_with_its_proof(
    office: Installation, talk: Talk
) -> None:
    [gone] = [str(event.fields["redacts"]) for event in talk.said if event.text("reason") == "wrong room"]
    await office.archive.is_read(purpose="nobody's business")
    await office.export(*ALL)
    folder = office.path / "export"
    assert ": by who wrote it" in article(pages(folder)["2025-01"], "The contractor is my cousin")
    deeds = [header for line in lines(folder) if (header := json.loads(line["header"]))["of"] == "audit"]
    assert [json.loads(deed["detail"])["cause"] for deed in deeds if gone in deed["detail"]] == ["sender"]
    assert {deed["action"] for deed in deeds} == {"deleted", "member", "export"}
    assert verified(folder)[0] == 0


async def test_ten_scripts_are_said_as_they_were_written_each_in_its_direction(
    office: Installation, talk: Talk
) -> None:
    await office.export(*ALL)
    folder = office.path / "export"
    shown = "".join(pages(folder).values())
    for text in SCRIPTS.values():
        assert f'<div class="body" dir="auto"><span class="plain">{text}</span>' in shown
        assert text in (folder / "table" / f"{MHA}.csv").read_text("utf-8-sig")


async def test_hostile_names_and_messages_do_nothing_on_a_page(office: Installation, talk: Talk) -> None:
    await office.export()
    folder = office.path / "export"
    for page in [*pages(folder).values(), (folder / "index.html").read_text()]:
        assert not re.search(r"<(script|iframe|link|object|base)\b|\son\w+=|javascript:|\u202e|style='", page)
        assert "http://" not in re.sub(r"&quot;.*?&quot;", "", page)
        assert page.count("<style>") == 1 and "default-src 'none'" in page


async def test_files_that_are_kept_go_along_and_of_others_it_is_told_why_not(office: Installation, talk: Talk) -> None:
    await office.export()
    folder = office.path / "export"
    told = {one["name"]: one for line in lines(folder) for one in line.get("files", ())}
    assert (folder / told["Map.png"]["path"]).read_bytes() == PNG
    assert told["orders.pdf"]["why"] == "it was never kept: no bot of this installation asked for it"
    counts = manifest(folder)["counts"]
    assert (counts["files"], counts["files_missing"]) == (1, 1)
    assert "not in this export, since it was never kept" in pages(folder)["2025-02"]


async def test_who_was_there_is_told_as_intervals(office: Installation, talk: Talk) -> None:
    await office.export("--format", "jsonl")
    told = [json.loads(line) for line in (office.path / "export" / "people.jsonl").read_text().splitlines()]
    by_person = {one["person"]: one for one in told}
    assert set(by_person) == {RAVI, MEERA, "@zoya:mha.lab", EVE, ASHA}
    assert by_person[EVE]["until"] == "2025-01-31T18:44:00.000000Z" and by_person[RAVI]["until"] is None


async def test_a_selection_brings_what_became_of_it_and_its_proofs_hold(office: Installation, talk: Talk) -> None:
    talk.delete("$do7", MEERA)
    talk.said = talk.said[-1:]
    await talk.recorded()
    await office.export("--to", "2025-01-31", "--person", RAVI)
    folder = office.path / "export"
    assert verified(folder)[0] == 0
    kinds = [(header["sender"], header["relation"]) for line in lines(folder)
             if (header := json.loads(line["header"]))["of"] == "record"]  # fmt: skip
    assert ("@meera:mha.lab", "redacts") in kinds and (GHOST, "m.annotation") in kinds
    assert (EVE, None) not in kinds
    assert ("@meera:mha.lab", "m.in_reply_to") not in kinds


async def test_a_person_is_found_behind_their_ghost(office: Installation, talk: Talk) -> None:
    await office.export("--person", ASHA, "--format", "jsonl")
    headers = [json.loads(line["header"]) for line in lines(office.path / "export")]
    assert {header["sender"] for header in headers if header["of"] == "record"} == {GHOST}


async def test_what_a_query_finds_is_exported_and_its_words_are_kept_sealed(office: Installation, talk: Talk) -> None:
    await office.export("--query", "shelters")
    folder = office.path / "export"
    said = [json.loads(line["parts"]["event"]["plain"])["content"]["body"] for line in lines(folder) if "parts" in line]
    assert len(said) == 4 and all("shelters" in body or "nothing" in body for body in said)
    rows = await office.archive.pool.fetch("select action, detail from record_audit where action = 'export'")
    assert len(rows) == 1 and "shelters" not in rows[0]["detail"] and '"searched":true' in rows[0]["detail"]
    async with office.archive.pool.acquire() as connection:
        [done] = [done async for done in deeds.of(connection, keyring_of(office.master), "mha.lab")]
    assert done.words == "shelters"


async def test_an_export_is_on_record_even_where_it_fails(office: Installation, talk: Talk) -> None:
    await office.export(to="before")  # else nothing would be signed over the row that is missing
    await office.archive.pool.execute("delete from record where event_id = '$do9'")
    _, said = await office.export(code=1)
    assert "NOT whole" in said and "1 records that the room ought to have are not there" in said
    assert not (office.path / "export" / "manifest.json").exists()
    row = await office.archive.pool.fetchrow("select room_id, purpose from record_audit where action = 'export'")
    assert row is not None and tuple(row) == (CELL, "an inquiry")


async def test_a_record_whose_leaf_was_changed_is_not_handed_over_as_sound(office: Installation, talk: Talk) -> None:
    await office.export(to="before")
    await office.archive.pool.execute("update record set sender = '@other:mha.lab' where event_id = '$do9'")
    _, said = await office.export(code=1)
    assert "NOT whole" in said and "the checkpoint does not contain it" in said
    assert not (office.path / "export" / "manifest.json").exists()


async def test_what_was_destroyed_is_told_and_its_neighbours_verify(office: Installation, talk: Talk) -> None:
    await office.archive.pool.execute(
        "delete from event_key k using journal j where (j.room, j.pos) = (k.room, k.pos) and j.event_id = '$do8'"
    )
    await office.export(*ALL)
    folder = office.path / "export"
    assert verified(folder)[0] == 0 and manifest(folder)["counts"]["unreadable"] == 1
    assert "This cannot be read: its key was destroyed" in pages(folder)["2025-01"]


async def test_a_room_of_which_there_is_nothing_and_a_query_that_cannot_be_asked_are_refused(
    office: Installation, talk: Talk
) -> None:
    _, said = await office.export("--room", "!nowhere:mha.lab", code=1)
    assert "nothing of a room !nowhere:mha.lab" in said
    _, said = await office.export("--query", "ab*", code=1)
    assert "too many words" in said
    assert not (office.path / "export").exists()


async def test_a_finished_export_is_replaced_only_where_that_is_asked_for(office: Installation, talk: Talk) -> None:
    await office.export()
    _, said = await office.export(code=1)
    assert "--force" in said
    await office.export("--force", "--format", "jsonl")
    assert verified(office.path / "export")[0] == 0 and not (office.path / "export" / "index.html").exists()


async def test_a_folder_with_something_else_in_it_is_left_alone(office: Installation, talk: Talk) -> None:
    (office.path / "export").mkdir()
    (office.path / "export" / "thesis.doc").write_text("mine")
    for more in ([], ["--force"]):
        _, said = await office.export(*more, code=1)
        assert "holds something else" in said
        assert (office.path / "export" / "thesis.doc").read_text() == "mine"


async def test_without_a_browser_it_is_said_what_pdf_needs(
    office: Installation, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "NAMES", ("no-such-browser",))
    _, said = await office.export("--format", "pdf", code=2)
    assert "apt-get install chromium" in said and not (office.path / "export").exists()


@pytest.mark.skipif(not any(map(shutil.which, pdf.NAMES)), reason="no Chromium here")
async def test_pages_are_printed(office: Installation, talk: Talk) -> None:
    await office.export("--format", "pdf")
    folder = office.path / "export"
    assert verified(folder)[0] == 0
    for month in ("2025-01", "2025-02"):
        assert (folder / "pdf" / MHA / f"{month}.pdf").read_bytes().startswith(b"%PDF-")
