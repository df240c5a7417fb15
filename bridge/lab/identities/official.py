"""Ravi, whom the roster authorises, speaks officially for a few seconds, and then for himself again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.lab.checked import expect
from bridge.lab.hindi import is_hindi
from bridge.lab.identities.office import Office
from bridge.lab.steps.step import ORIGIN, original, same

SECONDS = 10


@dataclass
class Official:
    """What Ravi says, and the copy of what he said officially."""

    office: Office
    copy: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Of which nobody else ever spoke."""
        return f"culvert {self.office.mark}"

    async def copied(self, words: str) -> dict[str, Any]:
        """He says it; what stands on the hub."""
        office = self.office
        event_id = await office.ravi.say(office.here.room, words)
        seen = await office.asha.wait_for(
            office.there.room, lambda seen: original(seen.event) == event_id, office.patience_seconds, "copy"
        )
        return dict(seen.content)


async def _badge(one: Official) -> None:
    office, words = one.office, "The culvert is rebuilt by Friday."
    server = office.here.homeserver.name
    await office.ravi.say(office.here.room, f"!id official {one.subject} for {SECONDS}s")
    answer = await office.hears(office.ravi, office.here.room, server, one.subject)
    expect(is_hindi((answer.body or "").replace(one.subject, "")), f"he read: {answer.body}")
    one.copy = await one.copied(words)
    badge, _, rest = str(one.copy["body"]).partition("\n")
    expect(one.subject in badge and rest == words, f"the copy says: {one.copy['body']}")


async def _origin(one: Official) -> None:
    person = one.office.here.homeserver.organisation.people[0]
    shown = one.copy[ORIGIN].get("tag", {})
    wanted = {"name": person.name, "designation": person.designation, "status": "verified"}
    same({key: shown.get(key) for key in wanted}, wanted, "who its origin says that he is")


async def _over(one: Official) -> None:
    office, server = one.office, one.office.here.homeserver.name
    chat = await office.chat(office.ravi, server, more=SECONDS)
    told = await office.hears(office.ravi, chat, server)
    expect(is_hindi(told.body or ""), f"he read: {told.body}")
    words = "I shall be at lunch now."
    same((await one.copied(words))["body"], words, "what the copy says")


DEEDS: Mapping[str, tuple[str, Callable[[Official], Awaitable[None]]]] = {
    "badge": ("what an authorised official says officially bears a badge on the hub", _badge),
    "origin": ("its origin tells who they are", _origin),
    "over": ("when the time is over they are told, and what they say next bears no badge", _over),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
