"""Which case a command is about: the one that its first argument numbers, the one of the notice that it replies to, or
that of the message that it replies to.
"""

from bots.classification.room import cases, labels
from bots.classification.room.acting import CASE
from bots.classification.room.cases import Case
from bots.classification.room.desk import Desk
from bridge.hearing import Hearing
from bridge.seal import CannotOpen


def replied_to(hearing: Hearing) -> str | None:
    """The event that the command replies to."""
    relation = hearing.entry.event.content.get("m.relates_to")
    reply = relation.get("m.in_reply_to") if isinstance(relation, dict) else None
    event_id = reply.get("event_id") if isinstance(reply, dict) else None
    return event_id if isinstance(event_id, str) and event_id in hearing.entry.event.related else None


def numbered(hearing: Hearing) -> int | None:
    """The number that the first argument is."""
    first = (hearing.name or "").removeprefix("#")
    return int(first) if first.isascii() and first.isdigit() and len(first) < 18 else None


async def case(desk: Desk, hearing: Hearing) -> Case | None:
    """The case; None where the command names none."""
    if (number := numbered(hearing)) is not None:
        return await cases.by_number(hearing.connection, number)
    if (event_id := replied_to(hearing)) is None:
        return None
    if (number := await _of_notice(desk, hearing, event_id)) is not None:
        return await cases.by_number(hearing.connection, number)
    about = await labels.original(hearing.connection, desk, hearing.room, event_id)
    if about is None:
        return None
    return next(iter(await cases.of_event(hearing.connection, about.room.ref, about.event_id)), None)


async def _of_notice(desk: Desk, hearing: Hearing, event_id: str) -> int | None:
    """The case of which one of our own notices speaks."""
    pos = await hearing.connection.fetchval(
        "select pos from seen where room = $1 and event_id = $2", hearing.room.ref, event_id
    )
    if pos is None:
        return None
    [entry] = await desk.journal.read_at(hearing.connection, hearing.room, [pos])
    try:
        event = entry.event
    except CannotOpen:
        return None
    ours = event.sender is not None and desk.ours(event.sender, hearing.room.homeserver)
    number = event.content.get(CASE)
    return number if ours and isinstance(number, int) and not isinstance(number, bool) else None
