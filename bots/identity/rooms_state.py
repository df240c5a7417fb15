"""Says in a room's state what the room asks of its people, so that clients and other bots can tell: whether it is open
to externals, whether people must say who they are, whether it is public.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.policy import Rules
from bridge import powers_in
from bridge.actions import SetState
from bridge.model import EndpointRef
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

STATE = "in.setu.identity.room"


AFTER = timedelta(minutes=1)
"""After which a room is tried again in which our bot had no power."""


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


FREE = _digest({"externals": "open", "identity": "free", "public": False})
"""What need not be said where nothing else was said before."""


class Declaring:
    """Says it at each end where our bot may; the same again is not said twice in a row."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tried: dict[EndpointRef, datetime] = {}

    async def declare(self, connection: Connection, kek: Kek, places: Sequence[Place]) -> None:
        """What has changed, of these places."""
        refs = [end.ref for there in places for end in there.ends]
        said = await connection.fetch("select endpoint, declared from identity_room where endpoint = any($1)", refs)
        declared = {row["endpoint"]: row["declared"] for row in said}
        for there in places:
            content = _content(there.rules)
            for end in there.ends:
                if declared.get(end.ref, FREE) != _digest(content) and self._may_try(end.ref):
                    await self._put(connection, kek, end, content)

    def _may_try(self, end: EndpointRef) -> bool:
        """Where our bot had no power it is looked again after a while: what a room's levels are costs a few queries."""
        tried = self._tried.get(end)
        return tried is None or self._desk.known.clock() - tried > AFTER

    async def _put(self, connection: Connection, kek: Kek, end: Endpoint, content: Mapping[str, object]) -> None:
        bot = end.keeper or self._desk.customs.bot_on(end.homeserver)
        powers = await powers_in.of_end(connection, self._desk.journal, end)
        if powers is None or powers.of(bot) < powers.needed(STATE):
            self._tried[end.ref] = self._desk.known.clock()
            return
        number = await connection.fetchval(
            "insert into identity_room (endpoint, declared) values ($1, $2) on conflict (endpoint) do update"
            " set declared = $2, times = identity_room.times + 1 returning times",
            end.ref, _digest(content),
        )  # fmt: skip
        cause = f"identity:room:{end.ref}:{number}"
        await outbox.put(connection, kek, end.lane, cause, [SetState(bot, STATE, "", content)])


def _content(rules: Rules) -> Mapping[str, object]:
    return {
        "externals": "open" if rules.externals == "open" else "closed",
        "identity": "required" if rules.enforce == "on" else "asked" if rules.enforce == "simulate" else "free",
        "public": rules.public,
    }
