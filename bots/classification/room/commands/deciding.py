"""What security officers decide: what is held crosses or does not, incidents are contained, worked through and closed.
Each decision is kept with its reason. Nobody decides about what they wrote themselves.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bots.classification.room import cases, containment, releasing, restriction, steps
from bots.classification.room.acting import found
from bots.classification.room.cases import Case
from bots.classification.room.commands import finding
from bots.classification.room.commands.rights import is_at_home
from bots.classification.room.desk import Desk
from bots.classification.room.steps import CHECKLIST
from bridge.hearing import Content, Hearing
from bridge.model import user_id
from bridge.notices import together
from bridge.saying import Saying
from bridge.store import places

MOST = 20
"""Cases that one answer names."""

_STATES = {"open": "mark-state-open", "contained": "mark-state-contained", "closed": "mark-state-closed"}
_ITEMS: Mapping[str, Saying] = {
    "readers": Saying.of("mark-check-readers"),
    "devices": Saying.of("mark-check-devices"),
    "servers": Saying.of("mark-check-servers"),
    "owner": Saying.of("mark-check-owner"),
    "lesson": Saying.of("mark-check-lesson"),
}
"""Of the checklist (`CHECKLIST`)."""


@dataclass(frozen=True)
class Deciding:
    """The deeds."""

    desk: Desk

    async def held(self, hearing: Hearing) -> Content:
        """What waits for a decision."""
        if not is_at_home(self.desk, hearing):
            return _elsewhere(hearing)
        waiting = await cases.held(hearing.connection, MOST)
        return await self._list(hearing, waiting, "mark-nothing-held", "mark-held-line")

    async def release(self, hearing: Hearing) -> Content:
        """`release N WHY`: it crosses, late, with what depends on it."""
        return await self._decide(hearing, self._release)

    async def refuse(self, hearing: Hearing) -> Content:
        """`refuse N WHY`: it never crosses."""
        return await self._decide(hearing, self._refuse)

    async def contain(self, hearing: Hearing) -> Content:
        """`contain N WHY`: it is taken back on both sides."""
        return await self._decide(hearing, self._contain)

    async def close(self, hearing: Hearing) -> Content:
        """`close N WHY`: all is done that can be."""
        return await self._decide(hearing, self._close)

    async def incidents(self, hearing: Hearing) -> Content:
        """Those that are not closed; `incidents all` names the closed ones too."""
        if not is_at_home(self.desk, hearing):
            return _elsewhere(hearing)
        states = ["open", "contained", *(["closed"] if hearing.name == "all" else [])]
        found = await cases.incidents(hearing.connection, states, MOST)
        return await self._list(hearing, found, "mark-no-incidents", "mark-incident-line")

    async def incident(self, hearing: Hearing) -> Content:
        """`incident N`: its state, who could read it, the checklist, what remains."""
        if not is_at_home(self.desk, hearing):
            return _elsewhere(hearing)
        case = await self._case(hearing)
        if case is None or case.incident is None:
            return hearing.voice.notice("mark-which-number")
        return together([await self._line(hearing, case, "mark-incident-line"), *await self._details(hearing, case)])

    async def check(self, hearing: Hearing) -> Content:
        """`check N ITEM`: a point of the checklist is seen to."""
        if not is_at_home(self.desk, hearing):
            return _elsewhere(hearing)
        case, words = await self._case(hearing), hearing.arguments
        if case is None or case.incident is None or len(words) < 2 or words[1] not in CHECKLIST:
            return hearing.voice.notice("mark-check-usage", items=", ".join(CHECKLIST))
        reason = " ".join(words[2:])
        await steps.note(hearing.connection, hearing.kek, case, "check", hearing.sender, reason, words[1])
        return together(await self._checklist(hearing, case))

    async def lift(self, hearing: Hearing) -> Content:
        """`lift N WHY`: who was kept from writing because of a case may write again."""
        return await self._decide(hearing, self._lift)

    async def _decide(self, hearing: Hearing, deed: Callable[[Hearing, Case, str], Awaitable[Content]]) -> Content:
        """What every decision asks for: an officer's place, a case, a reason, and that it is not one's own."""
        if not is_at_home(self.desk, hearing):
            return _elsewhere(hearing)
        case, reason = await self._case(hearing), " ".join(hearing.arguments[1:])
        if case is None:
            return hearing.voice.notice("mark-which-number")
        if user_id(case.sender) == hearing.sender:
            return hearing.voice.notice("mark-not-oneself")
        if not reason:
            return hearing.voice.notice("mark-why-missing")
        return await deed(hearing, case, reason)

    async def _case(self, hearing: Hearing) -> Case | None:
        number = finding.numbered(hearing)
        return await cases.by_number(hearing.connection, number) if number is not None else None

    async def _release(self, hearing: Hearing, case: Case, reason: str) -> Content:
        number = str(case.number)
        if not await releasing.release(self.desk, hearing.connection, hearing.kek, case):
            return hearing.voice.notice("mark-not-held", number=number)
        await steps.note(hearing.connection, hearing.kek, case, "release", hearing.sender, reason)
        return hearing.voice.notice("mark-released", number=number)

    async def _refuse(self, hearing: Hearing, case: Case, reason: str) -> Content:
        number = str(case.number)
        if not await releasing.refuse(self.desk, hearing.connection, hearing.kek, case):
            return hearing.voice.notice("mark-not-held", number=number)
        await steps.note(hearing.connection, hearing.kek, case, "refuse", hearing.sender, reason)
        return hearing.voice.notice("mark-refused", number=number)

    async def _contain(self, hearing: Hearing, case: Case, reason: str) -> Content:
        if "redact" in case.deeds:
            return hearing.voice.notice("mark-contained-already", number=str(case.number))
        if case.hold == "held":
            await releasing.refuse(self.desk, hearing.connection, hearing.kek, case)
        await cases.contain(hearing.connection, case)
        await containment.contain(self.desk, hearing.connection, hearing.kek, case)
        await steps.note(hearing.connection, hearing.kek, case, "contain", hearing.sender, reason)
        return hearing.voice.notice("mark-containing", number=str(case.number))

    async def _close(self, hearing: Hearing, case: Case, reason: str) -> Content:
        number = str(case.number)
        if case.incident not in ("open", "contained"):
            return hearing.voice.notice("mark-no-incident", number=number)
        if "redact" in case.deeds and (await containment.progress(hearing.connection, case)).waiting:
            return hearing.voice.notice("mark-not-contained", number=number)
        await cases.set_incident(hearing.connection, case, "closed")
        await steps.note(hearing.connection, hearing.kek, case, "close", hearing.sender, reason)
        return hearing.voice.notice("mark-closed", number=number)

    async def _lift(self, hearing: Hearing, case: Case, reason: str) -> Content:
        place = (await places.by_refs(hearing.connection, [case.place], direct=True)).get(case.place)
        connection, kek = hearing.connection, hearing.kek
        if place is None or not await restriction.lift(self.desk, connection, kek, place, case.sender):
            return hearing.voice.notice("mark-not-restricted", user=case.sender)
        await steps.note(connection, kek, case, "lift", hearing.sender, reason)
        return hearing.voice.notice("mark-lifted", user=case.sender)

    async def _list(self, hearing: Hearing, some: Sequence[Case], none: str, line: str) -> Content:
        lines = [await self._line(hearing, case, line) for case in some]
        return together(lines) if lines else hearing.voice.notice(none)

    async def _line(self, hearing: Hearing, case: Case, text: str) -> Content:
        room = await self.desk.journal.room(hearing.connection, case.room)
        return hearing.voice.notice(
            text, number=str(case.number), user=case.sender, room=room.room_id if room is not None else "",
            what=found(case), at=f"{case.at:%Y-%m-%d %H:%M} UTC", state=Saying.of(_STATES[case.incident or "open"]),
        )  # fmt: skip

    async def _details(self, hearing: Hearing, case: Case) -> Sequence[Content]:
        people, servers = await _readers(hearing, case)
        lines = [hearing.voice.notice("mark-incident-readers", people=people, servers=", ".join(servers))]
        progress = await containment.progress(hearing.connection, case)
        if progress.waiting:
            lines.append(hearing.voice.notice("mark-incident-waiting", times=progress.waiting))
        lines += [
            hearing.voice.notice("mark-incident-remains", homeserver=one.homeserver, why=one.why)
            for one in progress.remains
        ]
        return [*lines, *await self._checklist(hearing, case)]

    async def _checklist(self, hearing: Hearing, case: Case) -> Sequence[Content]:
        done = {step.item: step.by for step in await steps.of(hearing.connection, case) if step.step == "check"}
        return [
            hearing.voice.notice("mark-check-done", item=item, what=what, user=done[item])
            if item in done
            else hearing.voice.notice("mark-check-open", item=item, what=what)
            for item, what in _ITEMS.items()
        ]


async def _readers(hearing: Hearing, case: Case) -> tuple[int, Sequence[str]]:
    """How many people are in the rooms that it reached, and of which homeservers; ghosts are not counted."""
    rows = await hearing.connection.fetch(
        "select distinct m.user_id from member m where m.membership = 'join' and m.room in ("
        " select $1::bigint union select r.id from crossing c join endpoint e on e.id = c.endpoint"
        " join room r on r.homeserver = e.homeserver and r.room_id = e.room_id"
        " where c.room = $1 and c.pos = $2 and c.fate = 'ordered')",
        case.room, case.pos,
    )  # fmt: skip
    people = [row["user_id"] for row in rows if not hearing.customs.of_setu(row["user_id"])]
    return len(people), sorted({person.partition(":")[2] for person in people})


def _elsewhere(hearing: Hearing) -> Content:
    return hearing.voice.notice("mark-not-here")
