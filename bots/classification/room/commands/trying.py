"""What was only counted lately, and not done, since rules or rooms are on trial; numbers and ids only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bots.classification.room import would
from bots.classification.room.commands.rights import is_at_home
from bots.classification.room.desk import Desk
from bots.classification.settings import Deed
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.saying import Saying

DAYS = 30
MOST = 10
"""Rules or rooms that one line names."""

_DEEDS: Mapping[Deed, Saying] = {
    "note": Saying.of("mark-would-note"),
    "remind": Saying.of("mark-would-remind"),
    "warn": Saying.of("mark-would-warn"),
    "hold": Saying.of("mark-would-hold"),
    "redact": Saying.of("mark-would-redact"),
    "incident": Saying.of("mark-would-incident"),
    "restrict": Saying.of("mark-would-restrict"),
}


@dataclass(frozen=True)
class Trying:
    """The deeds."""

    desk: Desk

    async def would(self, hearing: Hearing) -> Content:
        """Of each deed how often, by which rules, in which rooms."""
        if not is_at_home(self.desk, hearing):
            return hearing.voice.notice("mark-not-here")
        found = await would.since(hearing.connection, self.desk.clock() - timedelta(days=DAYS))
        if not found:
            return hearing.voice.notice("mark-would-nothing", days=DAYS)
        lines = [
            hearing.voice.notice(
                "mark-would-line",
                deed=_DEEDS[one.deed],
                times=one.times,
                rules=_most(one.rules),
                rooms=_most(one.rooms),
            )
            for one in found
        ]
        return together([hearing.voice.notice("mark-would", days=DAYS), *lines])


def _most(counts: Counter[str]) -> str:
    """The most frequent, each with its number."""
    named = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    more = ", …" if len(named) > MOST else ""
    return ", ".join(f"{name} {times}" for name, times in named[:MOST]) + more
