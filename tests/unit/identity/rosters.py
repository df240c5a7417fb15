"""Rosters of a few people, in files as a department keeps them."""

from collections.abc import Sequence
from pathlib import Path

from bots.identity.roster.csv_file import CsvFile
from bots.identity.roster.person import Person
from bots.identity.roster.register import Register, Reloaded
from bots.identity.roster.roster import Roster
from bots.identity.roster.yaml_file import YamlFile
from bridge.model import UserId

ASHA = UserId("@asha:nic.example")
RAVI = UserId("@ravi:mha.example")
FARID = UserId("@farid:nic.example")
STRANGER = UserId("@somebody:elsewhere.example")

HEADER = "user_id,name,designation,organisation"
ASHA_ROW = f"{ASHA},Asha Verma,Joint Secretary,NIC"
RAVI_ROW = f"{RAVI},Ravi Kumar,Under Secretary,Home Affairs"
FARID_ROW = f"{FARID},Farid Khan,Director,NIC"


def csv(folder: Path, *rows: str, header: str = HEADER, name: str = "people.csv") -> CsvFile:
    """A CSV file of these rows; written anew where it is there."""
    return csv_of(folder / name, "\n".join([header, *rows, ""]))


def csv_of(path: Path, text: str | bytes) -> CsvFile:
    """A CSV file with this content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CsvFile(kind="csv", file=path)


def yaml(folder: Path, text: str, name: str = "people.yaml") -> YamlFile:
    """A YAML file with this content."""
    (folder / name).write_text(text)
    return YamlFile(kind="yaml", file=folder / name)


def read(*sources: CsvFile | YamlFile) -> Reloaded:
    """What a first reading comes to."""
    return Register(sources).reload()


def told(roster: Roster) -> list[str]:
    """The problems as a person reads them, files by their bare names."""
    folders = {str(Path(problem.file).parent) + "/" for problem in roster.problems}
    lines = [str(problem) for problem in roster.problems]
    for folder in folders:
        lines = [line.replace(folder, "") for line in lines]
    return lines


def of_names(*names: str, designation: str = "Joint Secretary", organisation: str = "NIC") -> Roster:
    """A roster of people with these names."""
    ids = [UserId(f"@p{number}:nic.example") for number in range(len(names))]
    return of_people([Person(one, name, designation, organisation) for one, name in zip(ids, names, strict=True)])


def of_people(people: Sequence[Person]) -> Roster:
    """A roster of these people."""
    return Roster({person.user_id: person for person in people})
