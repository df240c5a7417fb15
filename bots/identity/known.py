"""Who is known in this process: the roster as it was last read, who is external, and whose names look alike."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bots.identity.lookalikes.index import Lookalikes
from bots.identity.roster.person import Person, Role
from bots.identity.roster.roster import Roster
from bots.identity.settings import IdentitySettings
from bots.identity.tag import Tag, Words
from bridge import languages
from bridge.commands.circle import Circle
from bridge.customs import Customs
from bridge.model import UserId, server_of

LONGEST_READING = 30.0
"""Seconds for which anybody waits for the rosters after a start."""


@dataclass
class Known:
    """Replaced piece by piece while Setu runs: whoever reads takes what is there."""

    settings: IdentitySettings
    customs: Customs
    clock: Callable[[], datetime]
    roster: Roster = field(default_factory=Roster)
    whole: bool = False
    """Whether the rosters were read, and none of them was refused: else nobody who was known is taken for unknown."""
    read: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the rosters were read for the first time since Setu started, or could not be."""
    lookalikes: Lookalikes = field(default_factory=lambda: Lookalikes(Roster()))

    async def until_read(self) -> None:
        """Waits for the rosters: who is judged before they are read is a stranger to everybody. Not for ever, since
        others wait behind who calls.
        """
        if not self.read.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_READING):
                    await self.read.wait()

    def person(self, user_id: UserId) -> Person | None:
        """The person of the roster who counts today."""
        return self.roster.of(user_id, self.clock())

    def roles(self, user_id: UserId) -> frozenset[str]:
        """What the roster authorises somebody for, today."""
        person = self.person(user_id)
        return frozenset(str(role) for role in person.roles) if person is not None else frozenset()

    def language(self, user_id: UserId) -> str | None:
        """The first of the languages that the roster names in which there are texts."""
        person = self.person(user_id)
        return next(filter(languages.is_spoken, person.languages), None) if person is not None else None

    def may_speak_officially(self, user_id: UserId) -> bool:
        """Whether somebody who once might still may, as far as the rosters can be read."""
        return bool(self.roles(user_id) & OFFICIALS) or (not self.whole and self.person(user_id) is None)

    def is_external(self, user_id: UserId) -> bool:
        """Whether a user's server is neither one of ours nor allowed."""
        server = server_of(user_id)
        allowed = Circle(tuple(f"@*:{glob}" for glob in self.settings.allowed_servers))
        return server not in self.customs.organisations and UserId(f"@a:{server}") not in allowed

    def of_roster(self, user_id: UserId) -> Tag | None:
        """The tag that the roster gives."""
        person = self.person(user_id)
        return Tag(user_id, "verified", Words.of(person), self.is_external(user_id)) if person is not None else None


OFFICIALS = frozenset({str(Role.OFFICIAL), str(Role.SPOKESPERSON)})
"""The roles that may speak for their office."""
