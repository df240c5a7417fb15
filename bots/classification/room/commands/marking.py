"""Marking a message that is there already, in reply to it: `!mark secret`. Anybody may mark higher; lower only
officers, with a reason. Where the mark is above the room's ceiling it counts as if the message had carried it; said by
somebody who is neither its writer nor moderates the room, officers decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bots.classification.ceiling import UnknownLevel, level
from bots.classification.room import cases, ceilings, crossed, labels
from bots.classification.room.acting import Acting
from bots.classification.room.cases import About
from bots.classification.room.ceilings import Ruled
from bots.classification.room.commands import finding
from bots.classification.room.commands.asking import Asking
from bots.classification.room.commands.rights import LOWERING, SETTING
from bots.classification.room.decision import Decision, decide
from bots.classification.room.desk import Desk
from bots.classification.room.labels import Said
from bots.classification.verdict import Level
from bridge.commands.parse import command
from bridge.hearing import Content, Hearing
from bridge.rights import Asked, Verdict, authorise
from bridge.store import held

WORD = "!mark"


@dataclass(frozen=True)
class Marking:
    """The deed."""

    desk: Desk

    async def mark(self, hearing: Hearing) -> Content:
        """`LEVEL [REASON]`, in reply to a message; what is no level is answered with help."""
        said = self._said(hearing)
        if said is None:
            return await Asking(self.desk).help(hearing)
        place = await ceilings.of(hearing.connection, self.desk, hearing.room)
        if (event_id := finding.replied_to(hearing)) is None or place is None:
            return hearing.voice.notice("mark-label-usage")
        about = await labels.original(hearing.connection, self.desk, hearing.room, event_id)
        if about is None or self.desk.ours(about.sender, about.room.homeserver):
            return hearing.voice.notice("mark-label-unknown")
        if (refused := await self._refused(hearing, about, said)) is not None:
            return refused
        if await labels.last(hearing.connection, about) != str(said.level):
            await labels.give(hearing.connection, hearing.kek, self.desk, place, about, said)
        await self._decide(hearing, place, about, said)
        return hearing.voice.notice("mark-labelled")

    async def _refused(self, hearing: Hearing, about: About, said: Said) -> Content | None:
        """Lower than before takes the right, a reason, and that somebody else wrote it."""
        now = await labels.present(hearing.connection, self.desk, about.room.ref, about)
        if now is None or said.level.rank >= now.rank:
            return None
        if authorise(Asked(LOWERING), hearing.facts) is not Verdict.ALLOWED:
            return hearing.voice.notice("mark-lower-denied")
        if about.sender == hearing.sender:
            return hearing.voice.notice("mark-not-oneself")
        return None if said.reason else hearing.voice.notice("mark-lower-why")

    async def _decide(self, hearing: Hearing, place: Ruled, about: About, said: Said) -> None:
        decision = decide(self.desk.grammar, labels.verdict(said), place.rules)
        end = place.end_of(about.room)
        if decision is None or end is None:
            return
        if not self._entitled(hearing, about):
            decision = _for_officers(decision)
        decision = await crossed.heed(hearing.connection, about, decision)
        case = await cases.begin(hearing.connection, about, place.ref, decision, "label")
        if case is not None:
            if case.hold == "held":
                await held.by_itself(hearing.connection, about.room, about.pos)
            await Acting(self.desk, hearing.connection, hearing.kek, place, about.room, end, case).act()

    def _entitled(self, hearing: Hearing, about: About) -> bool:
        """Whether what they say of this message counts at once."""
        return hearing.sender == about.sender or authorise(Asked(SETTING), hearing.facts) is Verdict.ALLOWED

    def _said(self, hearing: Hearing) -> Said | None:
        """The level that the words begin with, the longest that fits, and the reason behind it."""
        asked = command(hearing.entry, {WORD})
        words = f"{asked.verb} {asked.rest}".split() if asked is not None else []
        for count in range(min(len(words), 4), 0, -1):
            if (found := self._level(" ".join(words[:count]))) is not None:
                return Said(found, hearing.sender, " ".join(words[count:]))
        return None

    def _level(self, name: str) -> Level | None:
        wanted = name.casefold().strip(":,")
        for known, text in self._names():
            if text.casefold() == wanted:
                return known
        try:
            return level(self.desk.grammar, wanted.upper(), self.desk.settings.scheme)
        except UnknownLevel:
            return None

    def _names(self) -> Iterator[tuple[Level, str]]:
        home = self.desk.settings.scheme
        for scheme in (scheme for scheme in self.desk.grammar.schemes if scheme.scheme == home):
            for words in scheme.levels:
                yield from ((Level(home, words.name, words.rank), text) for text in words.words)


def _for_officers(decision: Decision) -> Decision:
    """Nothing is done but that officers are told: anybody could say so of anybody's message."""
    return replace(decision, deeds=frozenset({"incident"}), would=decision.would | decision.deeds)
