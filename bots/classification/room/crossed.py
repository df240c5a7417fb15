"""What is found only after a message has crossed cannot be held any more: it is an incident, for officers to decide."""

from dataclasses import replace

from bots.classification.room.cases import About
from bots.classification.room.decision import Decision
from bridge.store.database import Connection


async def heed(connection: Connection, about: About, decision: Decision) -> Decision:
    """The decision, as it can still be done."""
    if "hold" not in decision.deeds or "redact" in decision.deeds or not await has(connection, about):
        return decision
    return replace(decision, deeds=decision.deeds - {"hold"} | {"incident"})


async def has(connection: Connection, about: About) -> bool:
    """Whether a copy of it was ordered anywhere."""
    found = "select 1 from crossing where room = $1 and pos = $2 and fate = 'ordered' limit 1"
    return await connection.fetchval(found, about.room.ref, about.pos) is not None
