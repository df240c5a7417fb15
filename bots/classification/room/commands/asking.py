"""What every member may ask: `why`, `wrong`, `ceiling`, `help`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.classification import explain
from bots.classification.account import ACCOUNT
from bots.classification.ceiling import UnknownLevel, level
from bots.classification.room import ceilings, officers, verdicts
from bots.classification.room.acting import CASE, found
from bots.classification.room.cases import Case
from bots.classification.room.commands import finding
from bots.classification.room.commands.rights import SETTING, in_office, is_at_home
from bots.classification.room.desk import Desk
from bridge import private
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.rights import Asked, Place, Verdict, authorise
from bridge.saying import Saying

MOST = 5
"""Rules that one answer explains."""


@dataclass(frozen=True)
class Asking:
    """The deeds."""

    desk: Desk

    async def help(self, hearing: Hearing) -> Content:
        """What the sender may ask for here."""
        lines = ["mark-help"]
        if hearing.place in (Place.DEPARTMENT, Place.HUB):
            lines.append("mark-help-room")
        if is_at_home(self.desk, hearing):
            lines.append("mark-help-officer")
        return together([hearing.voice.notice(line) for line in lines])

    async def why(self, hearing: Hearing) -> Content:
        """Why something was held, removed or reminded of: all of it to its writer and to officers, to others which rule
        spoke. A room with others hears only that it was answered.
        """
        case = await finding.case(self.desk, hearing)
        if case is None or not await self._may_ask(hearing, case):
            return hearing.voice.notice("mark-which")
        answer = await self._answer(hearing, case)
        if hearing.place is Place.PRIVATE or is_at_home(self.desk, hearing):
            return answer
        connection, kek = hearing.connection, hearing.kek
        homeserver = hearing.room.homeserver
        chat = await private.chat(connection, kek, self.desk.customs, ACCOUNT, hearing.sender, homeserver)
        if chat is None:
            return hearing.voice.notice("mark-no-chat")
        await private.say(connection, kek, ACCOUNT, chat, f"{hearing.cause}:why", {**answer, CASE: case.number})
        return hearing.voice.notice("mark-why-in-private")

    async def _answer(self, hearing: Hearing, case: Case) -> Content:
        rules, ceiling = ", ".join(case.rules), await self._ceiling(hearing, case)
        if hearing.sender != case.sender and not in_office(self.desk, hearing):
            return hearing.voice.notice("mark-why-member", rules=rules, ceiling=ceiling)
        number = str(case.number)
        first = hearing.voice.notice("mark-why", number=number, what=found(case), rules=rules, ceiling=ceiling)
        return together([first, *await self._grounds(hearing, case)])

    async def _grounds(self, hearing: Hearing, case: Case) -> Sequence[Content]:
        """What speaks for each rule, and what would change it, from the rule's own words."""
        room = await self.desk.journal.room(hearing.connection, case.room)
        assert room is not None, "a case is of a room"
        kept = await verdicts.of(hearing.connection, self.desk.keyring, room, [case.pos])
        verdict = kept.get(case.pos)
        lines = list(explain.grounds(verdict, self.desk.grammar))[:MOST] if verdict is not None else []
        return [
            hearing.voice.notice("mark-ground", rule=line.rule, reason=line.reason, change=line.change)
            for line in lines
        ]

    async def wrong(self, hearing: Hearing) -> Content:
        """A false alarm: it is counted for each of the case's rules, and an officer is told where one has to decide."""
        case = await finding.case(self.desk, hearing)
        if case is None or not await self._may_ask(hearing, case):
            return hearing.voice.notice("mark-which")
        rows = await hearing.connection.fetch(
            "insert into classification_wrong (number, rule, said_by) select $1, unnest($2::text[]), $3"
            " on conflict do nothing returning rule",
            case.number, list(case.rules), hearing.sender,
        )  # fmt: skip
        if rows:
            what = Saying.of(
                "mark-officer-wrong", number=str(case.number), user=hearing.sender, rules=", ".join(case.rules)
            )
            cause = f"classification:wrong:{case.number}:{hearing.sender}"
            await officers.tell(self.desk, hearing.connection, hearing.kek, cause, what)
        if case.hold == "held":
            return hearing.voice.notice("mark-wrong-held")
        return hearing.voice.notice("mark-wrong-noted")

    async def ceiling(self, hearing: Hearing) -> Content:
        """Alone it tells what the room may carry; `ceiling LEVEL` sets it, `ceiling none` takes that back."""
        place = await ceilings.of(hearing.connection, self.desk, hearing.room)
        if place is None:
            return hearing.voice.notice("mark-no-room")
        if not hearing.rest:
            if place.rules.ceiling is None:
                return hearing.voice.notice("mark-ceiling-none")
            return hearing.voice.notice("mark-ceiling", ceiling=place.rules.ceiling.name)
        if authorise(Asked(SETTING), hearing.facts) is not Verdict.ALLOWED:
            return hearing.voice.notice("mark-ceiling-denied")
        try:
            wanted = hearing.rest.strip()
            new = None if wanted.lower() == "none" else level(self.desk.grammar, wanted, self.desk.settings.scheme)
        except UnknownLevel:
            names = ", ".join(self._levels())
            return hearing.voice.notice("mark-level-unknown", levels=names)
        await ceilings.say(hearing.connection, hearing.here.ref, new, hearing.sender)
        place = await ceilings.by_ref(hearing.connection, self.desk, place.ref)
        now = place.rules.ceiling if place is not None else None
        if now is None:
            return hearing.voice.notice("mark-ceiling-none")
        if new is not None and now.rank < new.rank:
            return hearing.voice.notice("mark-ceiling-lower", ceiling=now.name)
        return hearing.voice.notice("mark-ceiling-set", ceiling=now.name)

    def _levels(self) -> Sequence[str]:
        home = self.desk.settings.scheme
        return [words.name for scheme in self.desk.grammar.schemes if scheme.scheme == home for words in scheme.levels]

    async def _may_ask(self, hearing: Hearing, case: Case) -> bool:
        """Its writer, officers, and whoever replies to it in the place where it happened. By a number nobody else: who
        counts up would learn that something was found on the other side.
        """
        if hearing.sender == case.sender or in_office(self.desk, hearing):
            return True
        if finding.numbered(hearing) is not None:
            return False
        place = await ceilings.by_ref(hearing.connection, self.desk, case.place)
        return place is not None and any(end.ref == hearing.here.ref for end in place.ends)

    async def _ceiling(self, hearing: Hearing, case: Case) -> Saying | str:
        place = await ceilings.by_ref(hearing.connection, self.desk, case.place)
        ceiling = place.rules.ceiling if place is not None else None
        return ceiling.name if ceiling is not None else Saying.of("mark-no-ceiling")
