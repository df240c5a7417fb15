"""The mirror as a follower of the journal: for each event of a linked room it gathers what is known, asks the planner,
and lays the actions into the outbox, with what it asked of each ghost, in the one transaction of its step.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.mirror import plan
from bridge.mirror.customs import Customs
from bridge.mirror.names import Names
from bridge.mirror.speaker import Silent, returns, speaker
from bridge.model import Action, Entry, Event, Join, Name, Room
from bridge.origin import Origin, Signer
from bridge.seal import Kek
from bridge.store import alarms, links, outbox, people
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.links import Endpoint
from bridge.store.people import Standing


@dataclass(frozen=True)
class _Batch:
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

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Plans every entry of the batch, in order."""
        here = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if here is None:
            return
        targets = await links.across(connection, room)
        kek = await self._keyring.current(connection, room.ref)
        batch = _Batch(connection, room, here, targets, Names(self._journal, room), kek)
        for entry in entries:
            await self._house(batch, entry.event)
            await batch.names.learn(connection, entry)
            await self._mirror(batch, entry.event)

    async def _house(self, batch: _Batch, event: Event) -> None:
        """What the bot itself does in the room: it comes in when it is invited, and says what the room is."""
        bot = self._customs.bot_on(batch.room.homeserver)
        organisations = [self._customs.called(target.homeserver) for target in batch.targets]
        if actions := [*plan.entrance(event, bot), *plan.greeting(event, bot, organisations)]:
            cause = f"house:{batch.here.ref}:{event.id}"
            await outbox.put(batch.connection, batch.kek, batch.here.lane, cause, actions)

    async def _mirror(self, batch: _Batch, event: Event) -> None:
        subject = plan.subject(event)
        if subject is None:
            return
        name = await batch.names.of(batch.connection, subject)
        origin = speaker(event, batch.room, name, self._customs, self._signer)
        if isinstance(origin, Silent):
            return
        for target in batch.targets:
            if returns(event, origin, target.room_id):
                await self._suspect(batch, origin)
            else:
                await self._mirror_into(batch, event, origin, target)

    async def _suspect(self, batch: _Batch, origin: Origin) -> None:
        """A copy that came back without a trusted mark was made by a bridge that should be known here."""
        if len(origin.via) == 1:
            what = f"room {batch.room.ref} receives copies by a bridge whose key is not in mirror.trusted_signers"
            await alarms.raise_alarm(batch.connection, f"unknown-signer:{batch.room.ref}", what)

    async def _mirror_into(self, batch: _Batch, event: Event, origin: Origin, target: Endpoint) -> None:
        standing = await people.standing(batch.connection, target.homeserver, origin.sender, target.ref)
        ghost = self._ghost(origin, target, standing)
        actions = plan.actions(event, batch.room.ref, origin, ghost, self._signer)
        if actions and standing is None:
            standing = await people.make_ghost(batch.connection, target.homeserver, origin.sender, ghost.user_id)
        if actions and standing is not None:
            await self._lay_down(batch, event, origin, target, standing, actions)

    def _ghost(self, origin: Origin, target: Endpoint, standing: Standing | None) -> plan.Ghost:
        name = self._customs.ghost_name(origin)
        if standing is None:
            return plan.Ghost(self._customs.ghost_of(origin.sender, target.homeserver), name, None, joined=False)
        same = standing.name_mac == self._mac(name)
        return plan.Ghost(standing.user_id, name, same, joined=standing.joined_by is not None)

    async def _lay_down(
        self, batch: _Batch, event: Event, origin: Origin, target: Endpoint, standing: Standing,
        actions: Sequence[Action],
    ) -> None:  # fmt: skip
        connection, person, homeserver = batch.connection, origin.sender, target.homeserver
        needs = [order for order in (standing.named_by, standing.joined_by) if order is not None]
        cause = f"mirror:{batch.room.homeserver}:{batch.room.room_id}:{event.id}:{target.ref}"
        orders = await outbox.put(connection, batch.kek, target.lane, cause, actions, needs)
        for action, order in zip(actions, orders, strict=True):
            if isinstance(action, Name):
                await people.set_name(connection, homeserver, person, self._mac(action.name), order)
            if isinstance(action, Join):
                await people.set_joined(connection, homeserver, person, target.ref, order)

    def _mac(self, name: str) -> bytes:
        return self._keyring.master.mac(name.encode("utf-8", "surrogatepass"))
