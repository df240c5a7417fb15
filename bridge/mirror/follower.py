"""The mirror as a follower of the journal: for each event of a linked room it gathers what is known, asks the planner,
and lays the actions into the outbox, with what it asked of each ghost, in the one transaction of its step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.actions import CopyOf, Redact, Refetch
from bridge.border import OPEN, Border
from bridge.customs import Customs
from bridge.mirror import border, ghost_touched, house_keeping, plan, secure
from bridge.mirror.batch import Batch
from bridge.mirror.direct import DirectChats
from bridge.mirror.ghost_book import GhostBook, GhostIn
from bridge.mirror.kinds import members
from bridge.mirror.names import Names
from bridge.mirror.scenery import Scenery
from bridge.mirror.speaker import Silent, member, returns, speaker
from bridge.model import EndpointRef, Entry, Event, Fate, Room, UserId
from bridge.origin import Origin, Signer
from bridge.saying import Saying
from bridge.speakers import NOBODY, Speakers
from bridge.speaking import PLAIN
from bridge.store import alarms, clear_text, copies, links, outbox, pauses, people
from bridge.store.crossings import Crossings
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.links import Endpoint
from bridge.store.pauses import Stretch
from bridge.tongues import Tongues

MOST_BROUGHT = 100
"""People in a room up to whom ghosts are brought in beforehand; in a larger one they come when they speak."""


@dataclass(frozen=True)
class Opening:
    """A link made in chat that begins: what is so at that moment is told to its other end."""

    to: EndpointRef
    occasion: str
    """Tells this opening from an earlier one between the same rooms."""


class Mirror:
    """Mirrors linked rooms into one another."""

    name = "mirror"

    def __init__(
        self, customs: Customs, signer: Signer, keyring: Keyring, journal: Journal, tongues: Tongues,
        speakers: Speakers = NOBODY, border: Border = OPEN, after: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.after = after
        self._border = border
        self._speakers = speakers
        self._customs = customs
        self._signer = signer
        self._keyring = keyring
        self._journal = journal
        self._tongues = tongues
        self._scenery = Scenery(customs, signer, keyring.hashes)
        self._ghosts = GhostBook(keyring.hashes)
        self._direct = DirectChats(customs, keyring.hashes)

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Plans every entry of the batch, in order, but for the room's history: that was planned before."""
        await self.plan(connection, room, [entry for entry in entries if not entry.history])

    async def plan(
        self, connection: Connection, room: Room, entries: Sequence[Entry], opening: Opening | None = None
    ) -> None:
        """Plans these entries, in order; those of a stretch that a link does not carry only at its opening."""
        here = await links.endpoint_of(connection, room.homeserver, room.room_id)
        kek = await self._keyring.current(connection, room.ref)
        here = here or await self._direct.open(connection, room, entries, kek)
        if here is None:
            return
        targets = [end for end in await links.across(connection, room) if opening is None or end.ref == opening.to]
        crossings, names = Crossings(room.ref), Names(self._journal, room)
        batch = Batch(
            self._customs, self._tongues, connection, room, here, targets, names, kek, crossings,
            await self._speakers.heard(connection, room, entries),
            await self._border.guard(connection, room, entries), opening.occasion if opening else "",
        )  # fmt: skip
        stretches = [] if opening is not None else await self._paused(connection, room, entries)
        for entry in entries:
            paused = {stretch.endpoint for stretch in stretches if entry.pos in stretch}
            if entry.instead_of is not None:  # it goes where it would have gone
                awaited = await crossings.awaited(connection, entry.instead_of)
                paused |= {target.ref for target in targets if target.ref not in awaited}
            carried = [target for target in targets if target.ref not in paused]
            batch.crossings.note_all([entry.pos], [*paused], Fate.UNLINKED)
            fate = await self._entry(replace(batch, targets=carried), entry)
            batch.crossings.note_all([entry.pos], [target.ref for target in carried], fate)
            if entry.released and entry.instead_of is not None:  # what became of it became of the one that was held
                batch.crossings.note_all([entry.instead_of], [target.ref for target in carried], fate)
        resting = await links.resting(connection, room)
        released = [entry.instead_of for entry in entries if entry.released and entry.instead_of is not None]
        batch.crossings.note_all([*(entry.pos for entry in entries), *released], resting, Fate.UNLINKED)
        await batch.crossings.write(connection)

    async def _paused(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Sequence[Stretch]:
        first = min((entry.pos for entry in entries), default=None)
        return await pauses.of(connection, room, first) if first is not None else []

    async def _entry(self, batch: Batch, entry: Entry) -> Fate:
        """What becomes of the entry towards each end for which nothing was ordered."""
        event = entry.event
        if await self._past(batch, entry):
            return Fate.PAST
        if entry.instead_of is not None and await clear_text.was_taken_back(
            batch.connection, batch.room.ref, entry.instead_of
        ):
            return Fate.TAKEN_BACK
        if entry.taken_back:
            await self._refetch(batch, entry)
            return Fate.TAKEN_BACK
        if entry.unreadable is not None:
            return Fate.UNREADABLE
        await house_keeping.keep(batch, entry)
        await batch.names.learn(batch.connection, entry)
        if event.type == "m.room.member":
            fate = await self._member(batch, entry)
            await self._direct.heed(batch.connection, batch.kek, batch.here, event)
            return fate
        if event.type == "m.room.redaction" and batch.ours(event.sender):
            return await self._pass_on_redaction(batch, entry)
        if event.sender is None:
            return Fate.NOBODY
        name = await batch.names.of(batch.connection, event.sender)
        return await self._mirror(batch, entry, speaker(event, batch.room, name, self._customs, self._signer))

    async def _past(self, batch: Batch, entry: Entry) -> bool:
        """Whether it is a state of the room that was over when we learned of it."""
        event = entry.event
        if event.state_key is None or event.type is None or not (entry.late or entry.history):
            return False
        return entry.history or await people.is_over(batch.connection, batch.room.ref, event)

    async def _refetch(self, batch: Batch, entry: Entry) -> None:
        """Its content is asked for, for the record: nobody is shown what its author took back."""
        if entry.cites is None and entry.event.id is not None and not batch.ours(entry.event.sender):
            action = Refetch(batch.stands(batch.here), entry.event.id, entry.pos)
            cause = f"refetch:{batch.here.ref}:{entry.event.id}"
            await outbox.put(batch.connection, batch.kek, batch.here.lane, cause, [action])

    async def _member(self, batch: Batch, entry: Entry) -> Fate:
        event = entry.event
        subject = UserId(event.state_key or "")
        removed = event.membership in ("leave", "ban") and not batch.ours(subject)
        if batch.ours(event.sender) and not removed:
            return Fate.OURS
        if batch.ours(subject):
            await ghost_touched.touched(batch, entry, subject)
        elif entry.source != "state" or await self._few(batch):
            batch = await self._unbarred(batch, subject) if batch.ours(event.sender) else batch
            return await self._mirror(batch, entry, member(event, batch.room, self._customs))
        return Fate.NOTHING

    async def _unbarred(self, batch: Batch, person: UserId) -> Batch:
        """Our bot puts somebody out of one side also because the other put their ghost out: there it stays barred."""
        barred = await people.barred(batch.connection, [target.ref for target in batch.targets], person)
        return replace(batch, targets=[target for target in batch.targets if target.ref not in barred])

    async def _few(self, batch: Batch) -> bool:
        return await people.how_many_in(batch.connection, batch.room.ref) <= MOST_BROUGHT

    async def _pass_on_redaction(self, batch: Batch, entry: Entry) -> Fate:
        """One of our accounts took back a copy that was itself copied on, into other departments' rooms."""
        event = entry.event
        target, origin = plan.redacted(event), event.id
        for endpoint in batch.targets if target is not None and origin is not None else ():
            if await copies.copied_to(batch.connection, batch.room.ref, target or "", endpoint.ref):
                bot = batch.stands(endpoint)
                action = Redact(bot, target or "", members.reason(event), CopyOf(batch.room.ref, origin or ""))
                cause = self._cause(batch, event, endpoint)
                [order] = await outbox.put(batch.connection, batch.kek, endpoint.lane, cause, [action])
                batch.crossings.order(entry.pos, endpoint.ref, order)
        return Fate.OURS

    async def _mirror(self, batch: Batch, entry: Entry, origin: Origin | Silent) -> Fate:
        if isinstance(origin, Silent):
            return Fate.NOBODY if origin is Silent.NOBODY else Fate.OURS
        event = entry.event
        if await self._of_a_bot(batch, event):
            return Fate.NOTHING
        if origin.tag is None and (tag := await batch.heard.tag(origin.sender)) is not None:
            origin = replace(origin, tag=tag.shown, name=tag.name or origin.name, designation=tag.designation)
        await self._recognise(batch, event, origin)
        for target in batch.targets:
            if returns(event, origin, target.room_id):
                await self._suspect(batch, event)
                batch.crossings.note(entry.pos, target.ref, Fate.BEEN_THERE)
            elif not await border.stays(batch, entry, target):
                await self._mirror_into(batch, border.crossing(batch, entry, target), origin, target)
        return plan.idle(event)

    async def _of_a_bot(self, batch: Batch, event: Event) -> bool:
        """Whether it is a reaction to what one of our bots said, which stands in this room and in no other."""
        target = plan.reacted_to(event)
        author = await copies.original_sender(batch.connection, batch.room.ref, target) if target is not None else None
        if author is None or not batch.ours(UserId(author)):
            return False
        return not self._customs.is_ghost(UserId(author), batch.room.homeserver)

    async def _recognise(self, batch: Batch, event: Event, origin: Origin) -> None:
        """A copy of our own has come back: from here on its original is known."""
        if event.id is None or len(origin.via) != 2 or not batch.ours(event.sender):
            return
        for target in batch.targets:
            if target.room_id == origin.via[0]:
                where = (target.homeserver, target.room_id)
                await copies.seen(batch.connection, *where, origin.event_id, batch.here.ref, event.id)

    async def _suspect(self, batch: Batch, event: Event) -> None:
        """A copy that comes back and is not our own was made by another bridge, which does what this one does."""
        if batch.ours(event.sender):
            return
        room = str(batch.room.ref)
        what = Saying.of("unknown-signer", room=room)
        if self._signer.read(event) is not None:
            what = Saying.of("linked-twice", room=room)
        await alarms.raise_alarm(batch.connection, f"{what.message}:{room}", what)

    async def _mirror_into(self, batch: Batch, entry: Entry, origin: Origin, target: Endpoint) -> None:
        standing = await people.standing(batch.connection, target.homeserver, origin.sender, target.ref)
        dressing = await batch.heard.dressing(entry, target) if plan.is_message(entry.event) else PLAIN
        scene = self._scenery.scene(batch.room, entry, origin, target, standing, dressing, batch.guard.label(entry))
        if entry.event.type == "m.room.redaction":
            scene = replace(scene, redacted_author=await self._author(batch, entry.event, target))
        actions = plan.actions(entry.event, scene)
        if actions:
            where = GhostIn(batch.connection, target, origin.sender)
            needs = [*await self._ghosts.known(where, scene.ghost.user_id, standing, actions)]
            if secure.is_secured(entry, target):
                needs.append(await secure.ask(batch.connection, batch.kek, target, batch.stands(target)))
                actions = secure.sealed_only(actions)
            elif entry.encrypted:
                await secure.warn(batch, target)
            cause = self._cause(batch, entry.event, target)
            orders = await outbox.put(batch.connection, batch.kek, target.lane, cause, actions, needs)
            await self._ghosts.remember(where, entry.event, actions, orders)
            batch.crossings.order(entry.pos, target.ref, orders[-1])
            if entry.instead_of is not None:
                batch.crossings.order(entry.instead_of, target.ref, orders[-1])

    async def _author(self, batch: Batch, event: Event, endpoint: Endpoint) -> UserId | None:
        """Who wrote what a redaction takes back; None where that was a copy, nobody's here, or was never copied.

        A copy that is taken back where it stands stays taken back there: nobody moderates the other side's room.
        """
        target = plan.redacted(event)
        author = await copies.original_sender(batch.connection, batch.room.ref, target) if target is not None else None
        if author is None or batch.ours(UserId(author)):
            return None
        fate = await batch.crossings.of(batch.connection, target or "", endpoint.ref)
        if fate is Fate.UNREADABLE:  # should its key still come, it is shown to nobody
            await clear_text.take_back(batch.connection, batch.room.ref, target or "")
        if fate is Fate.HELD:
            await border.take_back(batch, self._journal, target or "")
        if fate not in (Fate.ORDERED, None):
            return None
        return UserId(author)

    def _cause(self, batch: Batch, event: Event, target: Endpoint) -> str:
        return f"mirror:{batch.room.homeserver}:{batch.room.room_id}:{event.id}:{target.ref}{batch.occasion}"
