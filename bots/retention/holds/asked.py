"""What an officer asks to have held, from a line of chat or the arguments of a command: `matter: …; authority: …;
reason: …; persons: @USER; rooms: !ROOM; words: …; from: DAY; to: DAY`. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from bots.retention.holds import terms
from bots.retention.holds.hold import Criteria, Order
from bots.retention.search.query import BadQuery, day_begins
from bridge.model import storable, user_id
from bridge.saying import Saying

ORDER = ("matter", "authority", "reason")
CRITERIA = ("persons", "rooms", "words", "from", "to")
LONGEST, MOST = 500, 100
"""Characters of each text of the order, and people or rooms of a hold."""

_PIECE = re.compile(r'(?:[“”"][^“”"]*[“”"]?|[^;“”"])+')
_NUMBERED = re.compile(r"(\d{1,9})\s+reason:\s*(\S.*)", re.IGNORECASE | re.DOTALL)


class BadHold(Exception):
    """What cannot be held: what is wrong, to be said to whoever asks."""

    def __init__(self, what: Saying) -> None:
        super().__init__(str(what))
        self.what = what


@dataclass(frozen=True)
class Asked:
    """A hold that somebody wants."""

    order: Order
    criteria: Criteria


def line(text: str, zone: tzinfo) -> Asked:
    """From chat. Raises BadHold."""
    given: dict[str, str] = {}
    for piece in filter(None, (piece.strip() for piece in _PIECE.findall(text))):
        key, colon, value = piece.partition(":")
        name = key.strip().casefold()
        if not colon or name not in (*ORDER, *CRITERIA) or name in given:
            raise BadHold(Saying.of("records-hold-key", given=key.strip()[:60]))
        given[name] = value.strip()
    return fields(given, zone)


def fields(given: Mapping[str, str], zone: tzinfo) -> Asked:
    """From the texts under their keys; days are those of the zone. Raises BadHold."""
    for key in ORDER:
        if not 0 < len(given.get(key, "").strip()) <= LONGEST:
            raise BadHold(Saying.of("records-hold-lacks", key=f"{key}:", most=LONGEST))
    try:
        criteria = _criteria(given, zone)
    except BadQuery as error:
        raise BadHold(error.what) from error
    if not (criteria.people or criteria.rooms or criteria.words or criteria.since or criteria.until):
        raise BadHold(Saying.of("records-hold-everything"))
    if criteria.since is not None and criteria.until is not None and criteria.since >= criteria.until:
        raise BadHold(Saying.of("records-hold-backwards"))
    return Asked(Order(*(given[key].strip() for key in ORDER)), criteria)


def number_and_reason(text: str) -> tuple[int, str] | None:
    """`3 reason: WHY`."""
    given = _NUMBERED.fullmatch(text.strip())
    if given is None or len(given[2].strip()) > LONGEST:
        return None
    return int(given[1]), given[2].strip()


def _criteria(given: Mapping[str, str], zone: tzinfo) -> Criteria:
    people, rooms, words = _list(given, "persons"), _list(given, "rooms"), given.get("words", "").strip()
    for person in people:
        if user_id(person) is None:
            raise BadHold(Saying.of("records-hold-person", given=person[:LONGEST]))
    for room in rooms:
        if not room.startswith("!") or storable(room) is None:
            raise BadHold(Saying.of("records-query-room", given=room[:LONGEST]))
    if "words" in given and not terms.read([words]):
        raise BadHold(Saying.of("records-hold-words"))
    since, until = given.get("from"), given.get("to")
    return Criteria(
        people, rooms, (words,) if words else (), day_begins(since, zone) if since is not None else None,
        day_begins(until, zone, after=timedelta(days=1)) if until is not None else None,
    )  # fmt: skip


def _list(given: Mapping[str, str], key: str) -> Sequence[str]:
    """What stands there between commas or spaces. Whoever gives a key means something by it."""
    found = tuple(dict.fromkeys(given.get(key, "").replace(",", " ").split()))
    if key in given and not 0 < len(found) <= MOST:
        raise BadHold(Saying.of("records-hold-how-many", key=f"{key}:", most=MOST))
    return found
