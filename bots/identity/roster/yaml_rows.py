"""The rows of a YAML roster as text. In block style an entry begins where `- ` stands as deep as the list, and nothing
within an entry can stand so (YAML 1.2, section 6.1: what is inside is deeper), so that lines tell the rows apart.
"""

import re
from collections.abc import Iterator, Sequence

from bots.identity.roster.problem import Unreadable

_BEFORE = re.compile(r"\s*(#.*)?|---(\s.*)?")
_PEOPLE = re.compile(r"people\s*:\s*(#.*|\[\s*\]\s*(#.*)?)?")
_ENTRY = re.compile(r"( *)-(?: |$)")
_BLANK = re.compile(r"\s*(#.*)?")


def told_apart(name: str, text: str) -> tuple[list[str], list[int]]:
    """The text of each entry under `people`, and the line where it begins, counted from 1.

    Raises:
        Unreadable: the file does not begin with `people:`, or is not in block style.
    """
    lines = text.split("\n")
    top = next((n for n, line in enumerate(lines) if not _BEFORE.fullmatch(line)), None)
    if top is None or not _PEOPLE.fullmatch(lines[top]):
        line = 0 if top is None else top + 1
        mend = "write people:, and below it - user_id: ..."
        raise Unreadable(name, line, "the file does not begin with people:", mend)
    starts = list(_starts(name, lines, top + 1))
    ends = [*starts[1:], len(lines)]
    rows = ["\n".join(lines[start:end]).rstrip() for start, end in zip(starts, ends, strict=False)]
    return rows, [start + 1 for start in starts]


def _starts(name: str, lines: Sequence[str], top: int) -> Iterator[int]:
    first = next((n for n in range(top, len(lines)) if not _BLANK.fullmatch(lines[n])), None)
    if first is None:
        return
    entry = _ENTRY.match(lines[first])
    if entry is None:
        raise Unreadable(name, first + 1, "no list of people begins here", "write - user_id: ..., each entry as deep")
    deep = entry[1]
    begins, inside = f"{deep}-", f"{deep} "
    for number in range(first, len(lines)):
        line = lines[number]
        if line.startswith(begins) and (line == begins or line[len(begins)].isspace()):
            yield number
        elif not line.startswith(inside) and not _BLANK.fullmatch(line):
            what = "this is neither an entry of the list nor part of one"
            raise Unreadable(name, number + 1, what, "only people: stands at the top; indent what belongs to an entry")
