"""The security room on the hub, as Farid, the security officer, reads it and asks there."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bridge.lab.classified.post import bots
from bridge.lab.client import Client, Seen
from bridge.lab.site import Site
from bridge.lab.steps.step import answered

NUMBER = re.compile(r"#(\d+)")


@dataclass(frozen=True)
class Officers:
    """Farid and his room."""

    site: Site

    @property
    def farid(self) -> Client:
        return self.site.ground.hub.people[1]

    @property
    def room(self) -> str:
        return self.site.rooms_beside["security"]

    def told(self) -> list[Seen]:
        """All that Setu's bots have told the room of their own accord, oldest first."""
        spoken = bots(self.site.ground.hub.name)
        seen = self.farid.seen_in(self.room)
        return [one for one in seen if one.sender in spoken and one.body is not None and answered(one.event) is None]

    async def hears(self, *words: str, but: Collection[int] = ()) -> Seen:
        """The first that the room is told with all these words in it, of another case than those. Raises LabError."""

        def wanted(seen: Seen) -> bool:
            return seen in self.told() and number(seen) not in but and all(word in (seen.body or "") for word in words)

        patience = self.site.patience_seconds
        return await self.farid.wait_for(self.room, wanted, patience, f"word of {' and '.join(words)}")

    async def asks(self, command: str) -> str:
        """What the bot answers to Farid."""
        asked = await self.farid.say(self.room, command)
        answer = await self.farid.wait_for(
            self.room, lambda seen: answered(seen.event) == asked, self.site.patience_seconds, f"answer to {command}"
        )
        return answer.body or ""


def number(notice: Seen) -> int:
    """Of the case that a notice tells of; 0 where it names none."""
    found = NUMBER.search(notice.body or "")
    return int(found[1]) if found else 0
