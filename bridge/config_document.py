"""One YAML file as plain data, with the line and column of every key and value. Only what settings need is taken of
YAML 1.2: mappings, lists and plain values; anchors, tags and a second document are told to the person, not obeyed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bridge.config_problem import ConfigError, Flaw, Loc, Place, Problem, shown
from bridge.config_scalar import meant
from bridge.config_syntax import in_plain_words

DEEPEST = 20
"""No settings nest so far; the stack of the reader is safe."""

_UNFIT = re.compile("[\0\ud800-\udfff]")


@dataclass
class Document:
    """A file's data, where each of its parts stands, and what is wrong in its writing."""

    file: str
    data: Any = None
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    spoilt: set[Loc] = field(default_factory=set)
    """What stands in `problems` already; another complaint about it would only confuse."""

    def place(self, flaw: Flaw) -> Place:
        """Where the flaw stands, or else what it should have stood in."""
        first, second = (self.keys, self.values) if flaw.at == "key" else (self.values, self.keys)
        for end in range(len(flaw.loc), 0, -1):
            if found := first.get(flaw.loc[:end]) or second.get(flaw.loc[:end]):
                return found
            first, second = self.keys, self.values
        return self.values.get((), Place(1, 1))

    def problem(self, flaw: Flaw) -> Problem:
        """The flaw with its line and column."""
        place = self.place(flaw)
        return Problem(self.file, place.line, place.column, flaw.what, flaw.mend)

    def is_spoilt(self, loc: Loc) -> bool:
        """Whether this, or what it stands in, has been complained of."""
        return any(loc[:end] in self.spoilt for end in range(len(loc) + 1))


def parse(file: str, text: str) -> Document:
    """The document in a text; `file` is its name as the person knows it.

    Raises:
        ConfigError: it is not YAML, is empty, or is not a mapping.
    """
    document = Document(file)
    try:
        _Reading(document, YAML(typ="safe", pure=True).parse(text)).read()
    except ConfigError:
        raise
    except Exception as error:  # Hostile bytes make ruamel raise more kinds than its own: OverflowError, ValueError, …
        raise ConfigError([in_plain_words(file, text, error)]) from None
    if document.data is None and not document.problems:
        raise ConfigError([Problem(file, 0, 0, "the file is empty", "start from config/setu.example.yaml")])
    if not isinstance(document.data, dict) and not document.problems:
        top = document.values[()]
        what, mend = "the file does not begin with a key", "write key: value, as in config/setu.example.yaml"
        raise ConfigError([Problem(file, top.line, top.column, what, mend)])
    return document


@dataclass
class _Reading:
    document: Document
    events: Iterator[Event]

    def read(self) -> None:
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if self.document.values:
                    self._stop(event, "a second document begins here", "put all into one, without ---")
                self.document.data = self._node(next(self.events), ())

    def _node(self, event: Event, loc: Loc) -> Any:
        self.document.values[loc] = _place(event)
        if len(loc) > DEEPEST:
            self._stop(event, "this is nested too deeply", "settings need only a few levels")
        self._look_for_marks(event, loc)
        match event:
            case MappingStartEvent():
                return self._mapping(loc)
            case SequenceStartEvent():
                return self._sequence(loc)
            case ScalarEvent():
                return meant(event)
            case _:
                return None

    def _mapping(self, loc: Loc) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._key(event, loc)
            here = (*loc, key)
            if earlier := self.document.keys.get(here):
                self._complain(event, here, f"{shown(key)} is given twice, first on line {earlier.line}", "keep one")
                self._skip(loc)
                continue
            self.document.keys[here] = _place(event)
            data[key] = self._node(next(self.events), here)
        return data

    def _sequence(self, loc: Loc) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            data.append(self._node(event, (*loc, len(data))))
        return data

    def _key(self, event: Event, loc: Loc) -> str:
        if not isinstance(event, ScalarEvent):
            self._stop(event, "a list or a section stands where a key is needed", "write key: value")
        self._look_for_marks(event, (*loc, event.value))
        return str(event.value)

    def _skip(self, loc: Loc) -> None:
        aside = _Reading(Document(self.document.file), self.events)
        aside._node(next(self.events), loc)
        self.document.problems.extend(aside.document.problems)

    def _look_for_marks(self, event: Event, loc: Loc) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            mend = "write the value out; a text that begins with & or * needs quotes"
            self._complain(event, loc, "anchors and aliases (& and *) are not used here", mend)
        elif getattr(event, "tag", None):
            mend = 'put it in quotes, as in room: "!abc:mha.example"'
            self._complain(event, loc, "a value that begins with ! is a tag to YAML", mend)
        elif isinstance(event, ScalarEvent) and _UNFIT.search(event.value):
            self._stop(event, "a value holds U+0000 or half of a character", "remove its escape with \\")

    def _complain(self, event: Event, loc: Loc, what: str, mend: str) -> None:
        self.document.problems.append(self._problem(event, what, mend))
        self.document.spoilt.add(loc)

    def _stop(self, event: Event, what: str, mend: str) -> NoReturn:
        raise ConfigError([*self.document.problems, self._problem(event, what, mend)])

    def _problem(self, event: Event, what: str, mend: str) -> Problem:
        place = _place(event)
        return Problem(self.document.file, place.line, place.column, what, mend)


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)
