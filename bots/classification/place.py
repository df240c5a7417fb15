"""Where a marking's wording stands in a text, and what follows from it: in a line of its own, before or behind the
text, in brackets, in a field, in the number of a file, in a sentence. Position is evidence; how often a word comes
is not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bots.classification.expression import Expression
from bots.classification.view import View
from bots.classification.vocabulary import Phrases, begins_at, ends_before
from bots.classification.word import Word

_LINE_END = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_QUOTES = "\"'`´«»‹›“”„‟‘’‚❝❞„"
_OPEN, _CLOSE = "([{<【〔", ")]}>】〕"
_SENTENCE_END = re.compile(r"[.!?।؟]\s|[\n\r]|[?؟]")
_DECORATED = re.compile(r"[\[\](){}<>|#=*_~+•●■▪★🔒🔴⚠【】-]")
NUMBERED, PAGE_WORDS = 3, 8
"""Digits of the number of a paragraph, and words that stand beside a marking on the edge of a page."""
NEAR = 120
"""Characters around a wording that are looked at."""


@dataclass(frozen=True)
class Place:
    """A wording and what stands around it."""

    view: View
    words: Sequence[Word]
    said: Expression
    heads: Phrases = frozenset()

    @cached_property
    def left(self) -> str:
        """What stands between the word before and the wording, on its line."""
        begin = self.words[self.said.first - 1].end if self.said.first else 0
        return _LINE_END.split(self.view.text[begin : self.said.start])[-1]

    @cached_property
    def right(self) -> str:
        """What stands between the wording and the word behind it, on its line."""
        behind = self.said.behind
        end = self.words[behind].start if behind < len(self.words) else len(self.view.text)
        return _LINE_END.split(self.view.text[self.said.end : end], maxsplit=1)[0]

    @cached_property
    def begins_line(self) -> bool:
        """No word stands before it on its line, but a number (`1.`) or a head (`Subject:`)."""
        first = self.said.first
        if self._begins(first, self.said.start):
            return True
        before = self.words[first - 1]
        numbered = before.text.isdigit() and self.left[:1] in (".", ")") and len(before.text) <= NUMBERED
        headed = (before.text,) in self.heads and self.left.lstrip()[:1] == ":"
        return (numbered or headed) and self._begins(first - 1, before.start)

    def _begins(self, number: int, start: int) -> bool:
        begin = self.words[number - 1].end if number else 0
        return number == 0 or _LINE_END.search(self.view.text, begin, start) is not None

    def page(self, pages: Phrases) -> bool:
        """All that stands with it on its line are numbers and words such as page and copy."""
        return self._page(self.said.first - 1, -1, pages) and self._page(self.said.behind, 1, pages)

    def _page(self, number: int, step: int, pages: Phrases) -> bool:
        text, edge = self.view.text, self.said.start if step < 0 else self.said.end
        for _ in range(PAGE_WORDS):
            if not 0 <= number < len(self.words):
                return True
            word = self.words[number]
            if _LINE_END.search(text, *((word.end, edge) if step < 0 else (edge, word.start))):
                return True
            if not word.text.isdigit() and (word.text,) not in pages:
                return False
            number, edge = number + step, word.start if step < 0 else word.end
        return False

    @cached_property
    def ends_line(self) -> bool:
        """No word stands behind it on its line."""
        behind = self.said.behind
        end = self.words[behind].start if behind < len(self.words) else len(self.view.text)
        return behind == len(self.words) or _LINE_END.search(self.view.text, self.said.end, end) is not None

    @property
    def alone(self) -> bool:
        """The text holds nothing else."""
        return self.said.first == 0 and self.said.behind == len(self.words)

    @property
    def decorated(self) -> bool:
        """Signs set it apart."""
        return _DECORATED.search(self.left) is not None or _DECORATED.search(self.right) is not None

    @property
    def quoted(self) -> bool:
        """It stands between quotation marks."""
        left, right = self.left.rstrip()[-1:], self.right.lstrip()[:1]
        return bool(left and right and left in _QUOTES and right in _QUOTES)

    @property
    def asked(self) -> bool:
        """A question mark follows it directly."""
        return self.right.lstrip(" )]*_\"'”’")[:1] in ("?", "؟") and bool(self.right.strip())

    @property
    def bracket(self) -> str:
        """The bracket that opens before it and closes behind it; empty where there is none."""
        left, right = self.left.rstrip(" *_")[-1:], self.right.lstrip(" *_")[:1]
        return left if left and right and left in _OPEN and right in _CLOSE else ""

    @property
    def titled(self) -> bool:
        """Each of its words begins with a capital."""
        return self.view.original(self.said.start, self.said.end).istitle()

    @cached_property
    def in_question(self) -> bool:
        """The sentence that it stands in ends with a question mark."""
        end = _SENTENCE_END.search(self.view.text, self.said.end, self.said.end + NEAR)
        return end is not None and end[0][0] in "?؟"

    @cached_property
    def before(self) -> int:
        """The number of the first word of its sentence, or of the tenth before it."""
        at = self.said.first
        while at > max(0, self.said.first - 10):
            gap = self.view.text[
                self.words[at - 1].end : self.words[at].start if at < self.said.first else self.said.start
            ]
            if _SENTENCE_END.search(gap):
                break
            at -= 1
        return at

    def denied(self, before: Phrases, after: Phrases) -> bool:
        """A word of denial stands before it in its sentence, four words away at most, or directly behind it."""
        first = max(self.before, self.said.first - 4)
        for at in range(first + 1, self.said.first + 1):
            begin = ends_before(self.words, at, before)
            if begin is not None and begin >= first:
                return True
        return not self.ends_line and begins_at(self.words, self.said.behind, after)

    def describes(self, things: Phrases) -> bool:
        """A noun follows it in the same breath: "SECRET documents"."""
        return not self.ends_line and self.right.strip(" -") == "" and begins_at(self.words, self.said.behind, things)

    @property
    def next_in_capitals(self) -> bool:
        """The word behind it is in capitals too: a shouted sentence, or a headline."""
        if self.said.behind >= len(self.words):
            return False
        word = self.words[self.said.behind]
        return self.view.original(word.start, word.end).isupper()
