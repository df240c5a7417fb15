"""What the identity bot tells the mirror: who people are, and in which capacity each message was said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bots.identity import badges, capacities, place, tags
from bots.identity.capacities import Capacity
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.policy import Rules
from bots.identity.tags import Kept
from bridge import languages, speaking
from bridge.model import Entry, Room, UserId, user_id
from bridge.speaking import PLAIN, Dressing
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.voice import Voice

_SUBJECT = "0000"
"""Stands for a subject where only what is around it counts."""

_PUBLIC = "select exists (select from identity_policy where key = 'public' and value = 'yes')"
"""Whether moderators have said of any room that it is public."""


@dataclass(frozen=True)
class Heard:
    """Of one batch of a room's journal."""

    desk: Desk
    connection: Connection
    room: Room
    kept: Mapping[UserId, Kept]
    capacities: Sequence[Capacity]
    place: Place | None

    async def tag(self, person: UserId) -> speaking.Tag | None:
        """Who the person is; the tag was made when the identity bot read the same entry."""
        kept = self.kept.get(person)
        return kept.tag.spoken() if kept is not None and not kept.tag.empty else None

    async def dressing(self, entry: Entry, target: Endpoint) -> Dressing:
        """The badge of who speaks officially; in a public room the disclaimer of everybody else."""
        sender = entry.event.sender
        if sender is None or self.desk.customs.ours(sender, self.room.homeserver):
            return PLAIN  # a copy that goes on into another room was dressed where it came from
        capacity = await capacities.of(self.connection, self.room, entry, self.capacities)
        if capacity is not None and self.desk.known.may_speak_officially(sender):
            voice = await self.desk.host.tongues.in_room(self.connection, target.ref)
            return Dressing(before=voice.words("id-badge", subject=capacity.subject))
        rules = self.place.rules if self.place is not None else None
        if badges.wears(entry.event.content, self._badges):
            return Dressing(before=await self._disclaimer(rules, target))
        if rules is None or not rules.public:
            return PLAIN
        return Dressing(after=await self._disclaimer(rules, target))

    async def _disclaimer(self, rules: Rules | None, target: Endpoint) -> str:
        if rules is not None and rules.disclaimer is not None:
            return rules.disclaimer
        voice = await self.desk.host.tongues.in_room(self.connection, target.ref)
        return voice.words("id-disclaimer")

    @cached_property
    def _badges(self) -> Collection[str]:
        """How the badge begins in each language, as `badges` compares it."""
        catalogues = self.desk.host.tongues.catalogues
        shown = [Voice(catalogues, language).words("id-badge", subject=_SUBJECT) for language in languages.known()]
        return [badges.read(one.partition(_SUBJECT)[0]) for one in shown]


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
        return Heard(self.desk, connection, room, kept, found, there)
