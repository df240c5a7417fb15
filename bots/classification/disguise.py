"""Other ways to read a view, each made only where something calls for it: letters spaced apart, letters of other scripts
that look alike, digits for letters, markup inside of a word, a word torn over lines, a text turned round.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from bots.classification.letters import FOREIGN, LOOKALIKES, MARKS, WORD
from bots.classification.lexicon import Lexicon
from bots.classification.view import Piece, View, folded

_GAP = r"[ \t\n.\-_*·|/,:+~•]"
_LETTER = rf"[^\W_][{MARKS}]{{0,2}}"
_SPACED = re.compile(rf"(?<![^\W_]){_LETTER}(?:{_GAP}{{1,3}}{_LETTER}(?![^\W_])){{3,}}")
_GAPS = re.compile(rf"{_GAP}+")
_MARKUP = re.compile(r"(?<=[^\W_])[*_~`\\]{1,4}(?=[^\W_])")
_LEET = re.compile(r"[a-z0-9$@!|+]{3,24}")
_LINES = re.compile(
    r"(?:^|(?<=\n))[ \t*>]{0,4}[^\W_\d]{1,12}[ \t*-]{0,4}(?:\n[ \t*>\n]{0,4}[^\W_\d]{1,12}[ \t*-]{0,4}(?=\n|$))+"
)
_TURNED = re.compile("[\u202e\u2067]([^\u202c\u2069\n]*)")
TURNS = re.compile("[\u202e\u2067]")
# l is read as i on both sides, since 1 stands for either.
_CANONICAL = str.maketrans("0134578$@!|+l", "oieastbsaiiti")
SHORTEST = 5
"""Letters of a level that is looked for inside of letters that were joined."""


class Disguises:
    """Makes the further views for one vocabulary."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._joined = tuple(
            sorted((word for word in lexicon.joined if len(word) >= SHORTEST), key=lambda word: (-len(word), word))
        )
        levels = {word for term in lexicon.terms if term.what == "level" for word in term.words}
        self._levels = frozenset(levels)
        self._leet = {word.translate(_CANONICAL): word for word in levels if word.isascii() and len(word) >= 3}

    def leet_patterns(self) -> str:
        """An expression for the multi-pattern stage: a word of a level with signs and digits for letters."""
        stands = {"o": "[o0]", "i": "[i1!|l]", "l": "[i1!|l]", "e": "[e3]", "a": "[a4@]", "s": "[s5$]", "t": "[t7+]"}
        words = sorted(set(self._leet.values()))
        return "|".join("".join(stands.get(letter, letter) for letter in word) for word in words)

    def views(self, view: View, hits: frozenset[str]) -> Iterator[View]:
        """Each view that the triggers call for, and that differs."""
        makers: tuple[tuple[str, Callable[[View], Iterator[Piece]], str], ...] = (
            ("spaced", self._spaced, "spaced_letters"), ("markup", self._markup, "markup_in_word"),
            ("leet", self._digits, "digits_for_letters"), ("alike", self._alike, "look_alikes"),
            ("lines", self._lines, "split_over_lines"),
        )  # fmt: skip
        for trigger, make, evidence in makers:
            if trigger in hits and (pieces := list(make(view))):
                yield view.remade(pieces, evidence)
        if "turned" in hits:
            yield _turned(view)

    def _spaced(self, view: View) -> Iterator[Piece]:
        for run in _SPACED.finditer(view.text):
            narrow = min(map(len, _GAPS.findall(run[0])))
            yield Piece(*run.span(), self._apart(_joined(run[0], narrow)))

    def _lines(self, view: View) -> Iterator[Piece]:
        for run in _LINES.finditer(view.text):
            letters = re.sub(r"[\s*>-]+", "", run[0])
            if any(word in letters for word in self._joined):
                yield Piece(*run.span(), self._apart(letters))

    def _apart(self, letters: str) -> str:
        """The letters with each level among them standing by itself."""
        known = next((word for word in self._joined if word in letters), None)
        return letters.replace(known, f" {known} ").strip() if known is not None else letters

    def _markup(self, view: View) -> Iterator[Piece]:
        for signs in _MARKUP.finditer(view.text):
            yield Piece(*signs.span(), "")

    def _digits(self, view: View) -> Iterator[Piece]:
        for found in _LEET.finditer(view.text):
            word = self._leet.get(found[0].strip("!|+").translate(_CANONICAL)) or self._leet.get(
                found[0].translate(_CANONICAL)
            )
            if word is not None and len(found[0].rstrip("!|+")) >= 3 and not found[0].rstrip("!|+").isalpha():
                yield Piece(found.start(), found.start() + len(word), word)

    def _alike(self, view: View) -> Iterator[Piece]:
        for found in WORD.finditer(view.text):
            if FOREIGN.search(found[0]) and (read := found[0].translate(LOOKALIKES)) in self._levels:
                yield Piece(*found.span(), read)


def _joined(run: str, narrow: int) -> str:
    """The letters without the gaps between them; a wider gap stands between words, and stays."""
    return _GAPS.sub(lambda gap: "" if len(gap[0]) <= narrow else gap[0], run)


def _turned(view: View) -> View:
    pieces = [Piece(*run.span(), folded(run[1][::-1]).text) for run in _TURNED.finditer(view.written)]
    return View(view.written, view.written).remade(pieces, "reversed")
