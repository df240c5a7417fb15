"""Says in a room's state what the room asks of its people, so that clients and other bots can tell: whether it is open
to externals, whether people must say who they are, whether it is public.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.policy import Rules
from bridge import powers_in
from bridge.actions import SetState
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

STATE = "in.setu.identity.room"


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


FREE = _digest({"externals": "open", "identity": "free", "public": False})
"""What need not be said where nothing else was said before."""


async def declare(desk: Desk, connection: Connection, kek: Kek, places: Sequence[Place]) -> None:
    """At each end where our bot may; the same again is not said twice in a row."""
    refs = [end.ref for there in places for end in there.ends]
    said = await connection.fetch("select endpoint, declared from identity_room where endpoint = any($1)", refs)
    declared = {row["endpoint"]: row["declared"] for row in said}
    for there in places:
        content = _content(there.rules)
        for end in there.ends:
            if declared.get(end.ref, FREE) != _digest(content):
                await _put(desk, connection, kek, end, content)


async def _put(desk: Desk, connection: Connection, kek: Kek, end: Endpoint, content: Mapping[str, object]) -> None:
    bot = end.keeper or desk.customs.bot_on(end.homeserver)
    powers = await powers_in.of_end(connection, desk.journal, end)
    if powers is None or powers.of(bot) < powers.needed(STATE):
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
