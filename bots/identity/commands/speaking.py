"""In which capacity somebody speaks: `official SUBJECT [for 2h]`, `personal`."""

from dataclasses import dataclass

from bots.identity import capacities
from bots.identity.commands.words import length
from bots.identity.desk import Desk
from bots.identity.roster.unseen import unseen
from bridge.hearing import Content, Hearing
from bridge.spans import span

LONGEST = 120
"""Characters of a subject."""


@dataclass(frozen=True)
class Speaking:
    """The deeds."""

    desk: Desk

    async def official(self, hearing: Hearing) -> Content:
        """From the next message on, in this room, for a stated time and subject."""
        subject, asked = length(hearing.rest)
        official = self.desk.settings.official
        if not subject or len(subject) > LONGEST or unseen(subject):
            return hearing.voice.notice("id-official-usage", most=LONGEST)
        longest = span(official.longest)
        wanted = asked if asked is not None else span(official.usual)
        if not wanted or wanted > longest:
            return hearing.voice.notice("id-official-too-long", longest=official.longest)
        until = await capacities.begin(
            hearing.connection, hearing.kek, hearing.room, hearing.sender, hearing.entry, subject, wanted
        )
        time = f"{until.astimezone(self.desk.settings.tz):%H:%M}"
        return hearing.voice.notice("id-official-begun", subject=subject, time=time)

    async def personal(self, hearing: Hearing) -> Content:
        """One speaks for oneself again."""
        ended = await capacities.end(hearing.connection, hearing.room, hearing.sender, hearing.entry)
        return hearing.voice.notice("id-personal") if ended else hearing.voice.notice("id-personal-already")
