"""Somebody who calls themselves as Ravi is called, but for one letter, comes into the department's room."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bridge.lab.client import Client
from bridge.lab.identities.office import TAG, Office

NAME = "R\N{CYRILLIC SMALL LETTER A}vi Kumar"


@dataclass
class Double:
    """The look-alike."""

    office: Office
    person: Client


async def _caught(one: Double) -> None:
    office, security = one.office, one.office.site.rooms_beside["security"]
    await office.comes(one.person)
    server = office.there.homeserver.name
    await office.hears(office.farid, security, server, one.person.user_id, office.ravi.user_id)


async def _marked(one: Double) -> None:
    office = one.office
    accounts = {office.here: one.person.user_id, office.there: office.ghost(one.person)}
    for side, account in accounts.items():

        async def so(reader: Client = side.people[0], room: str = side.room, key: str = account[1:]) -> bool:
            return (await reader.state(room, TAG, key)).get("resembles") == office.ravi.user_id

        await office.becomes(so, f"{side.homeserver.name} does not show whom {account} resembles")


DEEDS: Mapping[str, tuple[str, Callable[[Double], Awaitable[None]]]] = {
    "caught": ("who bears an official's name with a letter of another script is told to the security room", _caught),
    "marked": ("both rooms show whom they resemble", _marked),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
