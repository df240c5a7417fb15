"""A row's cells as a person, or everything that is wrong with them. Cells repeat from row to row, so that each text is
understood once, and equal texts are kept once.
"""

import re
import sys
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from bots.identity.roster.person import Person, Role
from bots.identity.roster.problem import Flaw
from bots.identity.roster.source import COLUMNS, Cells
from bots.identity.roster.unseen import unseen
from bridge.config_problem import shown
from bridge.model import user_id

LONGEST_NAME = 200
"""Characters; the names of offices are long, those of people are not."""
REPEATED = 8192
"""Different texts of a column that are remembered while rows are read."""

_ID = re.compile(r"@[^:\s\x00-\x20]+:[A-Za-z0-9.\-:\[\]]{1,230}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,6}")
_SEVERAL = re.compile(r"[;\s]+")
_ORDINARY = re.compile(r"[ -~\u0900-\u0963\u0966-\u0d7f]{1,200}")
"""Text that needs no closer look: ASCII and the scripts of India."""


def understood(cells: Cells) -> Person | tuple[Flaw, ...]:
    """The person of a row, or all its flaws."""
    person_id, name, designation, organisation, office, roles, languages, start, end = cells
    parts = (
        _id(person_id), _name(name), _text("designation", designation), _text("organisation", organisation),
        _text("office", office), _roles(roles), _languages(languages),
        _day("valid_from", start), _day("valid_until", end),
    )  # fmt: skip
    if flaws := tuple([part for part in parts if isinstance(part, Flaw)]):
        return flaws
    person = Person(*parts)  # type: ignore[arg-type]
    return _backwards(person) or person


def _backwards(person: Person) -> tuple[Flaw, ...]:
    if person.valid_from is None or person.valid_until is None or person.valid_from <= person.valid_until:
        return ()
    what = f"valid_from {person.valid_from} is after valid_until {person.valid_until}"
    return (Flaw(what, "exchange or correct the two days"),)


def _id(text: str) -> str | Flaw:
    text = text.strip()
    if _ID.fullmatch(text) and (text.isascii() or not unseen(text)) and user_id(text):
        return text
    return Flaw(f"user_id {_quoted(text)} is no Matrix id", "write it as @ravi:mha.example")


def _name(text: str) -> str | Flaw:
    text = text.strip()
    if not text:
        return Flaw("the name is empty", "write the person's name, or remove the row")
    return text if _ORDINARY.fullmatch(text) else _looked_at("name", text)


def _looked_at(column: str, text: str) -> str | Flaw:
    if len(text) > LONGEST_NAME:
        return Flaw(f"{column} has {len(text)} characters", f"shorten it to {LONGEST_NAME}")
    if hidden := unseen(text):
        return Flaw(f"{column} holds what nobody sees: {', '.join(hidden[:3])}", "write it anew, without pasting")
    return text


@lru_cache(REPEATED)
def _text(column: str, text: str) -> str | Flaw:
    looked = _looked_at(column, text.strip())
    return sys.intern(looked) if isinstance(looked, str) else looked


@lru_cache(REPEATED)
def _roles(text: str) -> frozenset[Role] | Flaw:
    roles = set()
    for word in filter(None, _SEVERAL.split(text)):
        folded = word.lower().replace("-", "_")
        if folded not in _ROLES:
            return Flaw(f"there is no role {_quoted(word)}", _meant(folded))
        roles.add(Role(folded))
    return frozenset(roles)


_ROLES = frozenset(Role)


def _meant(word: str) -> str:
    near = get_close_matches(word[:60], [str(role) for role in Role], n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"the roles are: {', '.join(Role)}"


@lru_cache(REPEATED)
def _languages(text: str) -> tuple[str, ...] | Flaw:
    tags = tuple(dict.fromkeys(filter(None, _SEVERAL.split(text))))
    for tag in tags:
        if not _LANGUAGE.fullmatch(tag):
            return Flaw(f"{_quoted(tag)} is no language", "write BCP 47 tags, such as hi or en-IN")
    return tags


@lru_cache(REPEATED)
def _day(column: str, text: str) -> date | Flaw | None:
    text = text.strip()
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    return Flaw(f"{column} {_quoted(text)} is no day", "write year-month-day, such as 2026-01-31")


def column(name: str) -> str | Flaw:
    """The column that a header or key names, or the nearest in the mend."""
    folded = name.strip().lower().replace(" ", "_").replace("-", "_")
    if folded in COLUMNS:
        return folded
    near = get_close_matches(folded[:60], COLUMNS, n=1, cutoff=0.6)
    mend = f"did you mean {near[0]}?" if near else f"the columns are: {', '.join(COLUMNS)}"
    return Flaw(f"there is no column {_quoted(name.strip())}", mend)


def _quoted(text: str) -> str:
    return f'"{shown(text, 40)}"'
