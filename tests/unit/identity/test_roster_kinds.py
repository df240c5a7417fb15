"""Kinds of rosters are plug-ins: what an entry of the settings names is what reads it, its path made whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from bots.identity.roster import source
from bots.identity.roster.csv_file import CsvFile
from bots.identity.roster.problem import Flaw
from bots.identity.roster.register import Register
from bots.identity.roster.source import COLUMNS, Cells, Sheet, Stamp
from bots.identity.roster.yaml_file import YamlFile
from bridge.config import Part
from bridge.config_file import load
from tests.unit.identity.rosters import ASHA
from tests.unit.test_config import PLAIN


class Directory(Part):
    """All that a plug-in has to be."""

    kind: Literal["directory"]
    people: tuple[str, ...]

    def read(self, known: Stamp | None) -> Sheet | Stamp:
        stamp = Stamp(None, repr(self.people).encode())
        if known is not None and known.digest == stamp.digest:
            return stamp
        lines = range(1, len(self.people) + 1)
        return Sheet("the directory", stamp, "", self.people, lines, lambda rows: map(self._cells, rows))

    def _cells(self, row: str) -> Cells | Flaw:
        return (f"@{row.lower()}:nic.example", row, *[""] * (len(COLUMNS) - 2))


if TYPE_CHECKING:
    Entry = Any
else:
    Entry = source.any_of([CsvFile, YamlFile])


class Bot(Part):
    """A bot that is told its rosters."""

    rosters: tuple[Entry, ...] = ()


def test_csv_and_yaml_are_installed_as_any_plug_in_is() -> None:
    assert source.kinds() == (CsvFile, YamlFile)


def test_a_plug_in_is_one_small_class() -> None:
    entry = TypeAdapter[Any](source.any_of([CsvFile, YamlFile, Directory]))
    directory = entry.validate_python({"kind": "directory", "people": ["Asha", "Ravi", ""]})
    register = Register([directory])
    roster = register.reload().roster
    assert [person.name for person in roster] == ["Asha", "Ravi"]
    assert str(roster.problems[0]).startswith("the directory:3: user_id ")
    assert register.reload().roster is roster
    assert ASHA in roster.people


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="'csv', 'yaml'"):
        TypeAdapter[Any](source.any_of([CsvFile, YamlFile])).validate_python({"kind": "cvs", "file": "people.csv"})


def test_paths_count_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    rosters = "rosters: [{kind: csv, file: people.csv}, {kind: yaml, file: /etc/people.yaml}]"
    (tmp_path / "setu.yaml").write_text(f"{PLAIN}\nbots: {{identity: {{{rosters}}}}}\n")
    told = load(tmp_path / "setu.yaml", {"identity": Bot}).bots["identity"]
    paths = [entry.file for entry in Bot.model_validate(told).rosters]
    assert paths == [tmp_path / "people.csv", Path("/etc/people.yaml")]
