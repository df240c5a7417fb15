"""A room's ceiling: the highest marking that it may carry, and how far above it a verdict is."""

from bots.classification.grammar import Grammar
from bots.classification.verdict import Level, Verdict


class UnknownLevel(ValueError):
    """No scheme has such a level; its text says which there are."""


def level(grammar: Grammar, name: str, home: str) -> Level:
    """The level of a name such as `IN:SECRET`, or `SECRET` in the scheme `home`.

    Raises:
        UnknownLevel: there is none.
    """
    levels = [Level(s.scheme, words.name, words.rank) for s in grammar.schemes for words in s.levels]
    wanted = name.strip()
    for known in levels:
        if wanted.upper() in (str(known).upper(), known.name.upper() if known.scheme == home else ""):
            return known
    raise UnknownLevel(f"there is no level {name[:40]!a}; there are: {', '.join(map(str, levels))}")


def above(grammar: Grammar, verdict: Verdict, ceiling: Level) -> int:
    """By how many levels of the ceiling's scheme the verdict is above it; 0 when it is not."""
    return distance(grammar, verdict.level, ceiling)


def distance(grammar: Grammar, level: Level | None, ceiling: Level) -> int:
    """By how many levels of the ceiling's scheme a level is above it; 0 when it is not.

    A level of another scheme that stands between two of the ceiling's counts as the higher one.
    """
    if level is None or level.rank <= ceiling.rank:
        return 0
    (scheme,) = (scheme for scheme in grammar.schemes if scheme.scheme == ceiling.scheme)
    higher = sorted(words.rank for words in scheme.levels if words.rank > ceiling.rank)
    return max(1, sum(rank <= level.rank for rank in higher))
