"""What people write after a command's verb: user ids as text or as pills, fields parted by semicolons, and times."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bots.identity.roster.unseen import unseen
from bots.identity.tag import Words
from bridge.model import UserId, user_id
from bridge.saying import Saying
from bridge.spans import span

LONGEST = 200
"""Characters of a name, designation or organisation."""

_FOR = re.compile(r"\s+for\s+([0-9]{1,4}\s*[smhd])\s*$", re.IGNORECASE)
_HINDI_FOR = re.compile(r"\s+([0-9]{1,4})\s*(मिनट|घंटे|घंटा|घण्टे|दिन)\s*(?:के\s+लिए|तक)?\s*$")
_HINDI_UNITS = {"मिनट": "m", "घंटे": "h", "घंटा": "h", "घण्टे": "h", "दिन": "d"}


def person(rest: str) -> tuple[UserId | None, str]:
    """The user id with which the words begin, and what follows it."""
    first, _, more = rest.strip().partition(" ")
    return user_id(first.rstrip(",:;")) if ":" in first else None, more.strip()


def length(rest: str) -> tuple[str, timedelta | None]:
    """The words without the time at their end, and that time: `… for 2h`, `… 2 घंटे के लिए`."""
    if (found := _FOR.search(f" {rest}")) is not None:
        text = found[1].replace(" ", "").lower()
        return rest[: max(0, found.start() - 1)].strip(), span(text)
    if (found := _HINDI_FOR.search(f" {rest}")) is not None:
        return rest[: max(0, found.start() - 1)].strip(), span(found[1] + _HINDI_UNITS[found[2]])
    return rest.strip(), None


@dataclass(frozen=True)
class Odd:
    """Words that cannot be shown as a name."""

    why: Saying


def fields(rest: str) -> Words | Odd | None:
    """`name; designation; organisation; office`; None where the form is not this."""
    parts = [" ".join(part.split()) for part in rest.split(";")]
    if not 3 <= len(parts) <= 4 or not all(parts[:3]):
        return None
    for part in parts:
        if len(part) > LONGEST:
            return Odd(Saying.of("id-too-long", most=LONGEST))
        if part and (found := unseen(part)):
            return Odd(Saying.of("id-unseen-sign", sign=found[0]))
    return Words(*parts)
