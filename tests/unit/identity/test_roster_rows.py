"""A row of a roster makes a person; a bad one is told with file, line and mend, and leaves the others working."""

from datetime import date
from pathlib import Path

import pytest

from bots.identity.roster.person import Person, Role
from bots.identity.roster.problem import Weight
from tests.unit.identity.rosters import ASHA, ASHA_ROW, HEADER, RAVI, RAVI_ROW, csv, read, told


def test_every_column_arrives_in_whatever_order(tmp_path: Path) -> None:
    header = "valid_until,roles,name,languages,office,user_id,organisation,designation,valid_from"
    row = f"2029-12-31,official;spokesperson,Asha Verma,hi en-IN,New Delhi,{ASHA},NIC,Joint Secretary,2024-01-01"
    roles = frozenset({Role.OFFICIAL, Role.SPOKESPERSON})
    asha = Person(ASHA, "Asha Verma", "Joint Secretary", "NIC", "New Delhi", roles, ("hi", "en-IN"),
                  date(2024, 1, 1), date(2029, 12, 31))  # fmt: skip
    assert [*read(csv(tmp_path, row, header=header)).roster] == [asha]


@pytest.mark.parametrize(
    "cell", ["official;moderator", "official moderator", "Official ; MODERATOR", ";official;moderator;"]
)
def test_several_roles_are_parted_by_semicolons_or_spaces(tmp_path: Path, cell: str) -> None:
    (person,) = read(csv(tmp_path, f"{ASHA},Asha Verma,{cell}", header="user_id,name,roles")).roster
    assert person.roles == {Role.OFFICIAL, Role.MODERATOR}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("@x:y,,,,,", "the name is empty; write the person's name, or remove the row"),
        ("asha,Asha,,,,", 'user_id "asha" is no Matrix id; write it as @ravi:mha.example'),
        ("@:y,Asha,,,,", 'user_id "@:y" is no Matrix id; write it as @ravi:mha.example'),
        ("@x:y,Asha,oficial,,,", 'there is no role "oficial"; did you mean official?'),
        ("@x:y,Asha,,hindi!,,", '"hindi!" is no language; write BCP 47 tags, such as hi or en-IN'),
        ("@x:y,Asha,,,31/12/2026,", 'valid_from "31/12/2026" is no day; write year-month-day, such as 2026-01-31'),
        ("@x:y,Asha,,,,2026-02-30", 'valid_until "2026-02-30" is no day; write year-month-day, such as 2026-01-31'),
        ("@x:y,Asha,,,2026-02-02,2026-02-01",
         "valid_from 2026-02-02 is after valid_until 2026-02-01; exchange or correct the two days"),
        ('@x:y,"Asha\nMinister",,,,', "name holds what nobody sees: U+000A; write it anew, without pasting"),
        ("@x:y,Asha\u202e,,,,",
         "name holds what nobody sees: U+202E RIGHT-TO-LEFT OVERRIDE; write it anew, without pasting"),
        ("@x:y,As\u200bha,,,,", "name holds what nobody sees: U+200B ZERO WIDTH SPACE; write it anew, without pasting"),
        ("@x:y,As\u0007ha,,,,", "name holds what nobody sees: U+0007; write it anew, without pasting"),
        (f"@x:y,{'x' * 10_000},,,,", "name has 10000 characters; shorten it to 200"),
        ("@x:y,Asha,,,,,more",
         'the row has 7 cells, the header 6; put a cell that holds a comma in quotes: "Roads, Bridges"'),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_and_the_others_work(tmp_path: Path, row: str, problem: str) -> None:
    header = "user_id,name,roles,languages,valid_from,valid_until"
    roster = read(csv(tmp_path, f"{ASHA},Asha Verma,,,,", row, f"{RAVI},Ravi Kumar,,,,", header=header)).roster
    assert set(roster.people) == {ASHA, RAVI}
    assert told(roster) == [f"people.csv:3: {problem}"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    roster = read(csv(tmp_path, "asha,,boss", header="user_id,name,roles")).roster
    assert len(roster) == 0
    assert len(told(roster)) == 3


@pytest.mark.parametrize(
    "name", ["<b>Asha</b> & [x](y)", "D'Souza, Asha", "രവി കുമാർ", "क्\u200dष", "Ravi (Jr.)", "🙂 Asha"]
)
def test_a_name_that_can_be_seen_is_a_name(tmp_path: Path, name: str) -> None:
    (person,) = read(csv(tmp_path, f'{ASHA},"{name}"', header="user_id,name")).roster
    assert person.name == name


def test_of_two_rows_for_one_id_the_first_counts(tmp_path: Path) -> None:
    first = csv(tmp_path, ASHA_ROW, RAVI_ROW, f"{ASHA},Asha Sharma,Director,NIC", name="a.csv")
    second = csv(tmp_path, f"{RAVI},Ravi Rao,Director,NIC", name="b.csv")
    roster = read(first, second).roster
    assert {person.name for person in roster} == {"Asha Verma", "Ravi Kumar"}
    assert told(roster) == [
        f"a.csv:4: {ASHA} stands already in a.csv, line 2, which counts; remove one of the two rows",
        f"b.csv:2: {RAVI} stands already in a.csv, line 3, which counts; remove one of the two rows",
    ]


def test_ids_that_differ_by_case_are_two_accounts_and_told(tmp_path: Path) -> None:
    roster = read(csv(tmp_path, ASHA_ROW, "@Asha:nic.example,Asha Rao,Director,NIC")).roster
    assert len(roster) == 2
    assert told(roster) == [
        f"people.csv:3: @Asha:nic.example differs from {ASHA} (people.csv, line 2) by upper and lower case alone; "
        "correct it, if both are one account"
    ]
    assert [problem.weight for problem in roster.problems] == [Weight.INFORMATION]


def test_one_human_may_have_accounts_on_both_sides(tmp_path: Path) -> None:
    roster = read(csv(tmp_path, ASHA_ROW, ASHA_ROW.replace("nic.example", "mha.example"))).roster
    first, second = roster
    assert first.is_same_human(second)
    assert [problem.weight for problem in roster.problems] == [Weight.INFORMATION]
    assert "is the same person as" in told(roster)[0]


def test_texts_that_repeat_are_kept_once(tmp_path: Path) -> None:
    rows = [f"@p{n}:nic.example,Person {n},Joint Secretary,Ministry of Home Affairs" for n in range(3)]
    people = [*read(csv(tmp_path, *rows, header=HEADER)).roster]
    assert len({id(person.organisation) for person in people}) == 1
