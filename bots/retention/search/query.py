"""What is asked for: words, "a phrase", begin*, sender:, room:, from:, to:, kind:, all of which must hold. Parsed the
same from the command line and from chat; what an event must have to be meant is told here too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from bots.retention.search.said import Kind
from bots.retention.search.tokens import KEPT
from bots.retention.search.words import words
from bridge.model import user_id
from bridge.saying import Saying

Phrase = tuple[str, ...]
"""Words that follow each other in one text; often one."""

LONGEST, MOST = 1_000, 30
"""Characters of a query, and its parts."""

_PART = re.compile(r'[“”"]([^“”"]*)[“”"]?|(\S+)')
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadQuery(Exception):
    """A query that cannot be asked: what is wrong with it, to be said to whoever asks."""

    def __init__(self, what: Saying) -> None:
        super().__init__(str(what))
        self.what = what


@dataclass(frozen=True)
class Query:
    """All of this must hold."""

    phrases: tuple[Phrase, ...] = ()
    beginnings: tuple[str, ...] = ()
    sender: str | None = None
    room: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    kind: Kind | None = None

    @property
    def wanted(self) -> bool:
        """Whether it asks for anything; rooms and dates alone would give all."""
        return bool(self.phrases or self.beginnings or self.sender or self.kind)

    def means(self, texts: Sequence[Sequence[str]]) -> bool:
        """Whether these words, text by text, are what it asks for."""
        return all(any(_holds(text, phrase) for text in texts) for phrase in self.phrases) and all(
            any(word.startswith(beginning) for text in texts for word in text) for beginning in self.beginnings
        )


def _holds(text: Sequence[str], phrase: Phrase) -> bool:
    size = len(phrase)
    return any(tuple(text[at : at + size]) == phrase for at in range(len(text) - size + 1))


def read(text: str, zone: tzinfo) -> Query:
    """The query that somebody wrote; days are those of the zone.

    Raises:
        BadQuery: with what is wrong.
    """
    parts = _PART.findall(text)
    if len(text) > LONGEST or len(parts) > MOST:
        raise BadQuery(Saying.of("records-query-long", characters=LONGEST, most=MOST))
    query = Query()
    for quoted, plain in parts:
        key, colon, value = plain.partition(":")
        read_key = _KEYS.get(key.casefold()) if colon else None
        query = read_key(query, value, zone) if read_key else _with_words(query, quoted or plain, bool(quoted))
    if not query.wanted:
        raise BadQuery(Saying.of("records-query-empty"))
    return query


def terms(text: str) -> Sequence[Query]:
    """Each word, "phrase" and beginning* of a text as a query of its own; commas may stand between them.

    Raises:
        BadQuery: with what is wrong.
    """
    parts = [(quoted, plain.strip(",")) for quoted, plain in _PART.findall(text)]
    if len(text) > LONGEST or len(parts) > MOST:
        raise BadQuery(Saying.of("records-query-long", characters=LONGEST, most=MOST))
    found = [_with_words(Query(), quoted or plain, bool(quoted)) for quoted, plain in parts]
    return [one for one in found if one.wanted]


def _with_words(query: Query, text: str, quoted: bool) -> Query:
    found = tuple(words(text))
    if quoted or not text.endswith("*") or not found:
        return replace(query, phrases=(*query.phrases, found)) if found else query
    *before, begin = found
    if len(begin) < KEPT[0]:
        raise BadQuery(Saying.of("records-query-short", beginning=text, least=KEPT[0]))
    phrases = (*query.phrases, tuple(before)) if before else query.phrases
    return replace(query, phrases=phrases, beginnings=(*query.beginnings, begin))


def _sender(query: Query, value: str, _: tzinfo) -> Query:
    if user_id(value) is None:
        raise BadQuery(Saying.of("records-query-sender", given=value))
    return replace(query, sender=value)


def _room(query: Query, value: str, _: tzinfo) -> Query:
    if not value.startswith("!"):
        raise BadQuery(Saying.of("records-query-room", given=value))
    return replace(query, room=value)


def _since(query: Query, value: str, zone: tzinfo) -> Query:
    return replace(query, since=day_begins(value, zone))


def _until(query: Query, value: str, zone: tzinfo) -> Query:
    return replace(query, until=day_begins(value, zone, after=timedelta(days=1)))


def day_begins(value: str, zone: tzinfo, after: timedelta = timedelta()) -> datetime:
    """The first moment of a day, or of the day after."""
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return datetime.combine(date.fromisoformat(value) + after, time(), zone)
    except (ValueError, OverflowError) as error:
        raise BadQuery(Saying.of("records-query-day", given=value)) from error


def _kind(query: Query, value: str, _: tzinfo) -> Query:
    try:
        return replace(query, kind=Kind(value.casefold()))
    except ValueError as error:
        raise BadQuery(Saying.of("records-query-kind", given=value, known=", ".join(Kind))) from error


_KEYS: Mapping[str, Callable[[Query, str, tzinfo], Query]] = {
    "sender": _sender, "room": _room, "from": _since, "to": _until, "kind": _kind,
}  # fmt: skip
