"""Whatever stands in a roster's file: people come of it, or problems in one line each, and no exception."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.identity.roster import text_file
from bots.identity.roster.register import Register
from bots.identity.roster.roster import Roster
from bots.identity.roster.unseen import unseen
from tests.unit.identity.rosters import ASHA_ROW, HEADER, RAVI_ROW, csv_of, told, yaml
from tests.unit.identity.test_roster_files import YAML

NOISE = st.text("\t\n\r :-[]{}&*!|>'\"%@`#,?\\\0\x85\u2028é€\ufeff<~=1axU;.", max_size=12)
CSV = f'{HEADER}\n{ASHA_ROW}\n"@x:y","Asha ""A"" Rao","a\nb",\n{RAVI_ROW}\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def sound(roster: Roster) -> None:
    """Holds for every roster, whatever it was read from."""
    for line in told(roster):
        assert line.isprintable() and len(line) < 1000
    for person_id, person in roster.people.items():
        assert person.user_id == person_id and person.name.encode() and person.name == person.name.strip() != ""
        assert not unseen(person.name)


@given(content=st.binary(max_size=200))
def test_any_bytes_make_people_or_problems(folder: Path, content: bytes) -> None:
    sound(Register([csv_of(folder / "people.csv", content)]).reload().roster)


@given(where=st.integers(0, len(CSV)), noise=NOISE)
def test_a_slip_of_the_keyboard_in_csv_makes_people_or_problems(folder: Path, where: int, noise: str) -> None:
    content = (CSV[:where] + noise + CSV[where:]).encode()
    sound(Register([csv_of(folder / "people.csv", content)]).reload().roster)


@given(where=st.integers(0, len(YAML)), noise=NOISE)
def test_a_slip_of_the_keyboard_in_yaml_makes_people_or_problems(folder: Path, where: int, noise: str) -> None:
    sound(Register([yaml(folder, YAML[:where] + noise + YAML[where:])]).reload().roster)


@given(first=st.binary(max_size=100) | st.just(CSV.encode()), second=st.binary(max_size=100) | st.just(CSV.encode()))
def test_a_reload_gives_what_a_first_reading_gives(folder: Path, first: bytes, second: bytes) -> None:
    source = csv_of(folder / "people.csv", HEADER.encode() + b"\n" + first)
    register = Register([source])
    register.reload()
    csv_of(source.file, HEADER.encode() + b"\n" + second)
    again, anew = register.reload(accept=True).roster, Register([source]).reload().roster
    if not any(problem.weight == "file" for problem in anew.problems):
        assert dict(again.people) == dict(anew.people)
        assert again.problems == anew.problems


def test_a_file_that_no_settings_name_well_is_told(folder: Path) -> None:
    with pytest.raises(Exception, match="cannot be read"):
        text_file.read(Path("a\0b"), None)


def test_deeply_nested_yaml_is_told(folder: Path) -> None:
    for text in ("[" * 5000, "{a: " * 3000, "- " * 3000):
        roster = Register([yaml(folder, f"people:\n  - name: {text}\n")]).reload().roster
        sound(roster)
        assert not roster.people and roster.problems
