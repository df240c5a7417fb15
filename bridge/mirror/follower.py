"""The mirror as a follower of the journal: for each event of a linked room it gathers what is known, asks the planner,
and lays the actions into the outbox, with what it asked of each ghost, in the one transaction of its step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.mirror import plan
from bridge.mirror.customs import Customs
from bridge.mirror.ghost_book import GhostBook, GhostIn
from bridge.mirror.kinds import members
from bridge.mirror.names import Names
from bridge.mirror.scenery import Scenery
from bridge.mirror.speaker import Silent, member, returns, speaker
from bridge.model import CopyOf, Entry, Event, Join, Redact, Room, UserId
from bridge.origin import Origin, Signer
from bridge.seal import Kek
from bridge.store import alarms, copies, links, outbox, people
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.links import Endpoint

MOST_BROUGHT = 100
"""People in a room up to whom ghosts are brought in beforehand; in a larger one they come when they speak."""


@dataclass(frozen=True)
class Batch:
    """What holds for all entries of one step."""

    connection: Connection
    room: Room
    here: Endpoint
    targets: Sequence[Endpoint]
    names: Names
    kek: Kek


class Mirror:
    """Mirrors linked rooms into one another."""

    name = "mirror"
    after: tuple[str, ...] = ()

    def __init__(self, customs: Customs, signer: Signer, keyring: Keyring, journal: Journal) -> None:
        self._customs = customs
        self._signer = signer
        self._keyring = keyring
        self._journal = journal
        self._scenery = Scenery(customs, signer, keyring.master)
        self._ghosts = GhostBook(keyring.master)

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Plans every entry of the batch, in order."""
        here = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if here is None:
            return
        targets = await links.across(connection, room)
        kek = await self._keyring.current(connection, room.ref)
        batch = Batch(connection, room, here, targets, Names(self._journal, room), kek)
        for entry in entries:
            await self._entry(batch, entry)

    async def _entry(self, batch: Batch, entry: Entry) -> None:
        event = entry.event
        await self._house(batch, event)
        await batch.names.learn(batch.connection, entry)
        if event.type == "m.room.member":
            await self._member(batch, entry)
        elif event.type == "m.room.redaction" and self._ours(batch, event.sender):
            await self._pass_on_redaction(batch, event)
        elif event.sender is not None:
            name = await batch.names.of(batch.connection, event.sender)
            await self._mirror(batch, entry, speaker(event, batch.room, name, self._customs, self._signer))

    def _ours(self, batch: Batch, user_id: UserId | None) -> bool:
        return user_id is not None and self._customs.ours(user_id, batch.room.homeserver)

    async def _house(self, batch: Batch, event: Event) -> None:
        """What the bot itself does in the room: it comes in when it is invited, and says what the room is."""
        bot = self._customs.bot_on(batch.room.homeserver)
        organisations = [self._customs.called(target.homeserver) for target in batch.targets]
        if actions := [*plan.entrance(event, bot), *plan.greeting(event, bot, organisations)]:
            cause = f"house:{batch.here.ref}:{event.id}"
            await outbox.put(batch.connection, batch.kek, batch.here.lane, cause, actions)

    async def _member(self, batch: Batch, entry: Entry) -> None:
        event = entry.event
        subject = UserId(event.state_key or "")
        if self._ours(batch, event.sender):
            return
        if self._ours(batch, subject):
            await self._ghost_touched(batch, event, subject)
        elif entry.source != "state" or await self._few(batch):
            await self._mirror(batch, entry, member(event, batch.room, self._customs))

    async def _few(self, batch: Batch) -> bool:
        return await people.how_many_in(batch.connection, batch.room.ref) <= MOST_BROUGHT

    async def _ghost_touched(self, batch: Batch, event: Event, ghost: UserId) -> None:
        """Somebody invited or removed a ghost: its person is invited, or removed, at home."""
        person = await people.person_behind(batch.connection, batch.room.homeserver, ghost)
        if person is None:
            return
        if event.membership == "invite":
            await people.gone(batch.connection, batch.here.ref, person)
        elif event.membership in ("leave", "ban"):
            await people.bar(batch.connection, batch.here.ref, person)
        for target in batch.targets:
            if person.endswith(f":{target.homeserver}") and target.room_id is not None:
                await self._touch_person(batch, event, ghost, person, target)

    async def _touch_person(self, batch: Batch, event: Event, ghost: UserId, person: UserId, home: Endpoint) -> None:
        assert home.room_id is not None, "a person is at home in a room that exists"
        cause = f"touched:{batch.room.homeserver}:{batch.room.room_id}:{event.id}:{home.ref}"
        there = await people.is_in(batch.connection, home.homeserver, home.room_id, person)
        if event.membership == "invite" and there:
            await self._bring_back(batch, ghost, person, cause)
        else:
            bot = self._customs.bot_on(home.homeserver)
            await outbox.put(batch.connection, batch.kek, home.lane, cause, members.ghost(event, person, bot))

    async def _bring_back(self, batch: Batch, ghost: UserId, person: UserId, cause: str) -> None:
        [order] = await outbox.put(batch.connection, batch.kek, batch.here.lane, cause, [Join(ghost)])
        await people.set_joined(batch.connection, batch.room.homeserver, person, batch.here.ref, order)

    async def _pass_on_redaction(self, batch: Batch, event: Event) -> None:
        """One of our accounts took back a copy that was itself copied on, into other departments' rooms."""
        target, origin = plan.redacted(event), event.id
        for endpoint in batch.targets if target is not None and origin is not None else ():
            if await copies.copied_to(batch.connection, batch.room.ref, target or "", endpoint.ref):
                bot = self._customs.bot_on(endpoint.homeserver)
                action = Redact(bot, target or "", members.reason(event), CopyOf(batch.room.ref, origin or ""))
                await outbox.put(
                    batch.connection, batch.kek, endpoint.lane, self._cause(batch, event, endpoint), [action]
                )

    async def _mirror(self, batch: Batch, entry: Entry, origin: Origin | Silent) -> None:
        if isinstance(origin, Silent):
            return
        event = entry.event
        await self._recognise(batch, event, origin)
        for target in batch.targets:
            if returns(event, origin, target.room_id):
                await self._suspect(batch, origin)
            else:
                await self._mirror_into(batch, entry, origin, target)

    async def _recognise(self, batch: Batch, event: Event, origin: Origin) -> None:
        """A copy of our own has come back: from here on its original is known."""
        if event.id is None or len(origin.via) != 2 or not self._ours(batch, event.sender):
            return
        for target in batch.targets:
            if target.room_id == origin.via[0]:
                where = (target.homeserver, target.room_id)
                await copies.seen(batch.connection, *where, origin.event_id, batch.here.ref, event.id)

    async def _suspect(self, batch: Batch, origin: Origin) -> None:
        """A copy that came back without a trusted mark was made by a bridge that should be known here."""
        if len(origin.via) == 1:
            what = f"room {batch.room.ref} receives copies by a bridge whose key is not in mirror.trusted_signers"
            await alarms.raise_alarm(batch.connection, f"unknown-signer:{batch.room.ref}", what)

    async def _mirror_into(self, batch: Batch, entry: Entry, origin: Origin, target: Endpoint) -> None:
        standing = await people.standing(batch.connection, target.homeserver, origin.sender, target.ref)
        scene = self._scenery.scene(batch.room, entry, origin, target, standing)
        if entry.event.type == "m.room.redaction":
            scene = replace(scene, redacted_by_author=await self._by_author(batch, entry.event))
        actions = plan.actions(entry.event, scene)
        if actions:
            where = GhostIn(batch.connection, target, origin.sender)
            needs = await self._ghosts.known(where, scene.ghost.user_id, standing, actions)
            cause = self._cause(batch, entry.event, target)
            orders = await outbox.put(batch.connection, batch.kek, target.lane, cause, actions, needs)
            await self._ghosts.remember(where, entry.event, actions, orders)

    async def _by_author(self, batch: Batch, event: Event) -> bool | None:
        """Whether a redaction takes back what its sender wrote; None where that was a copy, which is nobody's here.

        A copy that is taken back where it stands stays taken back there: nobody moderates the other side's room.
        """
        target = plan.redacted(event)
        author = await copies.original_sender(batch.connection, batch.room.ref, target) if target is not None else None
        if author is None or self._ours(batch, UserId(author)):
            return None
        return author == event.sender

    def _cause(self, batch: Batch, event: Event, target: Endpoint) -> str:
        return f"mirror:{batch.room.homeserver}:{batch.room.room_id}:{event.id}:{target.ref}"
