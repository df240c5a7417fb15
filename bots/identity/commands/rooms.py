"""What a room asks of its people, as its moderators say it there: `room [KEY VALUE]`, `preview`, `undo @USER`; and what
administrators say of the rosters: `roster [accept]`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bots.identity import ladder, place, standings
from bots.identity.commands.words import person
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.restoring import lift
from bots.identity.rooms_state import Declaring
from bots.identity.rungs import STEPS
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.saying import Saying

VALUES: Mapping[str, Sequence[str]] = {
    "enforce": ("off", "simulate", "on"),
    "externals": ("open", "ask", "refuse"),
    "enough": ("claim", "verified"),
    "notices": ("direct", "room"),
    "public": ("yes", "no"),
}
"""What moderators may say."""

MOST = 20
"""People that a preview names."""


@dataclass(frozen=True)
class Rooms:
    """The deeds."""

    desk: Desk

    async def room(self, hearing: Hearing) -> Content:
        """Alone it tells the policy; a key and a value change it; `reset` lets the configuration hold again."""
        if (there := await self._place(hearing)) is None:
            return hearing.voice.notice("id-not-of-two")
        match hearing.arguments:
            case ():
                return self._told(hearing, there)
            case ("reset",):
                await hearing.connection.execute("delete from identity_policy where place = $1", there.ref)
            case (key, value) if value in VALUES.get(key, ()):
                await self._set(hearing, there, key, value)
            case _:
                choices = " · ".join(f"{key} {'|'.join(values)}" for key, values in VALUES.items())
                return hearing.voice.notice("id-room-usage", choices=choices)
        there = await self._place(hearing) or there
        await Declaring(self.desk).declare(hearing.connection, hearing.kek, [there])
        return self._told(hearing, there)

    async def preview(self, hearing: Hearing) -> Content:
        """What would come next for those who have not said who they are."""
        if (there := await self._place(hearing)) is None:
            return hearing.voice.notice("id-not-of-two")
        found = await standings.at(hearing.connection, there.ref)
        lines = [self._ahead(hearing, there, one) for one in found[:MOST]]
        if not lines:
            return hearing.voice.notice("id-preview-nobody")
        more = [hearing.voice.notice("id-preview-more", times=len(found) - MOST)] if len(found) > MOST else []
        return together([*lines, *more])

    async def undo(self, hearing: Hearing) -> Content:
        """Takes back what the ladder did to somebody here; it leaves them alone from now on."""
        who, _ = person(hearing.rest)
        if (there := await self._place(hearing)) is None:
            return hearing.voice.notice("id-not-of-two")
        if who is None:
            return hearing.voice.notice("id-undo-usage")
        found = await standings.at(hearing.connection, there.ref, who)
        if not found:
            return hearing.voice.notice("id-undo-nothing")
        for one in found:
            await lift(self.desk, hearing.connection, hearing.kek, there, one, "pardoned")
        return hearing.voice.notice("id-undone", user=who)

    async def roster(self, hearing: Hearing) -> Content:
        """What is wrong in the rosters; `accept` believes a file that lost many people."""
        if hearing.name == "accept":
            await hearing.connection.execute("update identity_roster set accept = true")
            return hearing.voice.notice("id-roster-accepted")
        roster = self.desk.known.roster
        lines = [hearing.voice.notice("id-roster", people=len(roster), problems=len(roster.problems))]
        lines += [hearing.voice.notice("id-roster-problem", problem=str(one)) for one in roster.problems[:MOST]]
        return together(lines)

    async def _place(self, hearing: Hearing) -> Place | None:
        return await place.of(hearing.connection, self.desk.settings, hearing.room)

    async def _set(self, hearing: Hearing, there: Place, key: str, value: str) -> None:
        try:
            place.spoken({key: value})
        except ValidationError as error:  # VALUES and the settings disagree
            raise AssertionError(f"{key} {value} is no policy") from error
        await hearing.connection.execute(
            "insert into identity_policy (place, key, value, said_by) values ($1, $2, $3, $4)"
            " on conflict (place, key) do update set value = $3, said_by = $4, said_at = now()",
            there.ref, key, value, hearing.sender,
        )  # fmt: skip

    def _told(self, hearing: Hearing, there: Place) -> Content:
        rules = there.rules
        return hearing.voice.notice(
            "id-room", enforce=rules.enforce, externals=rules.externals, enough=rules.enough, notices=rules.notices,
            public="yes" if rules.public else "no",
        )  # fmt: skip

    def _ahead(self, hearing: Hearing, there: Place, one: standings.Standing) -> Content:
        rungs = there.rules.rungs_for_externals if one.external else there.rules.rungs
        nexts = ladder.ahead(rungs, one.done, one.since) if one.state == "open" else []
        now = Saying.of(STEPS[rungs[min(one.done, len(rungs)) - 1].step]) if one.done else Saying.of("id-step-none")
        if not nexts:
            return hearing.voice.notice("id-preview-end", user=one.user_id, now=now)
        when = f"{nexts[0].at.astimezone(self.desk.settings.tz):%Y-%m-%d %H:%M}"
        following = Saying.of(STEPS[nexts[0].rung.step])
        return hearing.voice.notice("id-preview-line", user=one.user_id, now=now, next=following, when=when)
