"""One source over time: what was last accepted of it, row by row, so that only new rows are understood; and the guard
that keeps the old content when a file lost half of it.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bots.identity.roster.person import Person
from bots.identity.roster.problem import Flaw, Problem, Unreadable, Weight
from bots.identity.roster.row import understood
from bots.identity.roster.source import Cells, Sheet, Source, Stamp

Entry = Person | tuple[Flaw, ...]
"""What came of a row: a person, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is accepted of a source."""

    name: str = ""
    stamp: Stamp | None = None
    head: str = ""
    marks: Sequence[int] = ()
    """The hash of each row's text."""
    entries: Sequence[Entry] = ()
    lines: Sequence[int] = ()

    @property
    def people(self) -> list[Person]:
        """Those whose rows are right."""
        return [entry for entry in self.entries if isinstance(entry, Person)]

    @property
    def problems(self) -> Iterator[Problem]:
        """What is wrong with the others."""
        for line, entry in zip(self.lines, self.entries, strict=True):
            if isinstance(entry, tuple):
                yield from (Problem(self.name, line, flaw.what, flaw.mend) for flaw in entry)


class Feed:
    """Reads one source again and again.

    Args:
        source: what is read.
        accepted: how many people it had when it was last accepted, where that is known from before a restart.
    """

    def __init__(self, source: Source, accepted: int = 0) -> None:
        self._source = source
        self.content = Content()
        self.accepted = accepted
        self.refusal: Problem | None = None
        """Why what the source holds now does not count."""
        self._refused: Stamp | None = None

    def reload(self, *, accept: bool = False) -> bool:
        """Takes what the source holds now and tells whether that changed anything.

        Args:
            accept: an administrator says that the loss is meant.
        """
        known = self.content.stamp if self._refused is None or accept else self._refused
        try:
            sheet = self._source.read(known)
        except Unreadable as error:
            changed, self.refusal, self._refused = self.refusal != error.problem, error.problem, None
            return changed
        if isinstance(sheet, Stamp):
            return self._as_known(sheet)
        content = _content(sheet, self.content)
        people = len(content.people)
        self._refused, self.refusal = None, None
        if 2 * people <= self.accepted and self.accepted and not accept:
            self._refused, self.refusal = sheet.stamp, _loss(sheet.name, people, self.accepted)
        else:
            self.content, self.accepted = content, people
        return True

    def _as_known(self, stamp: Stamp) -> bool:
        if self._refused is not None and stamp.digest == self._refused.digest:
            self._refused = stamp
            return False
        changed, self.refusal, self._refused = self.refusal is not None, None, None
        self.content = replace(self.content, stamp=stamp)
        return changed


def _content(sheet: Sheet, before: Content) -> Content:
    marks = array("q", map(hash, sheet.rows))
    known = dict(zip(before.marks, before.entries, strict=True)) if before.head == sheet.head else {}
    entries = list(map(known.get, marks))
    new = [number for number, entry in enumerate(entries) if entry is None]
    told = sheet.understand([sheet.rows[number] for number in new])
    for number, cells in zip(new, told, strict=True):
        entries[number] = _entry(cells)
    # Each is an entry now: for what was not known, one was just made.
    return Content(sheet.name, sheet.stamp, sheet.head, marks, entries, sheet.lines)  # type: ignore[arg-type]


def _entry(cells: Cells | Flaw) -> Entry:
    return understood(cells) if isinstance(cells, tuple) else (cells,)


def _loss(name: str, people: int, before: int) -> Problem:
    what = f"it would leave {people} people of {before}, so that the old content stays"
    return Problem(name, 0, what, "mend the file, or let an administrator accept the loss", Weight.FILE)
