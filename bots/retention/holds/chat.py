"""`!records hold add|list|release|keep`, for records officers, in a direct chat with the bot or in the admin room. An
officer of a department orders holds of what its homeserver saw, one of the hub of everything; each sees to those of
their own organisation. What is held is told in the officer's encrypted direct chat alone.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bots.retention.holds import shown
from bots.retention.holds.asked import BadHold, line, number_and_reason
from bots.retention.holds.desk import Desk
from bots.retention.holds.hold import Act, Hold, Officer, Standing
from bots.retention.holds.release import Refused
from bots.retention.search import whisper
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.plugin import Host
from bridge.rights import Place
from bridge.saying import Saying

MOST = 7
"""Holds that an answer names."""

Do = Callable[[Hearing, str], Awaitable[Content]]
Deed = Callable[..., Awaitable[Act | Refused]]


@dataclass(frozen=True)
class Holding:
    """The deeds."""

    host: Host
    desk: Desk
    zone: tzinfo

    async def hold(self, hearing: Hearing) -> Content:
        """Whatever is said after `hold`."""
        if not hearing.facts.of_ours:
            return hearing.voice.notice("records-search-outside")
        verb, _, rest = hearing.rest.strip().partition(" ")
        do = self._verbs.get(verb.casefold())
        return await do(hearing, rest) if do is not None else hearing.voice.notice("records-hold-usage")

    @property
    def _verbs(self) -> Mapping[str, Do]:
        return {"add": self._add, "list": self._list, "release": self._release, "keep": self._keep}

    async def _add(self, hearing: Hearing, rest: str) -> Content:
        try:
            asked = line(rest, self.zone)
        except BadHold as error:
            return hearing.voice.notice(error.what)
        number = await self.desk.add(hearing.connection, hearing.room.homeserver, _officer(hearing), asked)
        return hearing.voice.notice("records-hold-added", hold=number)

    async def _release(self, hearing: Hearing, rest: str) -> Content:
        return await self._done(hearing, rest, self.desk.release)

    async def _keep(self, hearing: Hearing, rest: str) -> Content:
        return await self._done(hearing, rest, self.desk.take_back)

    async def _done(self, hearing: Hearing, rest: str, do: Deed) -> Content:
        given = number_and_reason(rest)
        if given is None:
            return hearing.voice.notice("records-hold-usage")
        number, reason = given
        home = hearing.room.homeserver
        done = await do(hearing.connection, number, _officer(hearing), reason, of=home)
        what = done.why if isinstance(done, Refused) else shown.done(number, done, self.zone)
        return hearing.voice.notice(what)

    async def _list(self, hearing: Hearing, _: str) -> Content:
        """Told privately; a room hears only that it is. The log is taken last, as everywhere."""
        where = await whisper.to(self.host, hearing)
        if isinstance(where, Saying):
            return hearing.voice.notice(where)
        home = hearing.room.homeserver
        of = None if home == self.host.hub else home
        holds = await self.desk.list(hearing.connection, _officer(hearing), home, of)
        await whisper.say(hearing, where, await self._told(hearing, holds))
        here, there = Saying.of("records-hold-here"), Saying.of("records-hold-private")
        answer = here if hearing.place is Place.PRIVATE else there
        return hearing.voice.notice(answer)

    async def _told(self, hearing: Hearing, holds: Sequence[Hold]) -> Content:
        now = self.desk.clock()
        standing = [hold for hold in reversed(holds) if hold.standing(now) is not Standing.ENDED]
        if not standing:
            return hearing.voice.notice("records-hold-none")
        lines = []
        for hold in standing[:MOST]:
            told = [shown.order(hold, self.zone), *shown.criteria(hold.criteria, self.zone)]
            lines += [hearing.voice.notice(one) for one in (*told, shown.standing(hold, now, self.zone))]
        if len(standing) > MOST:
            lines.append(hearing.voice.notice("records-hold-more", holds=len(standing) - MOST))
        return together(lines)


def _officer(hearing: Hearing) -> Officer:
    return Officer(hearing.sender, hearing.sender)
