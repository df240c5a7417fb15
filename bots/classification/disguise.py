"""Other ways to read a view, each made only where something calls for it: letters spaced apart, letters of other
scripts that look alike, digits for letters, markup inside of a word, a word torn over lines, a text turned round.
"""

import re
from collections.abc import Iterator

from bots.classification.letters import FOREIGN, LOOKALIKES, MARKS
from bots.classification.lexicon import Lexicon
from bots.classification.view import ReadAs, View, fold

_GAP = r"[ \t\n.\-_*·|/,:+~•]"
_LETTER = rf"[^\W_][{MARKS}]{{0,2}}"
_SPACED = re.compile(rf"(?<![^\W_]){_LETTER}(?:{_GAP}{{1,3}}{_LETTER}(?![^\W_])){{3,}}")
_GAPS = re.compile(rf"{_GAP}+")
_MARKUP = re.compile(r"[*_~`\\]+")
_LEET = re.compile(r"(?<![a-z0-9$@!|+])(?=[a-z]{0,16}[0-9$@!|+])(?=[0-9$@!|+]{0,8}[a-z])[a-z0-9$@!|+]{3,24}")
_ALIKE = re.compile(rf"(?<![^\W_])[a-z0-9]{{0,16}}{FOREIGN.pattern}[^\W_]{{0,24}}")
_LINES = re.compile(
    r"(?:^|(?<=\n))[ \t*>]{0,4}[^\W_\d]{1,12}[ \t*-]{0,4}(?:\n[ \t*>\n]{0,4}[^\W_\d]{1,12}[ \t*-]{0,4}(?=\n|$))+"
)
_TURNED = re.compile("[\u202e\u2067]([^\u202c\u2069\n]*)")
_TORN = re.compile(r"[\s*>-]+")
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
        self._levels = levels = lexicon.level_words
        self._leet = {word.translate(_CANONICAL): word for word in levels if word.isascii() and len(word) >= 3}

    def leet_patterns(self) -> str:
        """An expression for the multi-pattern stage: a word of a level with signs and digits for letters."""
        stands = {"o": "[o0]", "i": "[i1!|l]", "l": "[i1!|l]", "e": "[e3]", "a": "[a4@]", "s": "[s5$]", "t": "[t7+]"}
        words = sorted(set(self._leet.values()))
        return "|".join("".join(stands.get(letter, letter) for letter in word) for word in words)

    def views(self, view: View, hits: frozenset[str]) -> Iterator[View]:
        """Each view that the triggers call for, and that differs."""
        makers: tuple[tuple[str, re.Pattern[str], ReadAs, str], ...] = (
            ("spaced", _SPACED, self._close_up, "spaced_letters"), ("markup", _MARKUP, None, "markup_in_word"),
            ("leet", _LEET, self._digits, "digits_for_letters"), ("alike", _ALIKE, self._alike, "look_alikes"),
            ("lines", _LINES, self._in_one, "split_over_lines"),
        )  # fmt: skip
        for trigger, pattern, read_as, evidence in makers:
            if trigger in hits and (made := view.remade(pattern, read_as, evidence)).text != view.text:
                yield made
        if "turned" in hits:
            yield View(view.written, view.written).remade(_TURNED, _turned, "reversed")

    def _close_up(self, run: re.Match[str]) -> str:
        widths = set(map(len, _GAPS.findall(run[0])))
        if len(widths) == 1:
            return self._apart("".join(_GAPS.split(run[0])))
        narrow = min(widths)
        # A wider gap stands between words, and stays.
        return self._apart(_GAPS.sub(lambda gap: "" if len(gap[0]) <= narrow else gap[0], run[0]))

    def _in_one(self, run: re.Match[str]) -> str:
        letters = _TORN.sub("", run[0])
        return self._apart(letters) if any(word in letters for word in self._joined) else run[0]

    def _apart(self, letters: str) -> str:
        """The letters with each level among them standing by itself."""
        known = next((word for word in self._joined if word in letters), None)
        return letters.replace(known, f" {known} ").strip() if known is not None else letters

    def _digits(self, found: re.Match[str]) -> str:
        for spelled in (found[0], found[0].rstrip("!|+")):
            word = self._leet.get(spelled.translate(_CANONICAL))
            if word is not None and not spelled.isalpha():
                return word + found[0][len(spelled) :]
        return found[0]

    def _alike(self, found: re.Match[str]) -> str:
        read = found[0].translate(LOOKALIKES)
        return read if read in self._levels else found[0]


def _turned(run: re.Match[str]) -> str:
    return fold(run[1][::-1])
