"""Commands as a follower of the journal: each is judged at the one choke point, written down, obeyed once and answered
through the outbox, all in the transaction of its step; and the bot's own comings and goings (`bridge.commands.door`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from bridge import notices
from bridge.commands.authorise import Place, Verdict, authorise
from bridge.commands.door import Door
from bridge.commands.ending import pause, resume, unlink
from bridge.commands.hearing import Content, Hearing
from bridge.commands.house import House
from bridge.commands.linking import accept, propose, refuse
from bridge.commands.parse import Command, Verb, command
from bridge.commands.telling import tell_help, tell_links, tell_status
from bridge.commands.witness import facts
from bridge.model import Entry, Room, UserId
from bridge.store import links, proposals, told
from bridge.store.database import Connection

Obey = Callable[[Hearing, House], Awaitable[Content]]

OBEYED: Mapping[Verb | None, Obey] = MappingProxyType({
    None: tell_help,
    Verb.HELP: tell_help,
    Verb.LINKS: tell_links,
    Verb.STATUS: tell_status,
    Verb.LINK: propose,
    Verb.ACCEPT: accept,
    Verb.REFUSE: refuse,
    Verb.UNLINK: unlink,
    Verb.PAUSE: pause,
    Verb.RESUME: resume,
})  # fmt: skip


class Commands:
    """Hears commands in every room."""

    name = "commands"
    after: tuple[str, ...] = ()

    def __init__(self, house: House) -> None:
        self._house = house
        self._door = Door(house)

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Takes every entry of the batch, in order."""
        for entry in entries:
            await self._door.entry(connection, room, entry)
            asked = command(entry)
            if asked is not None and entry.event.sender is not None and entry.event.id is not None:
                await self._hear(connection, room, entry, asked, entry.event.sender, entry.event.id)

    async def _hear(
        self, connection: Connection, room: Room, entry: Entry, asked: Command, sender: UserId, event_id: str
    ) -> None:
        known = await facts(connection, self._house, room, sender)
        verdict, place = authorise(asked, known), known.place
        if verdict is Verdict.UNHEARD or place is None:
            return
        allowed, verb = verdict is Verdict.ALLOWED, asked.verb.value if asked.verb is not None else ""
        if not await proposals.hear(connection, room.ref, event_id, sender, verb, allowed):
            return
        hearing = await self._hearing(connection, room, entry.pos, place, asked, sender, event_id)
        if allowed:
            await hearing.answer(await OBEYED[asked.verb](hearing, self._house))
        else:
            await self._deny(hearing, verdict)

    async def _hearing(
        self, connection: Connection, room: Room, pos: int, place: Place, asked: Command, sender: UserId, event_id: str
    ) -> Hearing:
        here = await links.endpoint_of(connection, room.homeserver, room.room_id)
        assert here is not None, "a room with a place is one in which the bot is"
        kek = await self._house.keyring.current(connection, room.ref)
        return Hearing(connection, room, here, event_id, sender, pos, place, asked, kek, self._house.customs)

    async def _deny(self, hearing: Hearing, verdict: Verdict) -> None:
        """The sender is told once an hour; more of the same is met with silence."""
        cause = f"{hearing.cause}:answer#0"
        if (await told.count(hearing.connection, hearing.here.ref, hearing.sender, verdict.value, cause)).times == 1:
            await hearing.answer(notices.notice(notices.DENIED[verdict.name]))
