"""What is done about a case: the sender is reminded privately, the room warned in neutral words, the message taken
back, officers told, the sender kept from writing. That it stays at the border is the mirror's doing.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from bots.classification.room import bound, containment, officers, restriction
from bots.classification.room.cases import Case
from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bridge.model import Room
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store.database import Connection
from bridge.store.links import Endpoint

CASE = "in.setu.case"
"""The key in a notice's content that tells which case it is about."""

WARNED_AGAIN = "%Y-%m-%dT%H"
"""A room is warned once in an hour."""

_KINDS: Mapping[str, str] = {
    "marking": "mark-kind-marking", "portion": "mark-kind-marking", "credential": "mark-kind-credential",
    "data": "mark-kind-data", "none": "mark-kind-unread",
}  # fmt: skip


@dataclass(frozen=True)
class Acting:
    """One case, where it happened."""

    desk: Desk
    connection: Connection
    kek: Kek
    place: Ruled
    room: Room
    end: Endpoint
    case: Case

    async def act(self) -> None:
        """Does all that was decided."""
        deeds: Mapping[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "redact": self._redact, "restrict": self._restrict, "remind": self._remind, "warn": self._warn,
        }  # fmt: skip
        for name, deed in deeds.items():
            if name in self.case.deeds:
                await deed()
        if self.case.incident is not None:
            await self._tell_officers("mark-officer-incident")
        elif self.case.hold == "held":
            await self._tell_officers("mark-officer-held")

    async def _redact(self) -> None:
        await containment.contain(self.desk, self.connection, self.kek, self.case)

    async def _restrict(self) -> None:
        await restriction.restrict(self.desk, self.connection, self.kek, self.place, self.case)

    async def _remind(self) -> None:
        """The sender, in private: what was found, what became of it, what to do."""
        became = "removed" if "redact" in self.case.deeds else self.case.hold or "crossed"
        case, room = self.case, self.room.room_id
        cause = f"classification:remind:{case.number}"
        what = Saying.of(_REMINDERS[became], what=found(case), ceiling=self.ceiling, room=room)
        more = Saying.of("mark-remind-more", ceiling=self.ceiling, room=room)
        bounded = await bound.letter(self.connection, self.end, case.sender, cause, what, more)
        if bounded is not None:
            await self.desk.letters.alone(
                self.connection, self.kek, self.end, case.sender, cause, bounded, {CASE: case.number}
            )

    async def _warn(self) -> None:
        """Everybody in the room, in words that tell nobody that there is something to be found."""
        what = Saying.of("mark-warn", ceiling=self.ceiling)
        hour = self.desk.clock().strftime(WARNED_AGAIN)
        cause = f"classification:warn:{self.end.ref}:{hour}"
        await self.desk.letters.tell_room(self.connection, self.kek, self.end, cause, what, {CASE: self.case.number})

    async def _tell_officers(self, text: str) -> None:
        case = self.case
        what = Saying.of(
            text, number=str(case.number), user=case.sender, room=self.room.room_id, what=found(case),
            rules=", ".join(case.rules), ceiling=self.ceiling,
        )  # fmt: skip
        cause = f"classification:case:{case.number}"
        more = Saying.of("mark-officer-more", user=case.sender, room=self.room.room_id)
        bounded = await bound.notice(self.connection, self.end, case, cause, what, more)
        if bounded is not None:
            await officers.tell(self.desk, self.connection, self.kek, cause, bounded)

    @property
    def ceiling(self) -> Saying | str:
        ceiling = self.place.rules.ceiling
        return ceiling.name if ceiling is not None else Saying.of("mark-no-ceiling")


_REMINDERS: Mapping[str, str] = {
    "removed": "mark-remind-removed", "held": "mark-remind-held", "refused": "mark-remind-held",
    "crossed": "mark-remind", "released": "mark-remind", "withdrawn": "mark-remind",
}  # fmt: skip


def found(case: Case) -> Saying:
    """What was found, as the sender and officers are told it: a kind, and a level where there is one."""
    level = case.level.partition(":")[2] if case.level is not None else ""
    return Saying.of(_KINDS[case.kind], level=level)
