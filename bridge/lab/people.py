"""Who lives in the lab: the organisations and their named officials, with passwords that are new for each lab."""

import secrets
from dataclasses import dataclass, field
from typing import Literal


def _password() -> str:
    return secrets.token_urlsafe(9)


@dataclass(frozen=True)
class Person:
    """An official with an account on the homeserver of the organisation."""

    localpart: str
    name: str
    designation: str
    password: str = field(default_factory=_password, repr=False)

    @property
    def display_name(self) -> str:
        return f"{self.name} ({self.designation})"


@dataclass(frozen=True)
class Organisation:
    """A department, or the one that runs the hub."""

    server_name: str
    name: str
    people: tuple[Person, ...]
    largest_upload: str = "50M"
    """Of a file, as Synapse's settings write it."""
    language: str | None = None
    """In which Setu speaks to its people; English where none is named."""
    gate: Literal["open", "closed"] | None = None
    """Whether its homeserver asks Setu before it sends, and what it does while Setu is away; the same for all that ask.
    """


@dataclass(frozen=True)
class Inhabitants:
    """All organisations of a lab. One whose server name is an address (`bridge.lab.federation`) federates."""

    hub: Organisation
    departments: tuple[Organisation, ...]
    outsiders: tuple[Organisation, ...] = ()
    """With homeservers that Setu knows nothing of."""


def home_affairs() -> Organisation:
    """The department of the lab."""
    people = (
        Person("ravi.kumar", "Ravi Kumar", "Under Secretary"),
        Person("meera.nair", "Meera Nair", "Section Officer"),
    )
    return Organisation("mha.lab", "Home Affairs", people)


def informatics_centre() -> Organisation:
    """The hub of the lab."""
    people = (Person("asha.verma", "Asha Verma", "Joint Secretary"), Person("farid.khan", "Farid Khan", "Director"))
    return Organisation("nic.lab", "NIC", people, largest_upload="8M")


def usual() -> Inhabitants:
    """Who lives in the lab where a scenario asks for nobody else."""
    return Inhabitants(informatics_centre(), (home_affairs(),))
