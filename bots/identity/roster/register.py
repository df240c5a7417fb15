"""All sources together: reads them again, and gives the new roster and the ids whose tag changed. It does no waiting
and knows no clock: the bot calls it, in a thread of its own, when a file may have changed or somebody asks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType

from bots.identity.roster.feed import Content, Feed
from bots.identity.roster.person import Person
from bots.identity.roster.problem import Problem, Weight
from bots.identity.roster.roster import INDIA, Roster
from bots.identity.roster.source import Source
from bridge.model import UserId


@dataclass(frozen=True)
class Reloaded:
    """What a reload came to."""

    roster: Roster
    changed: frozenset[UserId]
    """Whose tag was added, removed or changed."""
    accepted: tuple[int, ...]
    """How many people each source had when it was last accepted, in the order of the sources: keep it over restarts."""


class Register:
    """Keeps the roster of some sources; of two rows for one id, the first counts.

    Args:
        sources: in the order in which they count.
        zone: where days end at midnight.
        accepted: what `Reloaded.accepted` told before a restart; it must fit the sources, or is left out.
    """

    def __init__(self, sources: Sequence[Source], zone: tzinfo = INDIA, accepted: Sequence[int] = ()) -> None:
        counts = accepted if len(accepted) == len(sources) else [0] * len(sources)
        self._feeds = [Feed(source, count) for source, count in zip(sources, counts, strict=True)]
        self._roster = Roster(zone=zone)

    def reload(self, *, accept: bool = False) -> Reloaded:
        """Reads what changed.

        Args:
            accept: an administrator says that it is meant when a source loses half of its people or more.
        """
        changed: frozenset[UserId] = frozenset()
        told = [feed.reload(accept=accept) for feed in self._feeds]
        if any(told):
            before, self._roster = self._roster, self._made()
            changed = differing(before.people, self._roster.people)
        return Reloaded(self._roster, changed, tuple(feed.accepted for feed in self._feeds))

    def _made(self) -> Roster:
        contents = [feed.content for feed in self._feeds]
        rows = [person for content in contents for person in content.people]
        people = {person.user_id: person for person in rows}
        problems = [feed.refusal for feed in self._feeds if feed.refusal is not None]
        problems += [problem for content in contents for problem in content.problems]
        if len(people) < len(rows):
            people = {person.user_id: person for person in reversed(rows)}
            problems += _twice(contents)
        problems += _nearly(contents, people)
        return Roster(MappingProxyType(people), tuple(problems), self._roster.zone)


def differing(before: Mapping[UserId, Person], after: Mapping[UserId, Person]) -> frozenset[UserId]:
    """The ids that stand in one only, or for different people."""
    old = before.get
    # Rows that did not change are the same objects.
    new = {user_id for user_id, person in after.items() if old(user_id) is not person and old(user_id) != person}
    return frozenset(new | (before.keys() - after.keys()))


def _rows(contents: Sequence[Content]) -> Iterator[tuple[str, int, Person]]:
    for content in contents:
        for line, entry in zip(content.lines, content.entries, strict=True):
            if isinstance(entry, Person):
                yield content.name, line, entry


def _twice(contents: Sequence[Content]) -> Iterator[Problem]:
    first: dict[UserId, tuple[str, int]] = {}
    for name, line, person in _rows(contents):
        file, before = first.setdefault(person.user_id, (name, line))
        if (file, before) != (name, line):
            what = f"{person.user_id} stands already in {file}, line {before}, which counts"
            yield Problem(name, line, what, "remove one of the two rows")


def _nearly(contents: Sequence[Content], people: Mapping[UserId, Person]) -> Iterator[Problem]:
    """Ids that differ by case alone, and humans with several ids."""
    tags = {(one.name, one.designation, one.organisation, one.office) for one in people.values()}
    if len(tags) == len(people) == len({*map(str.lower, people)}):
        return
    folded: dict[str, tuple[str, int, UserId]] = {}
    humans: dict[tuple[str, ...], tuple[str, int, UserId]] = {}
    for name, line, person in _rows(contents):
        here = (name, line, person.user_id)
        file, before, other = folded.setdefault(person.user_id.lower(), here)
        if other != person.user_id:
            what = f"{person.user_id} differs from {other} ({file}, line {before}) by upper and lower case alone"
            yield Problem(name, line, what, "correct it, if both are one account", Weight.INFORMATION)
        file, before, other = humans.setdefault(person.tag, here)
        if other.lower() != person.user_id.lower():
            what = f"{person.user_id} is the same person as {other} ({file}, line {before})"
            yield Problem(name, line, what, "correct it, if they are two people", Weight.INFORMATION)
