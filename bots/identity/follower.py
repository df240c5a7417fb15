"""The identity bot as a follower of the journal: who is in a room, who they are, whom they resemble, and whether they
may be there at all. What takes time, as the ladder does, is the clock's (`bots.identity.clock`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.identity import letters, lookout, place, presence, restricting, rungs, showing, standings
from bots.identity.desk import Desk
from bots.identity.exempt import Exempt
from bots.identity.identifying import identify
from bots.identity.ladder import Step
from bots.identity.phrases import claims_authority
from bots.identity.place import Place
from bots.identity.restoring import restore
from bots.identity.tags import Kept
from bridge.actions import SetMember
from bridge.model import Entry, Event, Room, UserId, user_id
from bridge.seal import Kek
from bridge.store import links, outbox, people, tongues
from bridge.store.database import Connection


@dataclass(frozen=True)
class Scene:
    """What holds for all entries of one step."""

    connection: Connection
    kek: Kek
    room: Room
    place: Place


MOST_SHOWN = 200
"""People in a room up to whom everybody's tag is shown as they come; in a larger one, as they speak."""

FRESH = timedelta(hours=1)
"""How long after it was said anybody is spoken to because of it; the journal is older where the bot is new."""


class Identity:
    """Reads every room."""

    name = "identity"
    after: tuple[str, ...] = ()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Takes the entries of people in the batch; what bots and ghosts do changes nobody's identity."""
        await self._replaces(connection, room, entries)
        await self._levels(connection, room, entries)
        known = [entry for entry in entries if not entry.history and self._people(room, [entry])]
        if not known:
            return
        desk, about = self._desk, self._people(room, known)
        await desk.known.until_read()
        kek = await desk.keyring.current(connection, room.ref)
        await self._presence(connection, room, known)
        likenesses = await lookout.look(desk, connection, room, known)
        kept, changed = await identify(connection, desk.keyring, kek, desk.known, about, likenesses.of, _seen(known))
        there = await place.of(connection, desk.settings, room)
        if there is None:
            return
        await lookout.alarm(desk, connection, kek, likenesses)
        await self._walks_round(Scene(connection, kek, room, there), known)
        await self._show(Scene(connection, kek, room, there), known, [kept[user] for user in about if user in kept])
        if changed:
            await tongues.suggest(connection, {user: desk.known.language(user) for user in changed})
            await showing.everywhere(desk, connection, kek, [kept[user] for user in changed])
            await restore(desk, connection, kek, [kept[user].tag for user in changed])
        for entry in known:
            await self._entry(Scene(connection, kek, room, there), entry)

    async def _replaces(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """The room goes on from another one: what was said in that one's state is to be said anew."""
        made = [entry.event for entry in entries if entry.type == "m.room.create"]
        if any(one.state_key == "" and "predecessor" in one.content for one in made):
            end = await links.endpoint_of(connection, room.homeserver, room.room_id)
            if end is not None:
                await showing.forget(connection, end.ref)

    async def _levels(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """People changed the levels of the room: what the ladder asks of them may be otherwise now, or be possible."""
        given = [entry for entry in entries if entry.type == restricting.LEVELS and not entry.history]
        changed = [entry.event for entry in given if entry.event.state_key == ""]
        bots = self._desk.customs
        if not any(one.sender is not None and not bots.ours(one.sender, room.homeserver) for one in changed):
            return
        there = await place.of(connection, self._desk.settings, room)
        if there is not None:
            kek = await self._desk.keyring.current(connection, room.ref)
            await restricting.heed(self._desk, connection, kek, there, Exempt(self._desk, connection))

    async def _walks_round(self, scene: Scene, entries: Sequence[Entry]) -> None:
        """Who may not write in one room of the place comes into another."""
        came = [_subject(entry.event) for entry in entries if entry.event.membership == "join"]
        restricted = await standings.restricted(scene.connection, scene.place.ref) if came else frozenset()
        if restricted.intersection(came):
            exempt = Exempt(self._desk, scene.connection)
            await restricting.heed(self._desk, scene.connection, scene.kek, scene.place, exempt)

    async def _show(self, scene: Scene, entries: Sequence[Entry], kept: Sequence[Kept]) -> None:
        """In a large room only of those who speak."""
        if kept and await presence.how_many(scene.connection, scene.room.ref) > MOST_SHOWN:
            speak = {entry.event.sender for entry in entries if entry.event.state_key is None}
            kept = [one for one in kept if one.tag.user_id in speak]
        await showing.show(self._desk, scene.connection, scene.kek, scene.place, kept)

    def _people(self, room: Room, entries: Sequence[Entry]) -> Collection[UserId]:
        """Whom these entries are about: who writes, and who comes, goes or is invited."""
        found = {_subject(entry.event) for entry in entries}
        return {user for user in found if user is not None and not self._desk.ours(user, room.homeserver)}

    async def _presence(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """The last membership of each counts; of what came late, what nothing younger is known of."""
        told = [entry for entry in entries if entry.event.membership is not None]
        current = [one for one in told if not one.late or not await people.is_over(connection, room.ref, one.event)]
        memberships = {_subject(entry.event): entry.event.membership for entry in current}
        came = [user for user, membership in memberships.items() if user is not None and membership == "join"]
        went = [user for user, membership in memberships.items() if user is not None and membership in ("leave", "ban")]
        if came:
            await presence.came(connection, room.ref, came)
        if went:
            await presence.went(connection, room.ref, went)

    async def _entry(self, scene: Scene, entry: Entry) -> None:
        event = entry.event
        if entry.late or entry.source != "push" or self._desk.known.clock() - entry.received_at > FRESH:
            return
        if event.membership == "invite":
            await self._turn_away(scene, scene.place, event)
        elif event.type == "m.room.message" and scene.place.rules.public:
            await self._remind(scene, scene.place, entry)

    async def _turn_away(self, scene: Scene, there: Place, event: Event) -> None:
        """An external is not let into a room that is not open to them: the invitation is taken back."""
        user = user_id(event.state_key)
        if user is None or there.rules.externals != "refuse" or not self._desk.known.is_external(user):
            return
        end = there.end_of(scene.room)
        if end is None or self._desk.ours(user, scene.room.homeserver):
            return
        if await Exempt(self._desk, scene.connection).covers(there, user):
            return
        if there.rules.enforce == "simulate":
            await rungs.would(scene.connection, there, Step.REMOVED)
            return
        bot = end.keeper or self._desk.customs.bot_on(end.homeserver)
        cause = f"identity:turned-away:{end.ref}:{event.id}"
        why = await letters.words(self._desk, scene.connection, user, end, "id-not-open-to-externals")
        await outbox.put(scene.connection, scene.kek, end.lane, cause, [SetMember(bot, user, "leave", why)])

    async def _remind(self, scene: Scene, there: Place, entry: Entry) -> None:
        """Who claims to speak for the government without being authorised is told so, privately, once a day."""
        event = entry.event
        if event.sender is None or not claims_authority(event.text("body") or ""):
            return
        if await showing.speaks_officially(self._desk, scene.connection, scene.room, entry):
            return
        cause = f"identity:authority:{there.ref}:{event.sender}:{entry.received_at:%Y-%m-%d}"
        await letters.tell_once(
            self._desk, scene.connection, scene.kek, there, scene.room, event.sender, cause, "id-no-authority"
        )


def _subject(event: Event) -> UserId | None:
    if event.type == "m.room.member":
        return user_id(event.state_key)
    return event.sender if event.state_key is None else None


def _seen(entries: Sequence[Entry]) -> Mapping[UserId, datetime]:
    """When each of those whom these entries are about is met in them first."""
    first: dict[UserId, datetime] = {}
    for entry in entries:
        if (user := _subject(entry.event)) is not None:
            first.setdefault(user, entry.received_at)
    return first
