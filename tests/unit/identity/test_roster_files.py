"""Rosters come as CSV and YAML, as people's programs write them; what cannot be read is told in plain words."""

from pathlib import Path

import pytest

from tests.unit.identity.rosters import (
    ASHA,
    ASHA_ROW,
    FARID,
    FARID_ROW,
    HEADER,
    RAVI,
    RAVI_ROW,
    csv_of,
    read,
    told,
    yaml,
)

YAML = f"""\
# The people of NIC.
people:
  - user_id: "{ASHA}"
    name: Asha Verma      # since May
    roles: [official, spokesperson]
    languages: hi en
    valid_from: 2024-01-01

  - name: "Ravi
      Kumar"
    user_id: '{RAVI}'
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_file_is_read_as_any_program_writes_it(tmp_path: Path, mark: bytes, end: str) -> None:
    text = end.join([HEADER, ASHA_ROW, "", "  ", RAVI_ROW])
    roster = read(csv_of(tmp_path / "people.csv", mark + text.encode())).roster
    assert set(roster.people) == {ASHA, RAVI}
    assert not roster.problems


def test_a_quoted_cell_holds_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = (
        f'{HEADER},office\n{ASHA_ROW},"Block ""A"", Delhi"\n{RAVI_ROW},"Room 1\nDelhi"\n{FARID_ROW},Delhi\n@x:y,,,,\n'
    )
    roster = read(csv_of(tmp_path / "people.csv", rows)).roster
    assert roster.people[ASHA].office == 'Block "A", Delhi'
    assert roster.people[FARID].office == "Delhi"
    assert [line.partition(";")[0] for line in told(roster)] == [
        "people.csv:3: office holds what nobody sees: U+000A",
        "people.csv:6: the name is empty",
    ]


def test_a_quote_that_is_never_closed_spoils_its_own_row_alone(tmp_path: Path) -> None:
    rows = f'{HEADER}\n@x:y,"Asha,,\n{ASHA_ROW}\n{FARID},Farid "Bhai" Khan 5",,\n'
    roster = read(csv_of(tmp_path / "people.csv", rows)).roster
    assert set(roster.people) == {ASHA, FARID}
    assert told(roster) == [
        'people.csv:2: a quote opens here and is never closed; close it; a quote within quotes is written ""'
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "people.csv: the file is empty"),
        (b"user_id,naem\n", 'people.csv:1: there is no column "naem"; did you mean name?'),
        (b"\n\nuser_id,name,colour\n", 'people.csv:3: there is no column "colour"; the columns are: user_id, name'),
        (b"user_id,designation\n", "people.csv:1: there is no column name; add it"),
        (b"user_id,name,name\n", "people.csv:1: the column name stands there twice; keep one"),
        (b"user_id;name\n", 'people.csv:1: there is no column "user_id;name"; did you mean user_id?'),
        (b"user_id,name\n@a:b,As\xffha\n", "people.csv:2: the file is not in UTF-8; save it again as UTF-8"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_told(tmp_path: Path, text: bytes, problem: str) -> None:
    roster = read(csv_of(tmp_path / "people.csv", text)).roster
    assert len(roster) == 0
    assert told(roster)[0].startswith(problem)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    source = csv_of(tmp_path / "people.csv", "")
    source.file.unlink()
    assert told(read(source).roster)[0].startswith(
        "people.csv: the file cannot be read (No such file or directory); put"
    )


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    roster = read(yaml(tmp_path, YAML)).roster
    assert not roster.problems
    assert {person.name for person in roster} == {"Asha Verma", "Ravi Kumar"}
    assert len(roster.people[ASHA].roles) == 2
    assert roster.people[ASHA].languages == ("hi", "en")
    assert str(roster.people[ASHA].valid_from) == "2024-01-01"


@pytest.mark.parametrize(
    "text",
    [
        f"people:\n- user_id: '{ASHA}'\n  name: Asha\n",
        f"---\npeople:   # all\n\n    # first\n    -   user_id: '{ASHA}'\n        name: Asha\n",
        f"people:\n  -\n    user_id: '{ASHA}'\n    name: |\n      Asha\n",
        f'people:\n  - {{"user_id": "{ASHA}", "name": "Asha"}}\n',
        f"people:\n  - user_id: '{ASHA}'\n    name: >-\n      Asha\n    office:\n",
    ],
)
def test_yaml_may_be_written_in_several_ways(tmp_path: Path, text: str) -> None:
    roster = read(yaml(tmp_path, text)).roster
    assert not roster.problems
    assert [(person.user_id, person.name) for person in roster] == [(ASHA, "Asha")]


@pytest.mark.parametrize("text", ["people:\n", "people: []\n", "people:  # nobody yet\n"])
def test_a_yaml_file_may_list_nobody(tmp_path: Path, text: str) -> None:
    roster = read(yaml(tmp_path, text)).roster
    assert len(roster) == 0
    assert not roster.problems


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("user_id: @x:y", "a value may not begin with @; put it in quotes"),
        ('name: "Asha', "the quote that opens here is never closed; close it"),
        ("naem: Asha", 'there is no column "naem"; did you mean name?'),
        ("name: Asha\n    name: Ravi", "name is given twice; keep one"),
        ("name: &asha Asha", "something is neither text nor a list of words"),
        ("name: *asha", "something is neither text nor a list of words"),
        ("name: {first: Asha}", "something is neither text nor a list of words"),
        ("name: yes\n    user_id: '@x:y'\n    roles: [oficial]", 'there is no role "oficial"; did you mean official?'),
        ("Asha", "this is not a person"),
    ],
)
def test_an_entry_that_is_amiss_leaves_the_others_working(tmp_path: Path, entry: str, problem: str) -> None:
    roster = read(yaml(tmp_path, f"{YAML}  - {entry}\n  - user_id: '{FARID}'\n    name: Farid Khan\n")).roster
    assert set(roster.people) == {ASHA, RAVI, FARID}
    assert [line.partition("; ")[0] for line in told(roster)] == [f"people.yaml:12: {problem.partition('; ')[0]}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "people.yaml: the file does not begin with people:"),
        ("- name: Asha\n", "people.yaml:1: the file does not begin with people:"),
        ("people: Asha\n", "people.yaml:1: the file does not begin with people:"),
        ("people:\n  asha: x\n", "people.yaml:2: no list of people begins here"),
        (f"{YAML}more: 1\n", "people.yaml:12: this is neither an entry of the list nor part of one"),
        (f"{YAML}---\npeople:\n", "people.yaml:12: this is neither an entry of the list nor part of one"),
    ],
)
def test_a_yaml_file_of_another_shape_is_told(tmp_path: Path, text: str, problem: str) -> None:
    roster = read(yaml(tmp_path, text)).roster
    assert len(roster) == 0
    assert told(roster)[0].startswith(problem)
