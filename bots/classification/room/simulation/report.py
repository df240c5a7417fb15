"""What a simulation found, as a person reads it in a terminal, and as one JSON object. Pure; numbers and ids only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bots.classification.room.simulation.asked import Asked
from bots.classification.room.simulation.tally import Count, Found, Row
from bots.classification.settings import Deed
from bridge.config_problem import shown
from bridge.model import Room

_HEADS: Mapping[Deed, str] = {
    "note": "noted", "remind": "reminded", "warn": "warned", "hold": "held", "redact": "redacted",
    "incident": "incidents", "restrict": "restricted",
}  # fmt: skip
LEGEND = """\
A message counts for each rule that spoke about it. +: of these, where it was not done then. -: where it was done then,
and would not be now. ~: only counted, since the rule or the room is on trial. False alarms: so many were called that
with `!mark wrong`, so many of them would be raised again."""


def as_json(asked: Asked, found: Found) -> str:
    """One object."""
    rules, rooms = _rules(found), _rooms(found)
    return json.dumps(
        {
            "since": asked.since.isoformat(),
            **asdict(found.seen),
            "files_simulated": False,
            "all": _told(found.tally.all),
            "by_rule": {rule: _told(row) for rule, row in rules},
            "by_room": [{"homeserver": r.homeserver, "room": r.room_id, **_told(row)} for r, row in rooms],
        }
    )


def _told(row: Row) -> Mapping[str, Any]:
    return {
        "messages": asdict(row.messages),
        **{deed: asdict(count) for deed, count in row.deeds.items()},
        "false_alarms": {"called": row.called_wrong, "still": row.still},
    }


def render(asked: Asked, found: Found) -> str:
    """A table by rule, one by room, and what was left out."""
    lines = [*_summary(asked, found)]
    if found.tally.all.is_empty:
        return "\n".join([*lines, "", "Nothing would be done, and nothing was."])
    rows: list[Sequence[str]] = [_head("by rule")]
    rows += [_line(rule, row) for rule, row in _rules(found)]
    rows += [(), _head("by room")]
    rows += [_line(f"{room.homeserver} {shown(room.room_id, 255)}", row) for room, row in _rooms(found)]
    rows += [(), _line("all", found.tally.all)]
    return "\n".join([*lines, "", *_aligned(rows), "", LEGEND])


def _summary(asked: Asked, found: Found) -> Iterator[str]:
    seen = found.seen
    since = f"{asked.rules}, since {asked.since:%Y-%m-%d %H:%M} UTC"
    yield f"{since}: {seen.messages} messages in {seen.rooms} rooms judged"
    yield f"files: not simulated ({seen.files} messages)"
    if seen.not_readable:
        yield f"not readable: {seen.not_readable} entries"
    if seen.not_judged:
        yield f"could not be judged: {seen.not_judged} messages"
    if seen.rooms_left_out:
        yield f"left out: {seen.rooms_left_out} rooms in which Setu does not stand"


def _rules(found: Found) -> Sequence[tuple[str, Row]]:
    rows = [(rule, row) for rule, row in found.tally.rules.items() if not row.is_empty]
    return sorted(rows, key=lambda one: (-_weight(one[1]), one[0]))


def _rooms(found: Found) -> Sequence[tuple[Room, Row]]:
    return sorted(found.tally.rooms.items(), key=lambda one: (-_weight(one[1]), one[0].homeserver, one[0].room_id))


def _weight(row: Row) -> int:
    return row.messages.would + row.messages.gone + row.messages.tried


def _head(of: str) -> Sequence[str]:
    return (of, "messages", *_HEADS.values(), "false alarms")


def _line(name: str, row: Row) -> Sequence[str]:
    wrong = f"{row.called_wrong}, {row.still} again" if row.called_wrong else ""
    return (name, _cell(row.messages), *(_cell(row.deeds[deed]) for deed in _HEADS), wrong)


def _cell(count: Count) -> str:
    signs = (("+", count.new), ("-", count.gone), ("~", count.tried))
    if count == Count():
        return "."
    return " ".join([str(count.would), *(f"{sign}{number}" for sign, number in signs if number)])


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*(row for row in rows if row), strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
