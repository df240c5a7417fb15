"""What was found, as it is shown: one line of what was said, cut around the words that were asked for."""

from collections.abc import Sequence

from bots.retention.search import said
from bots.retention.search.query import Query
from bots.retention.search.words import words
from bridge.model import Entry


def line(entry: Entry, query: Query, longest: int) -> str:
    """What an entry says; for one that cannot be read, why."""
    return excerpt(entry.unreadable or entry.event.text("body") or " · ".join(said.texts(entry.event)), query, longest)


def excerpt(text: str, query: Query, longest: int) -> str:
    """At most so many characters of a text, in one line, from a little before the first word that was asked for."""
    shown = " ".join(text.split())
    if len(shown) <= longest:
        return shown
    start = max(_first(shown, query) - longest // 4, 0)
    cut = shown[start : start + longest]
    return f"{'… ' if start else ''}{cut}{' …' if start + longest < len(shown) else ''}"


def _first(text: str, query: Query) -> int:
    wanted = {word for phrase in query.phrases for word in phrase}
    at = 0
    for piece in text.split(" "):
        if _any_wanted(words(piece), wanted, query.beginnings):
            return at
        at += len(piece) + 1
    return 0


def _any_wanted(found: Sequence[str], wanted: set[str], beginnings: Sequence[str]) -> bool:
    return any(word in wanted or word.startswith(tuple(beginnings)) for word in found)
