"""The bound of what is told: who writes a thousand marked messages in an hour does not get a thousand letters, nor do
officers get a thousand notices. Cases are opened all the same, and can be asked for.
"""

from bots.classification.room.cases import Case
from bridge.saying import Saying
from bridge.store import told
from bridge.store.database import Connection
from bridge.store.links import Endpoint

LETTERS = 5
"""Reminders to one person about one room, in an hour."""

NOTICES = 10
"""To officers about one person in one room, in an hour; about what people mark, whoever wrote it, in one room."""

ANYBODY = ""
"""Stands for a person where it does not matter who wrote it."""


async def letter(
    connection: Connection, end: Endpoint, person: str, cause: str, what: Saying, more: Saying
) -> Saying | None:
    """What the person is told now; `more` once, when it is too much, then None."""
    return await _within(connection, end, person, "classification:letters", LETTERS, cause, what, more)


async def notice(
    connection: Connection, end: Endpoint, case: Case, cause: str, what: Saying, more: Saying
) -> Saying | None:
    """What officers are told now; as `letter`."""
    person = ANYBODY if case.occasion == "label" else case.sender
    return await _within(connection, end, person, "classification:notices", NOTICES, cause, what, more)


async def _within(
    connection: Connection, end: Endpoint, person: str, why: str, most: int, cause: str, what: Saying, more: Saying
) -> Saying | None:
    times = (await told.count(connection, end.ref, person, why, f"{cause}#0")).times
    if times <= most:
        return what
    return more if times == most + 1 else None
