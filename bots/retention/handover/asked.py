"""What an officer asks to have exported, from a line of chat: `room:!ROOM from:DAY to:DAY person:@USER format:html,csv
purpose: WHY; QUERY`, of which the room and the purpose must be there. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from bots.retention.export.request import Form, Request, Selection, forms
from bots.retention.search.query import BadQuery, day_begins, read
from bridge.model import storable, user_id
from bridge.saying import Saying

OPTIONS = ("room", "from", "to", "person", "format")
DEFAULT = (Form.JSONL, Form.HTML)
LONGEST = 500
"""Characters of the purpose."""

_LINE = re.compile(r"(.*?)(?:^|\s)purpose:\s*([^;]*[^;\s])\s*(?:;\s*(.*\S)?\s*)?", re.IGNORECASE | re.DOTALL)


class BadExport(Exception):
    """What cannot be exported: what is wrong, to be said to whoever asks."""

    def __init__(self, what: Saying) -> None:
        super().__init__(str(what))
        self.what = what


@dataclass(frozen=True)
class Asked:
    """An export that somebody wants."""

    selection: Selection
    forms: tuple[Form, ...]
    purpose: str

    def by(self, actor: str, zone: str) -> Request:
        """The same as what is made."""
        return Request(self.selection, self.forms, self.purpose, actor, zone)


def line(text: str, zone: tzinfo) -> Asked:
    """From chat; days are those of the zone. Raises BadExport."""
    given = _LINE.fullmatch(text.strip())
    if given is None or len(given[2]) > LONGEST or storable(given[2], 4 * LONGEST) is None:
        raise BadExport(Saying.of("records-export-usage"))
    try:
        options = _options(given[1])
        selection = Selection(
            _room(options), _day(options, "from", zone), _day(options, "to", zone), _person(options),
            _query(given[3], options, zone),
        )  # fmt: skip
    except BadQuery as error:
        raise BadExport(error.what) from error
    if selection.since is not None and selection.until is not None and selection.since > selection.until:
        raise BadExport(Saying.of("records-export-backwards"))
    return Asked(selection, _forms(options), given[2])


def _options(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for piece in text.split():
        key, colon, value = piece.partition(":")
        name = key.casefold()
        if not colon or not value or name not in OPTIONS or name in found:
            raise BadExport(Saying.of("records-export-option", given=piece[:80]))
        found[name] = value
    return found


def _room(options: Mapping[str, str]) -> str:
    room = options.get("room", "")
    if not room.startswith("!") or storable(room) is None:
        raise BadExport(Saying.of("records-query-room", given=room[:80]))
    return room


def _day(options: Mapping[str, str], key: str, zone: tzinfo) -> str | None:
    if (given := options.get(key)) is None:
        return None
    day_begins(given, zone)
    return date.fromisoformat(given).isoformat()


def _person(options: Mapping[str, str]) -> str | None:
    person = options.get("person")
    if person is not None and user_id(person) is None:
        raise BadExport(Saying.of("records-export-person", given=person[:80]))
    return person


def _query(text: str | None, options: Mapping[str, str], zone: tzinfo) -> str | None:
    if text is not None:
        read(f"{text} room:{options['room']}", zone)  # as the export will ask
    return text


def _forms(options: Mapping[str, str]) -> tuple[Form, ...]:
    try:
        return forms(options["format"]) if "format" in options else DEFAULT
    except ValueError:
        known = ", ".join(Form)
        raise BadExport(Saying.of("records-export-format", known=known, given=options["format"][:80])) from None
