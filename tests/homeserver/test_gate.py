"""What is above a room's ceiling is refused before it is sent, on real homeservers with the real antispam module, by a
Setu at work between them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest
from mautrix.errors import MatrixRequestError

from bridge.lab.client import Client
from bridge.lab.ground import Ground
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.progress import silent
from bridge.lab.site import Site, nothing_more
from bridge.saying import Saying
from tests.deadline import PATIENCE_SECONDS
from tests.gate.with_ceilings import COMMAND
from tests.homeserver.sites import SETU
from tests.postgres import Cluster
from tests.tongues import in_english, in_hindi

LINE = "SECRET\nThe convoy leaves at five."
FOUND = Saying.of("mark-refused-marking", level="SECRET", ceiling="RESTRICTED")
AWAY = "Failed to connect to antispam server"
"""The module's own words, where it is told to refuse."""


@dataclass(frozen=True)
class Office:
    """A room of Home Affairs, and what it is mirrored into."""

    site: Site
    ravi: Client
    asha: Client
    here: str
    there: str


Opened = Callable[..., Awaitable[Office]]


async def ceilings(_site: Site) -> Mapping[str, object]:
    """No room is for more than RESTRICTED."""
    return {"bots": {"classification": {"default": {"ceiling": "RESTRICTED"}}}}


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    """Both homeservers ask. Home Affairs reads Hindi, the hub English."""
    async with AsyncExitStack() as stack:

        async def open_it(when_away: Literal["open", "closed"], command: Sequence[str] = SETU) -> Office:
            department = replace(home_affairs(), language="hi", gate=when_away)
            ground = Ground(tmp_path, replace(informatics_centre(), gate=when_away), [department])
            stack.push_async_callback(ground.stop)
            await ground.start(SETU, silent())
            await Cluster(ground.postgres.url("postgres")).make_fast()
            site = Site(
                ground,
                tmp_path / "setu",
                command,
                patience_seconds=PATIENCE_SECONDS,
                prepare=nothing_more if command == COMMAND else ceilings,
            )
            stack.push_async_callback(site.setu.kill)
            await site.open(["roads"], silent())
            link = site.links["roads"]
            return Office(site, link.department.people[0], link.hub.people[0], link.department.room, link.hub.room)

        yield open_it


async def refused(saying: Awaitable[str]) -> tuple[str, str]:
    """The error's code, and the words that a client shows."""
    with pytest.raises(MatrixRequestError) as told:
        await saying
    return str(told.value.errcode), str(told.value.message)


async def test_a_marked_line_is_refused_in_the_language_of_who_writes_it(opened: Opened) -> None:
    office = await opened("open")
    ravi, asha = office.ravi, office.asha
    assert await refused(ravi.say(office.here, LINE)) == ("M_FORBIDDEN", in_hindi(FOUND))
    assert await refused(asha.say(office.there, LINE)) == ("M_FORBIDDEN", in_english(FOUND))
    assert await refused(ravi.set_state(office.here, "m.room.topic", {"topic": "SECRET"})) == (
        "M_FORBIDDEN",
        in_hindi(FOUND),
    )
    sent = await ravi.say(office.here, "Secret Santa is on Friday.")
    assert (await refused(ravi.edit(office.here, sent, LINE)))[0] == "M_FORBIDDEN"
    await asha.wait_for(office.there, lambda seen: seen.body == "Secret Santa is on Friday.", PATIENCE_SECONDS, "it")
    assert "convoy" not in office.site.setu.log.read_text()


async def test_a_ghost_may_say_it_where_the_homeserver_of_its_person_did_not_ask(opened: Opened) -> None:
    """While Setu is away and the gate stands open, a marked line is sent; its copy is not refused afterwards."""
    office = await opened("open", COMMAND)
    await office.site.setu.stop()
    await office.ravi.say(office.here, LINE)
    await office.site.setu.start()
    await office.asha.wait_for(office.there, lambda seen: seen.body == LINE, PATIENCE_SECONDS, "the copy")


async def test_while_setu_is_away_a_closed_gate_lets_nothing_through(opened: Opened) -> None:
    office = await opened("closed")
    await office.site.setu.stop()
    assert (await refused(office.ravi.say(office.here, "Good morning.")))[1] == AWAY
    log = (office.site.ground.folder / "mha.lab" / "synapse.log").read_text()
    assert "Good morning" not in log
    await office.site.setu.start()
    await office.ravi.say(office.here, "Good morning.")
    await office.asha.wait_for(office.there, lambda seen: seen.body == "Good morning.", PATIENCE_SECONDS, "the copy")
