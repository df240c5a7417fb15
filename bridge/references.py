"""References that can only be filled in at the last moment: the counterpart of another event, which may still lie in
the outbox when this one is planned, and what an earlier order of the same chain made. They stand in a planned content
as small objects in the place of a string.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

EVENT, MADE, SENT = "in.setu.ref.event", "in.setu.ref.made", "in.setu.ref.sent"

Find = Callable[[str], Awaitable[str | None]]
"""Gives what a reference stands for, or None where there is nothing."""


DEEPEST = 32
"""Levels of what a person wrote that are carried; nothing that a client shows lies deeper."""


class Missing(Exception):
    """A reference that stands for nothing, where the event makes no sense without it."""


def event(event_id: str, needed: bool) -> dict[str, Any]:
    """The counterpart, in the room that is sent to, of an event of the room that is read."""
    return {EVENT: event_id, "needed": needed}


def made(ordinal: int) -> dict[str, Any]:
    """What the order with this number in the same chain made: an mxc address."""
    return {MADE: ordinal}


def shifted(content: Any, by: int) -> Any:
    """The content with the numbers of the orders that it refers to raised, where others come before them."""
    match content:
        case {"in.setu.ref.made": int(ordinal)}:
            return made(ordinal + by)
        case Mapping():
            return {key: shifted(value, by) for key, value in content.items()}
        case list():
            return [shifted(item, by) for item in content]
        case _:
            return content


def foreign(value: Any, depth: int = 0) -> Any:
    """What a person wrote, without anything that could pass for a reference or a mark of ours."""
    if depth > DEEPEST:
        return None
    match value:
        case Mapping():
            return {key: foreign(item, depth + 1) for key, item in value.items() if not key.startswith("in.setu.")}
        case list():
            return [foreign(item, depth + 1) for item in value]
        case _:
            return value


def sent(cause: str) -> dict[str, Any]:
    """The event that the order of this cause sent."""
    return {SENT: cause}


async def fill(content: Any, find_event: Find, find_made: Find, find_sent: Find) -> Any:
    """The content with its references filled in; what holds one that is not needed and not there is left out.

    Raises:
        Missing: a needed one is not there.
    """
    match content:
        case {"in.setu.ref.event": str(event_id), "needed": bool(needed)}:
            found = await find_event(event_id)
            if found is None and needed:
                raise Missing(event_id)
            return found
        case {"in.setu.ref.made": int(ordinal)}:
            found = await find_made(str(ordinal))
            if found is None:
                raise Missing(f"order {ordinal}")
            return found
        case {"in.setu.ref.sent": str(cause)}:
            if (found := await find_sent(cause)) is None:
                raise Missing(cause)
            return found
        case Mapping():
            filled = {key: await fill(value, find_event, find_made, find_sent) for key, value in content.items()}
            kept = {key: value for key, value in filled.items() if value is not None or content[key] is None}
            # An object that held nothing but a reference to nothing is nothing: {"m.in_reply_to": {}} is malformed.
            return kept if kept or not content else None
        case list():
            items = [await fill(item, find_event, find_made, find_sent) for item in content]
            return [item for item, before in zip(items, content, strict=True) if item is not None or before is None]
        case _:
            return content
