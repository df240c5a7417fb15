"""A roster in a YAML file: `people:`, then a list of mappings with the same keys as the columns of a CSV file. Its rows
are told apart as text, so that only new ones are parsed; one that is not YAML leaves the others working. It takes four
times as long as CSV to be read first: above some 30,000 people a CSV file is the better one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from bots.identity.roster import text_file, yaml_rows
from bots.identity.roster.problem import Flaw
from bots.identity.roster.row import column
from bots.identity.roster.source import COLUMNS, Cells, Sheet, Stamp
from bridge.config import Part
from bridge.config_syntax import in_plain_words

TOGETHER = 500
"""Rows that are parsed at once; where one of them is no YAML they are parsed one by one."""

_BEGINS = (MappingStartEvent, SequenceStartEvent)
_ENDS = (MappingEndEvent, SequenceEndEvent)
_NOTHING = ("", "~", "null", "Null", "NULL")
_AMISS = Flaw("this is not a person", "write - user_id: ..., and the other keys below it")


class YamlFile(Part):
    """Reads a roster from a YAML file."""

    kind: Literal["yaml"]
    file: Path = Field(description="The YAML file, with a list under people.")

    def read(self, known: Stamp | None) -> Sheet | Stamp:
        """The file's rows, or its stamp where nothing changed. Raises Unreadable."""
        stamp, text = text_file.read(self.file, known)
        if text is None:
            return stamp
        rows, lines = yaml_rows.told_apart(str(self.file), text)
        return Sheet(str(self.file), stamp, "", rows, lines, understand)


def understand(rows: Sequence[str]) -> Iterator[Cells | Flaw]:
    """The cells of each row, which is an entry of a list."""
    for at in range(0, len(rows), TOGETHER):
        some = rows[at : at + TOGETHER]
        found = _read("\n".join(some))
        yield from found if isinstance(found, list) and len(found) == len(some) else map(_alone, some)


def _alone(row: str) -> Cells | Flaw:
    found = _read(row)
    if isinstance(found, Flaw):
        return found
    return found[0] if len(found) == 1 else _AMISS


def _read(text: str) -> list[Cells | Flaw] | Flaw:
    try:
        # Not `pure`: where the C parser is installed, it reads twenty times as fast.
        return list(_Entries(iter(YAML(typ="safe").parse(text))).read())
    except Exception as error:  # Hostile bytes make ruamel raise more kinds than its own.
        problem = in_plain_words("", text, error)
        return Flaw(problem.what, problem.mend)


@dataclass
class _Entries:
    """The events of a list of people. Values are taken as text: a day or a name is never something else."""

    events: Iterator[Event]

    def read(self) -> Iterator[Cells | Flaw]:
        for event in self.events:
            if isinstance(event, MappingStartEvent):
                yield self._person()
            elif isinstance(event, ScalarEvent | AliasEvent):
                yield _AMISS
            elif isinstance(event, StreamEndEvent):
                return

    def _person(self) -> Cells | Flaw:
        cells: dict[str, str] = {}
        flaws: list[Flaw] = []
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = column(event.value) if isinstance(event, ScalarEvent) else self._passed(event)
            value = self._value(next(self.events))
            if isinstance(key, str) and key in cells:
                flaws.append(Flaw(f"{key} is given twice", "keep one"))
            flaws += [one for one in (key, value) if isinstance(one, Flaw)]
            if isinstance(key, str) and isinstance(value, str):
                cells[key] = value
        return flaws[0] if flaws else tuple([cells.get(one, "") for one in COLUMNS])

    def _value(self, event: Event) -> str | Flaw:
        if isinstance(event, SequenceStartEvent) and not event.anchor and not event.tag:
            return self._several()
        if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
            return self._passed(event)
        return "" if event.value in _NOTHING and not event.style else str(event.value)

    def _several(self) -> str | Flaw:
        words: list[str] = []
        amiss: Flaw | None = None
        while not isinstance(event := next(self.events), SequenceEndEvent):
            word = self._value(event)
            if isinstance(word, Flaw):
                amiss = word
            else:
                words.append(word)
        return amiss or ";".join(words)

    def _passed(self, event: Event) -> Flaw:
        """Goes past what is no plain text."""
        depth = int(isinstance(event, _BEGINS))
        while depth:
            inside = next(self.events)
            depth += isinstance(inside, _BEGINS) - isinstance(inside, _ENDS)
        mend = "write it out; one that begins with @ & * or ! needs quotes"
        return Flaw("something is neither text nor a list of words", mend)
