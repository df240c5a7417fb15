"""What the identity bot tells the mirror: who people are, and in which capacity each message was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bots.identity import capacities, place, tags
from bots.identity.capacities import Capacity
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.tags import Kept
from bridge import speaking
from bridge.model import Entry, Room, UserId, user_id
from bridge.speaking import PLAIN, Dressing
from bridge.store.database import Connection
from bridge.store.links import Endpoint

_PUBLIC = "select exists (select from identity_policy where key = 'public' and value = 'yes')"
"""Whether moderators have said of any room that it is public."""


@dataclass(frozen=True)
class Heard:
    """Of one batch of a room's journal."""

    desk: Desk
    connection: Connection
    kept: Mapping[UserId, Kept]
    capacities: Sequence[Capacity]
    place: Place | None

    async def tag(self, person: UserId) -> speaking.Tag | None:
        """Who the person is; the tag was made when the identity bot read the same entry."""
        kept = self.kept.get(person)
        return kept.tag.spoken() if kept is not None and not kept.tag.empty else None

    async def dressing(self, entry: Entry, target: Endpoint) -> Dressing:
        """The badge of who speaks officially; in a public room the disclaimer of everybody else."""
        for capacity in self.capacities:
            if capacity.covers(entry):
                voice = await self.desk.host.tongues.in_room(self.connection, target.ref)
                return Dressing(before=voice.words("id-badge", subject=capacity.subject))
        rules = self.place.rules if self.place is not None else None
        if rules is None or not rules.public:
            return PLAIN
        if rules.disclaimer is not None:
            return Dressing(after=rules.disclaimer)
        voice = await self.desk.host.tongues.in_room(self.connection, target.ref)
        return Dressing(after=voice.words("id-disclaimer"))


@dataclass(frozen=True)
class Speakers:
    """Who knows people."""

    desk: Desk

    async def heard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Heard:
        """What is known of those who speak in these entries, or whom they are about."""
        events = [entry.event for entry in entries]
        people = {person for event in events for person in (event.sender, user_id(event.state_key)) if person}
        kept = await tags.now(connection, self.desk.keyring, people)
        found = await capacities.within(connection, self.desk.keyring, room, entries)
        public = self.desk.settings.any_public or await connection.fetchval(_PUBLIC)
        there = await place.of(connection, self.desk.settings, room) if public else None
        return Heard(self.desk, connection, kept, found, there)
