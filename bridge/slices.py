"""Cuts a JSON document into the exact bytes of each element of one of its arrays, so that an event is kept as it came
and not as some parser wrote it again. An element that nests deeper than Python can follow is cut all the same.
"""

import json
import re
from typing import Any

from bridge.model import Event, integer

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
# A text that never ends is taken too, up to the end: else each quote in it would be tried anew.


def events(document: bytes, key: str | None = None) -> list[Event]:
    """The events in the array under `key` of a JSON object, or in a JSON array; none where the key is absent.

    Raises:
        ValueError: the document is not UTF-8, not JSON, or not of that shape.
    """
    reader = _Reader(document.decode("utf-8"))
    found = reader.array() if key is None else reader.object(key)
    reader.end()
    return found


class _Reader:
    """Walks over the top of a JSON text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def array(self) -> list[Event]:
        self._take("[")
        found: list[Event] = []
        while not self._closed("]", first=not found):
            found.append(self._event())
        return found

    def object(self, wanted: str) -> list[Event]:
        self._take("{")
        found: list[Event] = []
        first = True
        while not self._closed("}", first):
            key, first = self._value(), False
            if not isinstance(key, str):
                raise ValueError(f"a key was expected before character {self._at}")
            self._take(":")
            if key == wanted:
                found += self.array()
            else:
                self._value()
        return found

    def end(self) -> None:
        self._skip_space()
        if self._at != len(self._text):
            raise ValueError(f"something follows the document at character {self._at}")

    def _event(self) -> Event:
        self._skip_space()
        start = self._at
        value = self._value()
        raw = self._text[start : self._at].encode()
        return Event(raw, value if isinstance(value, dict) else {})

    def _value(self) -> Any:
        """The value here; None where it nests too deep to be read."""
        self._skip_space()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except RecursionError:
            self._skip_deep()
            return None
        return value

    def _skip_deep(self) -> None:
        depth = 0
        for match in _STRING_OR_BRACKET.finditer(self._text, self._at):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
            if depth == 0:
                self._at = match.end()
                return
        raise ValueError(f"what begins at character {self._at} never ends")

    def _closed(self, bracket: str, first: bool) -> bool:
        """Whether the array or object ends here; else steps over the comma before the next member."""
        self._skip_space()
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        if not first:
            self._take(",")
        return False

    def _take(self, wanted: str) -> None:
        self._skip_space()
        if not self._text.startswith(wanted, self._at):
            raise ValueError(f"{wanted!r} was expected at character {self._at}")
        self._at += 1

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON (RFC 8259, section 6)")


_DECODER = json.JSONDecoder(parse_int=integer, parse_constant=_refuse)
