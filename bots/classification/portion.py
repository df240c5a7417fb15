"""Portion marks: `(S)` before a paragraph gives that paragraph's level. A letter in brackets is mostly something
else (a list, a size, a copyright), so that what follows and what stands in the other brackets decides.
"""

import re
from collections.abc import Iterator, Mapping

from bots.classification.marking import Markings
from bots.classification.term import Sense
from bots.classification.verdict import Dismissed, Finding
from bots.classification.view import View
from bridge.documents.segment import Segment

_LEAD = r"[ \t>*•#0-9.\-]{0,8}(?:[a-z]{1,2}[.)][ \t])?"
TRIGGER = rf"(?:^|\n){_LEAD}\([a-z]{{1,3}}(?:[/\- ,]{{1,3}}[a-z]{{1,6}}){{0,4}}\)[ \t]"
_MARK = re.compile(rf"(?:^|(?<=\n)){_LEAD}\(([A-Z]{{1,3}}(?:[/\- ,]{{1,3}}[A-Z]{{1,6}}){{0,4}})\)[ \t]+([^\n]{{1,80}})")
_LETTERS = re.compile(r"\(([A-Z])\)")
_COPYRIGHT = re.compile(r"(?i)copyright|all rights reserved|©")
_WORDS = re.compile(r"[^\W_]{2,}")
MOST = 400


def portions(markings: Markings, segment: Segment, view: View, home: str) -> Iterator[Finding | Dismissed]:
    """Each portion mark, and what only looks like one."""
    listed = set(_LETTERS.findall(view.written[:4000]))
    senses = markings.lexicon.portions
    for number, mark in enumerate(_MARK.finditer(view.written)):
        known = senses.get(mark[1]) or _controlled(senses, mark[1])
        if number >= MOST or not known:
            continue
        start, end = mark.start(1) - 1, mark.end(1) + 1
        if _COPYRIGHT.search(view.written[max(0, start - 40) : start] + mark[2]):
            reason: str | None = "number"
        else:
            reason = _is_none(mark[1], mark[2], listed)
        if reason is not None:
            yield Dismissed("portion", segment.label, start, end, reason)
            continue
        sense = next((s for s in known if s.scheme == home), known[0])
        rule = markings.rules.get((sense.scheme, "portion"))
        if rule is not None:
            yield _finding(rule.id, rule.confidence, segment, start, end, sense)


def _controlled(senses: Mapping[str, tuple[Sense, ...]], mark: str) -> tuple[Sense, ...]:
    """The level before double strokes: `C//REL TO USA, FVEY`."""
    level, strokes, _ = mark.partition("//")
    return tuple(sense for sense in senses.get(level, ()) if strokes and sense.scheme == "US")


def _finding(rule: str, confidence: float, segment: Segment, start: int, end: int, sense: Sense) -> Finding:
    return Finding(
        rule, "PORTION", "portion", segment.label, start, end, ("portion", "paragraph"), confidence, sense.level
    )


def _is_none(mark: str, text: str, listed: set[str]) -> str | None:
    first = text.lstrip()[:1]
    if first.isdigit():
        return "number"
    if not (first.isupper() or (first.isalpha() and first.upper() == first.lower())):
        return "list"
    if len(mark) == 1 and listed & set("ABDEFGHILMX"):
        return "list"
    if len(_WORDS.findall(text)) < 3:
        return "short"
    return "legend" if len(mark) == 1 and re.match(rf"{mark}\w+\s*[,;(]", text) else None
