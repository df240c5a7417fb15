"""Commands as a follower of the journal: each is judged at the one choke point, written down, obeyed once and answered
through the outbox, all in the transaction of its step; and the bots' own comings and goings (`bridge.commands.door`).
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

from bridge import private
from bridge.commands import own
from bridge.commands.door import Door
from bridge.commands.house import House, Spokesman
from bridge.commands.lobby import Lobby
from bridge.commands.parse import Command, command
from bridge.commands.witness import facts
from bridge.hearing import Hearing
from bridge.mirror.declare import BOT_NAME
from bridge.model import Entry, Room, UserId
from bridge.plugin import Spoken
from bridge.power import MODERATOR
from bridge.private import Account
from bridge.rights import Asked, Facts, Verdict, authorise
from bridge.saying import Saying
from bridge.store import links, proposals, told
from bridge.store.database import Connection


class Commands:
    """Hears commands in every room."""

    name = "commands"

    def __init__(self, house: House, after: tuple[str, ...] = ()) -> None:
        """`after` are the followers that must have judged what a command is about."""
        self.after = after
        self._house = house
        self._door = Door(house)
        ours = Spokesman(Account(house.customs.bot, BOT_NAME), own.commands(house))
        self._lobby = Lobby(house, {one.bot.localpart: one.bot for one in house.spoken.values()})
        self._spoken: Mapping[str, Spokesman] = {**house.spoken, own.WORD: ours}

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Takes every entry of the batch, in order."""
        for entry in entries:
            await self._door.entry(connection, room, entry)
            await self._lobby.entry(connection, room, entry)
            asked = command(entry, self._spoken)
            if asked is not None and entry.event.sender is not None and entry.event.id is not None:
                await self._hear(connection, room, entry, asked, entry.event.sender, entry.event.id)

    async def _hear(
        self, connection: Connection, room: Room, entry: Entry, asked: Command, sender: UserId, event_id: str
    ) -> None:
        spokesman = self._spoken[asked.word]
        known = await facts(connection, self._house, room, sender, vouched=asked.word != own.WORD)
        verb = asked.verb if asked.verb in spokesman.commands else ""
        spoken = spokesman.commands[verb]
        verdict = authorise(Asked(spoken.rights, asked.name if spoken.of_a_link else None), known)
        if verdict is Verdict.UNHEARD:
            return
        allowed = verdict is Verdict.ALLOWED
        if not known.of_ours and await proposals.heard_elsewhere(connection, room.ref, event_id):
            return
        if not await proposals.hear(connection, room.ref, event_id, sender, f"{asked.word} {verb}".strip(), allowed):
            return
        hearing = await self._hearing(connection, room, entry, asked, sender, event_id, known, spokesman)
        if allowed:
            await self._obey(hearing, spoken)
        else:
            await self._deny(hearing, verdict, asked.word)

    async def _obey(self, hearing: Hearing, spoken: Spoken) -> None:
        await hearing.answer(await spoken.obey(hearing))

    async def _hearing(
        self, connection: Connection, room: Room, entry: Entry, asked: Command, sender: UserId, event_id: str,
        known: Facts, spokesman: Spokesman,
    ) -> Hearing:  # fmt: skip
        here = await links.endpoint_of(connection, room.homeserver, room.room_id)
        assert here is not None and known.place is not None, "a room with a place is one in which the bot is"
        kek, customs = await self._house.keyring.current(connection, room.ref), self._house.customs
        bot = await private.voice(connection, customs, spokesman.bot.localpart, here)
        tongues = self._house.tongues
        voice = await tongues.to_person(connection, sender, here.ref)
        return Hearing(
            connection, room, here, entry, event_id, sender, known, known.place, asked.rest, kek, customs, bot,
            tongues, voice,
        )  # fmt: skip

    async def _deny(self, hearing: Hearing, verdict: Verdict, word: str) -> None:
        """The sender is told once an hour; more of the same is met with silence."""
        cause = f"{hearing.cause}:answer#0"
        if (await told.count(hearing.connection, hearing.here.ref, hearing.sender, verdict.value, cause)).times == 1:
            await hearing.answer(hearing.voice.notice(_denial(verdict, word)))


def _denial(verdict: Verdict, word: str) -> Saying:
    """What the sender is told; `word` is that with which the bot's commands begin."""
    match verdict:
        case Verdict.NOT_ADMIN:
            return Saying.of("denied-not-admin")
        case Verdict.NO_ROLE:
            return Saying.of("denied-no-role")
        case Verdict.NOT_HERE:
            return Saying.of("denied-not-here", word=word)
        case Verdict.NO_POWER:
            return Saying.of("denied-no-power", power=MODERATOR)
        case Verdict.NOT_OF_THIS_ROOM:
            return Saying.of("denied-not-of-this-room")
        case Verdict.ALLOWED | Verdict.UNHEARD:
            raise ValueError(f"{verdict.name} is no denial")
        case _:
            assert_never(verdict)
