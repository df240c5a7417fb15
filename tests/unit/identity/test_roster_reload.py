"""A roster is read again while people work: what changed is told by id, and a bad file never empties it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bots.identity.roster import feed
from bots.identity.roster.csv_file import CsvFile
from bots.identity.roster.feed import Entry
from bots.identity.roster.problem import Weight
from bots.identity.roster.register import Register
from bots.identity.roster.row import understood
from bots.identity.roster.source import Cells
from bots.identity.roster.yaml_file import YamlFile
from tests.unit.identity.rosters import ASHA, ASHA_ROW, FARID, FARID_ROW, HEADER, RAVI, RAVI_ROW, csv, told, yaml


def later(source: CsvFile, seconds: int = 60) -> None:
    """Lets the file have been written so long ago that its time can be trusted."""
    past = os.stat(source.file).st_mtime - seconds
    os.utime(source.file, (past, past))


def test_nothing_changed_where_nothing_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = csv(tmp_path, ASHA_ROW)
    later(source)
    register = Register([source])
    first = register.reload()
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    again = register.reload()
    assert again.roster is first.roster
    assert first.changed == {ASHA} and not again.changed


def test_a_file_that_was_only_touched_changes_nothing(tmp_path: Path) -> None:
    source = csv(tmp_path, ASHA_ROW)
    register = Register([source])
    first = register.reload()
    later(source)
    assert register.reload().roster is first.roster


def test_a_change_within_the_same_tick_and_of_the_same_length_is_seen(tmp_path: Path) -> None:
    source = csv(tmp_path, ASHA_ROW)
    register = Register([source])
    register.reload()
    time = os.stat(source.file).st_mtime_ns
    with source.file.open("r+") as file:
        file.write(f"{HEADER}\n{ASHA_ROW.replace('Verma', 'Varma')}\n")
    os.utime(source.file, ns=(time, time))
    assert register.reload().roster.people[ASHA].name == "Asha Varma"


def test_ids_that_were_added_removed_or_changed_are_told(tmp_path: Path) -> None:
    rows = [f"@p{n}:nic.example,Person {n},," for n in range(5)]
    register = Register([csv(tmp_path, *rows, ASHA_ROW, RAVI_ROW)])
    register.reload()
    csv(tmp_path, RAVI_ROW.replace("Under", "Joint"), *reversed(rows), FARID_ROW)
    assert register.reload().changed == {ASHA, RAVI, FARID}


def in_csv(folder: Path, name: str) -> CsvFile | YamlFile:
    """Three people, one of them called so."""
    return csv(folder, ASHA_ROW, f"{RAVI},{name},,", FARID_ROW)


def in_yaml(folder: Path, name: str) -> CsvFile | YamlFile:
    """Three people, one of them called so."""
    people = ((ASHA, "Asha"), (RAVI, name), (FARID, "Farid"))
    return yaml(folder, "people:\n" + "".join(f"- user_id: '{one}'\n  name: {called}\n" for one, called in people))


@pytest.mark.parametrize("written", [in_csv, in_yaml])
def test_only_the_row_that_changed_is_understood_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Callable[[Path, str], CsvFile | YamlFile]
) -> None:
    register = Register([written(tmp_path, "Ravi Kumar")])
    register.reload()
    seen: list[Cells] = []

    def watched(cells: Cells) -> Entry:
        seen.append(cells)
        return understood(cells)

    monkeypatch.setattr(feed, "understood", watched)
    written(tmp_path, "Ravi Rao")
    assert register.reload().changed == {RAVI}
    assert [cells[0] for cells in seen] == [RAVI]


def test_a_row_that_moved_changed_nobody_but_is_told_on_its_new_line(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, ASHA_ROW, "bad,Bad,,")])
    register.reload()
    csv(tmp_path, "", ASHA_ROW, "", "bad,Bad,,")
    after = register.reload()
    assert not after.changed
    assert told(after.roster)[0].startswith("people.csv:5: ")


def test_a_header_in_another_order_gives_each_cell_its_new_meaning(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, ASHA_ROW)])
    register.reload()
    csv(tmp_path, ASHA_ROW, header="user_id,name,organisation,designation")
    assert register.reload().roster.people[ASHA].organisation == "Joint Secretary"


BAD = [b"", b"user_id,naem\n", b"\xff\xfe", None]


@pytest.mark.parametrize("content", BAD)
def test_a_file_that_cannot_be_used_leaves_the_last_good_content(tmp_path: Path, content: bytes | None) -> None:
    source = csv(tmp_path, ASHA_ROW)
    register = Register([source])
    register.reload()
    if content is None:
        source.file.unlink()
    else:
        source.file.write_bytes(content)
    for _ in range(2):
        after = register.reload()
        assert set(after.roster.people) == {ASHA} and not after.changed
        assert [problem.weight for problem in after.roster.problems] == [Weight.FILE]
    csv(tmp_path, ASHA_ROW)
    assert not register.reload().roster.problems


CROWD = [f"@p{n}:nic.example,Person {n},," for n in range(10)]


def test_a_file_that_lost_half_of_its_people_is_refused_until_an_administrator_accepts(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, *CROWD)])
    register.reload()
    csv(tmp_path, *CROWD[:5])
    for _ in range(2):
        refused = register.reload()
        assert len(refused.roster) == 10 and not refused.changed and refused.accepted == (10,)
        assert told(refused.roster) == [
            "people.csv: it would leave 5 people of 10, so that the old content stays; "
            "mend the file, or let an administrator accept the loss"
        ]
    accepted = register.reload(accept=True)
    assert len(accepted.roster) == 5 and len(accepted.changed) == 5 and accepted.accepted == (5,)
    assert not accepted.roster.problems


def test_a_file_that_lost_fewer_than_half_is_taken(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, *CROWD)])
    register.reload()
    csv(tmp_path, *CROWD[:6])
    assert len(register.reload().roster) == 6


def test_rows_that_went_bad_are_lost_as_well(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, *CROWD)])
    register.reload()
    csv(tmp_path, *(row.replace("@", "") for row in CROWD))
    assert len(register.reload().roster) == 10


def test_the_guard_outlives_a_restart(tmp_path: Path) -> None:
    source = csv(tmp_path, *CROWD[:5])
    refused = Register([source], accepted=[10]).reload()
    assert len(refused.roster) == 0 and refused.accepted == (10,)
    assert "5 people of 10" in told(refused.roster)[0]
    assert len(Register([source], accepted=[9]).reload().roster) == 5


def test_a_refused_file_that_was_mended_is_taken(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, *CROWD)])
    register.reload()
    csv(tmp_path, *CROWD[:2])
    register.reload()
    csv(tmp_path, *CROWD)
    mended = register.reload()
    assert not mended.roster.problems and not mended.changed


def test_the_guard_minds_each_source_by_itself(tmp_path: Path) -> None:
    sources = [csv(tmp_path, *CROWD), csv(tmp_path, ASHA_ROW, RAVI_ROW, name="few.csv")]
    register = Register(sources)
    register.reload()
    csv(tmp_path, *CROWD, FARID_ROW)
    csv(tmp_path, ASHA_ROW, name="few.csv")
    after = register.reload()
    assert after.changed == {FARID} and set(after.roster.people) >= {ASHA, RAVI, FARID}


def test_who_holds_a_roster_keeps_it(tmp_path: Path) -> None:
    register = Register([csv(tmp_path, ASHA_ROW)])
    before = register.reload().roster
    csv(tmp_path, ASHA_ROW.replace("Joint", "Under"))
    after = register.reload().roster
    assert before.people[ASHA].designation == "Joint Secretary"
    assert after.people[ASHA].designation == "Under Secretary"
