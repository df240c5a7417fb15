"""What was found, as it is shown: one line of what was said, cut around the words that were asked for."""

from collections.abc import Sequence
from dataclasses import replace

from bots.retention.search import said
from bots.retention.search.file_text import FileText
from bots.retention.search.query import Query
from bots.retention.search.words import words
from bridge.attachments import files_of
from bridge.model import Entry


def line(entry: Entry, query: Query, longest: int) -> str:
    """What an entry says; for one that cannot be read, why."""
    return excerpt(entry.unreadable or entry.event.text("body") or " · ".join(said.texts(entry.event)), query, longest)


def in_file(entry: Entry, file: FileText, query: Query, longest: int) -> tuple[str, str]:
    """The name of a file in whose text something was found, and what it says there."""
    files = files_of(entry.event, stickers=True)
    name = files[file.n].name if file.n < len(files) else ""
    return name, excerpt(max(file.texts, key=lambda text: _fits(text, query), default=""), query, longest)


def _fits(text: str, query: Query) -> int:
    """How much of what was asked for a text has."""
    found = [words(text)]
    each = [replace(query, phrases=(phrase,), beginnings=()) for phrase in query.phrases]
    each += [replace(query, phrases=(), beginnings=(beginning,)) for beginning in query.beginnings]
    return sum(one.means(found) for one in each)


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
