"""A hold as it is told, in whatever language: what was ordered, what it holds, how it stands. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from bots.retention.holds.hold import Act, Criteria, Deed, Hold, Standing
from bridge.saying import Saying

NONE = "–"
LONGEST = 160
"""Characters of each text in chat: an encrypted message must hold several holds, twice, in any script (Matrix: 65,536
bytes an event)."""


def order(hold: Hold, zone: tzinfo, longest: int | None = LONGEST) -> Saying:
    """Number, matter, authority, and by whom it was added when; each text up to so many characters."""
    if not hold.opens:
        return Saying.of("records-hold-closed", hold=hold.number, by=hold.officer.name, when=_time(hold.at, zone))
    return Saying.of(
        "records-hold-order", hold=hold.number, matter=_cut(hold.order.matter, longest),
        authority=_cut(hold.order.authority, longest), by=hold.officer.name, when=_time(hold.at, zone),
    )  # fmt: skip


def criteria(given: Criteria, zone: tzinfo, longest: int | None = LONGEST) -> Sequence[Saying]:
    """What it holds: a line for each criterion, up to so many characters."""
    lines: Mapping[str, str] = {
        "records-hold-persons": ", ".join(given.people),
        "records-hold-rooms": ", ".join(given.rooms),
        "records-hold-terms": ", ".join(given.words),
    }
    told = [Saying(text, {"given": _cut(words, longest)}) for text, words in lines.items() if words]
    if given.since is not None or given.until is not None:
        # The day that is named is the last that is held.
        last = given.until - timedelta(microseconds=1) if given.until is not None else None
        told.append(Saying.of("records-hold-days", since=_day(given.since, zone), until=_day(last, zone)))
    return told


def standing(hold: Hold, now: datetime, zone: tzinfo) -> Saying:
    """How it stands, and what may be done."""
    match hold.standing(now):
        case Standing.HOLDS:
            return Saying.of("records-hold-holds")
        case Standing.ASKED:
            return Saying.of("records-hold-is-asked", hold=hold.number, by=hold.acts[-1].officer.name)
        case Standing.COOLING:
            return Saying.of("records-hold-is-cooling", hold=hold.number, until=_ends(hold.acts[-1], zone))
        case Standing.ENDED:
            return Saying.of("records-hold-has-ended", until=_ends(hold.acts[-1], zone))


def done(number: int, act: Act, zone: tzinfo) -> Saying:
    """What an officer is told when they have done something."""
    match act.deed:
        case Deed.ASKED:
            return Saying.of("records-hold-asked", hold=number)
        case Deed.AGREED:
            return Saying.of("records-hold-agreed", hold=number, until=_ends(act, zone))
        case Deed.TAKEN_BACK:
            return Saying.of("records-hold-taken-back", hold=number)


def _ends(act: Act, zone: tzinfo) -> str:
    assert act.ends_at is not None, "an agreement ends"
    return _time(act.ends_at, zone)


def _time(when: datetime, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M}"


def _day(when: datetime | None, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d}" if when is not None else NONE


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[:longest]} …"
