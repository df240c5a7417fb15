"""Who is typing and who has read what is seen across, where the installation wants it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.lab.ground import Ground
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.progress import silent
from bridge.lab.site import LinkedRoom, Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import ask
from tests.homeserver.sites import SETU

RAVI_THERE = "@_setu_mha.lab_ravi.kumar:nic.lab"
ASHA_HERE = "@_setu_nic.lab_asha.verma:mha.lab"


class ListeningGround(Ground):
    """Homeservers that tell Setu who types and who reads."""

    def settings(self, folder: Path, database: dict[str, str], links: Sequence[dict[str, object]]) -> dict[str, object]:
        return {**super().settings(folder, database, links), "mirror": {"ephemeral": True}}


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A Setu with one link, in which both people have spoken."""
    folder = tmp_path_factory.mktemp("listening")
    ground = ListeningGround(folder, informatics_centre(), [home_affairs()])
    try:
        await ground.start(SETU, silent())
        site = Site(ground, folder / "setu", SETU, patience_seconds=PATIENCE_SECONDS)
        await site.open(["whispers"], silent())
        try:
            yield site
        finally:
            await site.setu.kill()
    finally:
        await ground.stop()


@pytest.fixture
def link(site: Site) -> LinkedRoom:
    return site.links["whispers"]


def typists(event: Mapping[str, Any]) -> list[str]:
    return list(event["content"]["user_ids"]) if event["type"] == "m.typing" else []


def has_read(event: Mapping[str, Any], event_id: str) -> set[str]:
    """Who has read up to this event."""
    return set(event["content"].get(event_id, {}).get("m.read", {})) if event["type"] == "m.receipt" else set()


async def test_who_types_is_seen_to_type_and_to_end(link: LinkedRoom) -> None:
    ravi, asha = link.department.people[0], link.hub.people[0]
    await ravi.type(link.department.room, True)
    await asha.notices(link.hub.room, lambda event: RAVI_THERE in typists(event), PATIENCE_SECONDS, "typing")
    before = len(asha.noticed_in(link.hub.room))
    await ravi.type(link.department.room, False)

    def ended(event: Mapping[str, Any]) -> bool:
        since = asha.noticed_in(link.hub.room)[before:]
        return event in since and event["type"] == "m.typing" and RAVI_THERE not in typists(event)

    end = await asha.notices(link.hub.room, ended, PATIENCE_SECONDS, "end of typing")
    assert RAVI_THERE not in typists(end)


async def test_who_has_read_a_message_is_seen_to_have_read_its_original(link: LinkedRoom) -> None:
    ravi, asha = link.department.people[0], link.hub.people[0]
    said = await ravi.say(link.department.room, "read this")
    copy = await asha.wait_for(link.hub.room, lambda seen: seen.body == "read this", PATIENCE_SECONDS, "message")
    await asha.say(link.hub.room, "I am here")  # her ghost comes in
    await ravi.wait_for(link.department.room, lambda seen: seen.body == "I am here", PATIENCE_SECONDS, "answer")
    await asha.read(link.hub.room, str(copy.event["event_id"]))
    await ravi.notices(
        link.department.room, lambda event: ASHA_HERE in has_read(event, said), PATIENCE_SECONDS, "receipt"
    )


async def test_none_of_it_is_journalled_and_nothing_is_worse_for_it(site: Site, link: LinkedRoom) -> None:
    ravi, asha = link.department.people[0], link.hub.people[0]
    await ravi.type(link.department.room, True)
    said = await ravi.say(link.department.room, "all is well")
    await asha.wait_for(link.hub.room, lambda seen: seen.body == "all is well", PATIENCE_SECONDS, "message")
    types = {row["type"] for row in await ask(site, "select distinct type from journal")}
    assert "m.room.message" in types and not types & {"m.typing", "m.receipt", None}
    assert await ask(site, "select from outbox where state = 'dead'") == []
    assert said not in site.setu.log.read_text()
