"""Everyone in a room is to be known: somebody whom no roster knows is told, restricted, says who they are and is
verified; an official speaks officially for a while; a look-alike is caught, and somebody from outside turned away. All
of it at once, in one linked room, as people of both homeservers see it; then it is asked what is at rest.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TypeVar

from bridge.lab import at_rest, federation
from bridge.lab.checked import checked
from bridge.lab.identities import asking, double, external, newcomer, officer, official, sealed
from bridge.lab.identities.double import Double
from bridge.lab.identities.external import External
from bridge.lab.identities.newcomer import Newcomer
from bridge.lab.identities.office import Office, bot
from bridge.lab.identities.official import Official
from bridge.lab.identities.roster import prepare
from bridge.lab.people import Inhabitants, Organisation, Person, home_affairs, informatics_centre
from bridge.lab.ports import free_ports
from bridge.lab.scenario import Check, Table
from bridge.lab.seat import seated
from bridge.lab.settled import settled
from bridge.lab.site import Site

__all__ = ["inhabitants", "play", "prepare"]

FULL_POWER = 100
One = TypeVar("One")


def inhabitants() -> Inhabitants:
    """The department speaks Hindi, and federates with a homeserver of which Setu knows nothing."""
    department, outside = [federation.server_name(port) for port in free_ports(2)]
    stranger = Person("vikram.rao", "Vikram Rao", "Consultant")
    return Inhabitants(
        informatics_centre(),
        (replace(home_affairs(), server_name=department, language="hi"),),
        (Organisation(outside, "outside", (stranger,)),),
    )


async def play(site: Site) -> AsyncIterator[Check | Table]:
    """All of it in the site's first linked room."""
    link = next(iter(site.links.values()))
    async with AsyncExitStack() as stack:
        office = Office(site, link, stack, secrets.token_hex(4))
        await _set_up(office)
        neha = Newcomer(office, await seated(link.department.homeserver, "neha.baruah", "Neha", stack))
        twin = Double(office, await seated(link.department.homeserver, "r.kumar", double.NAME, stack))
        vikram = External(office, site.ground.outsiders[0].people[0])
        acts = (
            _played({**newcomer.DEEDS, **officer.DEEDS}, neha),
            _played(official.DEEDS, Official(office)),
            _played(double.DEEDS, twin),
            _played(external.DEEDS, vikram),
        )
        tasks = [asyncio.create_task(act) for act in acts]
        try:
            for task in tasks:
                for check in await task:
                    yield check
        finally:
            for task in tasks:
                task.cancel()
        yield await checked("who", asking.SENTENCE, asking.who(neha))
        yield await checked("sealed", sealed.SENTENCE, sealed.told(office))
        yield _read(neha, twin)
        yield await _calm(office)
        yield await _database(office)
        yield _log(office)


async def _set_up(office: Office) -> None:
    """The department lets Setu moderate its room; on the hub, the bot comes into the offices."""
    here, hub = office.here, office.there.homeserver
    await office.ravi.empower(here.room, {here.homeserver.bot: FULL_POWER})
    for room in office.site.rooms_beside.values():
        await office.asha.bring_in(room, hub.bot, office.patience_seconds)


async def _played(deeds: Mapping[str, tuple[str, Callable[[One], Awaitable[None]]]], one: One) -> Sequence[Check]:
    """Each deed after the one before it."""
    return [await checked(name, sentence, deed(one)) for name, (sentence, deed) in deeds.items()]


def _read(neha: Newcomer, twin: Double) -> Table:
    """What people were told, for people."""
    office = neha.office
    security = office.site.rooms_beside["security"]
    there = office.there.homeserver
    bots = (there.bot, bot(there.name))
    told = [seen.body for seen in office.farid.seen_in(security) if seen.sender in bots and seen.body is not None]
    rows = [("Neha", text) for text in neha.read()] + [("security", text) for text in told]
    return Table(("told", "words"), [(who, " ".join(text.split())) for who, text in rows])


def _secrets(office: Office) -> Sequence[str]:
    """Names, offices and the subject, as nothing else is called."""
    people = [person.name for homeserver in office.site.ground.homeservers for person in homeserver.organisation.people]
    return [*people, office.mark, newcomer.NAME, newcomer.DESIGNATION, double.NAME]


async def _calm(office: Office) -> Check:
    """As an administrator asks, once nothing is left to do."""
    await settled(office.site, office.link)
    alarms = (await office.site.setu.status()).alarms
    return Check("calm", "no alarm stands: nothing that was decided was refused", not alarms, str(alarms or ""))


async def _database(office: Office) -> Check:
    tables = await at_rest.found(office.site.database_url, _secrets(office))
    sentence = "names, offices and the subject stand nowhere in clear in the database"
    return Check("database", sentence, not tables, ", ".join(tables))


def _log(office: Office) -> Check:
    lines = office.site.setu.log.read_text(encoding="utf-8", errors="replace")
    told = [word for word in _secrets(office) if word in lines]
    return Check("log", "Setu's log holds none of them", bool(lines) and not told, ", ".join(told))
