"""Other ways to read a view, each made only where something calls for it: letters spaced apart, letters of other
scripts that look alike, digits for letters, markup inside of a word, a word torn over lines, a text turned round.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bots.classification.letters import FOREIGN, LOOKALIKES, MARKS
from bots.classification.lexicon import Lexicon
from bots.classification.view import ReadAs, View, fold
from bots.classification.word import occurrences

_GAP = r"[ \t\n.\-_*·|/,:+~•]"
_LETTER = rf"[^\W_][{MARKS}]{{0,2}}"
_SPACED = re.compile(rf"(?<![^\W_]){_LETTER}(?:{_GAP}{{1,3}}{_LETTER}(?![^\W_])){{3,}}")
_GAPS = re.compile(rf"{_GAP}+")
_MARKUP = re.compile(r"[*_~`\\]+")
_ALIKE = re.compile(rf"(?<![^\W_])[a-z0-9]{{0,16}}{FOREIGN.pattern}[^\W_]{{0,24}}")
_LINES = re.compile(
    r"(?:^|(?<=\n))[ \t*>]{0,4}[^\W_\d]{1,12}[ \t*-]{0,4}(?:\n[ \t*>\n]{0,4}[^\W_\d]{1,12}[ \t*-]{0,4}(?=\n|$))+"
)
_TURNED = re.compile("[\u202e\u2067]([^\u202c\u2069\n]*)")
_TORN = re.compile(r"[\s*>-]+")
TURNS = re.compile("[\u202e\u2067]")
_STANDS = {"o": "0", "i": "1!|", "l": "1!|", "e": "3", "a": "4@", "s": "5$", "t": "7+", "b": "8"}
_OWN = {"i": "il", "l": "il"}
# l is read as i on both sides, since 1 stands for either.
_CANONICAL = str.maketrans("0134578$@!|+l", "oieastbsaiiti")
MOST_SPELLINGS = 300
SHORT = 4
"""Letters of a word of a level in which only one may be spelled with a sign."""
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
        """An expression for the automaton: a word of a level with at least one sign or digit for a letter."""
        return "|".join(sorted({form for word in self._leet.values() for form in _forms(word)}))

    def views(self, view: View, hits: frozenset[str]) -> Iterator[View]:
        """Each view that the triggers call for, and that differs."""
        leet = self.spelled(view.text) if "leet" in hits else None
        makers: tuple[tuple[str, re.Pattern[str], ReadAs, str], ...] = (
            ("spaced", _SPACED, self._close_up, "spaced_letters"), ("markup", _MARKUP, None, "markup_in_word"),
            ("alike", _ALIKE, self._alike, "look_alikes"),
            ("lines", _LINES, self._in_one, "split_over_lines"),
        )  # fmt: skip
        for trigger, pattern, read_as, evidence in makers:
            if trigger in hits and (made := view.remade(pattern, read_as, evidence)).text != view.text:
                yield made
        if leet is not None:
            yield view.remade(leet, self._digits, "digits_for_letters")
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

    def spelled(self, text: str) -> re.Pattern[str] | None:
        """What matches the levels that are spelled with signs and digits; None where there is none."""
        canonical = text.translate(_CANONICAL)
        found = {
            re.escape(text[at : at + len(word)])
            for word in self._leet if word in canonical
            for at in islice(occurrences(canonical, word), MOST_SPELLINGS)
        }  # fmt: skip
        spelled = sorted((word for word in found if _is_spelled(word.replace("\\", ""))), key=len, reverse=True)
        return re.compile(f"(?<![a-z0-9$@])(?:{'|'.join(spelled)})(?![a-z0-9$@])") if spelled else None

    def _digits(self, found: re.Match[str]) -> str:
        return self._leet[found[0].translate(_CANONICAL)]

    def _alike(self, found: re.Match[str]) -> str:
        read = found[0].translate(LOOKALIKES)
        return read if read in self._levels else found[0]


def _is_spelled(word: str) -> bool:
    """Some of its letters are signs or digits, and enough are letters: 471 is a number."""
    signs = sum(not letter.isalpha() for letter in word)
    return 0 < signs <= (1 if len(word) <= SHORT else len(word) - 2)


def _forms(word: str) -> Iterator[str]:
    others = _STANDS if len(word) > SHORT else {}
    letters = [f"[{_OWN.get(letter, letter)}{others.get(letter, '')}]" for letter in word]
    for place, letter in enumerate(word):
        if letter in _STANDS:
            yield "".join((*letters[:place], f"[{_STANDS[letter]}]", *letters[place + 1 :]))


def _turned(run: re.Match[str]) -> str:
    return run[1][::-1].lower() if run[1].isascii() else fold(run[1][::-1])
