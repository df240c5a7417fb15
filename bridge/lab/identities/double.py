"""Somebody who calls themselves as Ravi is called, but for one letter, comes into the department's room."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bridge.lab.client import Client
from bridge.lab.identities.office import TAG, Office
from bridge.lab.site import Side

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
    await _is_marked(one, one.office.here, one.person.user_id)
    await _is_marked(one, one.office.there, one.office.ghost(one.person))


async def _is_marked(one: Double, side: Side, account: str) -> None:
    async def so() -> bool:
        shown = await side.people[0].state(side.room, TAG, account.removeprefix("@"))
        return shown.get("resembles") == one.office.ravi.user_id

    await one.office.becomes(so, lambda: f"{side.homeserver.name} does not show whom {account} resembles")


DEEDS: Mapping[str, tuple[str, Callable[[Double], Awaitable[None]]]] = {
    "caught": ("who bears an official's name with a letter of another script is told to the security room", _caught),
    "marked": ("both rooms show whom they resemble", _marked),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
