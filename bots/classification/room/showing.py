"""A room's ceiling is shown to its people: in the room's state, for clients and other bots, and where the settings say
so in a line of its topic or in a pinned notice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bots.classification.room import ceilings
from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bridge import powers_in
from bridge.actions import Action, Pin, Send, SetState, TopicLine
from bridge.model import EndpointRef
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

STATE = "in.setu.ceiling"
PINNED, TOPIC = "m.room.pinned_events", "m.room.topic"

SIGN = "▣"
"""With which our line of a topic begins, in every language, so that it is known again."""

AFTER = timedelta(minutes=1)
"""After which a room is tried again in which our bot had no power."""


class Showing:
    """Shows it at each end where our bot may; the same again is not shown twice in a row."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tried: dict[EndpointRef, datetime] = {}

    async def show(self, connection: Connection, kek: Kek) -> None:
        """What has changed."""
        shown = {row["endpoint"]: row for row in await connection.fetch("select * from classification_shown")}
        for place in await ceilings.all_of(connection, self._desk):
            level, how = _told(place)
            for end in place.ends:
                had = shown.get(end.ref)
                before = (had["level"], had["shown"]) if had is not None else (None, "state")
                if (level, how) != before and end.state == "open" and self._may_try(end.ref):
                    await self._put(connection, kek, place, end, had["times"] if had is not None else 0)

    def _may_try(self, end: EndpointRef) -> bool:
        tried = self._tried.get(end)
        return tried is None or self._desk.clock() - tried > AFTER

    async def _put(self, connection: Connection, kek: Kek, place: Ruled, end: Endpoint, times: int) -> None:
        bot = end.keeper or self._desk.customs.bot_on(end.homeserver)
        level, how = _told(place)
        needs = {"state": [STATE], "topic": [STATE, TOPIC], "pinned": [STATE, PINNED]}[how]
        powers = await powers_in.of_end(connection, self._desk.journal, end)
        if powers is None:  # our bot has just made the room, and what is in it is on its way
            return
        if any(powers.of(bot) < powers.needed(one) for one in needs):
            self._tried[end.ref] = self._desk.clock()
            return
        await connection.execute(
            "insert into classification_shown (endpoint, level, shown, times) values ($1, $2, $3, $4)"
            " on conflict (endpoint) do update set level = $2, shown = $3, times = $4",
            end.ref, level, how, times + 1,
        )  # fmt: skip
        cause = f"classification:shown:{end.ref}:{times + 1}"
        await outbox.put(connection, kek, end.lane, cause, [SetState(bot, STATE, "", _content(place))])
        if how != "state" and place.rules.ceiling is not None:
            await self._put_for_people(connection, kek, place, end, cause)

    async def _put_for_people(self, connection: Connection, kek: Kek, place: Ruled, end: Endpoint, cause: str) -> None:
        assert place.rules.ceiling is not None, "only a ceiling is shown"
        bot = end.keeper or self._desk.customs.bot_on(end.homeserver)
        voice = await self._desk.tongues.in_room(connection, end.ref)
        what = Saying.of("mark-shown", ceiling=place.rules.ceiling.name)
        own = f"{cause}:people"
        actions: Sequence[Action] = (
            [TopicLine(bot, f"{SIGN} {voice.words(what)}", SIGN)]
            if place.rules.shown == "topic"
            else [Send(bot, "m.room.message", voice.notice(what)), Pin(bot, f"{own}#0")]
        )
        await outbox.put(connection, kek, end.lane, own, actions)


def _told(place: Ruled) -> tuple[str | None, str]:
    """What is shown of a place, and how; nothing while it is not enforced."""
    ceiling = place.rules.ceiling if place.rules.mode == "enforce" else None
    return (str(ceiling), place.rules.shown) if ceiling is not None else (None, "state")


def _content(place: Ruled) -> dict[str, str]:
    level, _ = _told(place)
    return {"ceiling": level} if level is not None else {}
