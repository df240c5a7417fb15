"""A name as the words in it, and whether one word reads as another. Words are kept as they are seen, case included: a
small l reads as a capital I, but a capital L does not.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, permutations

from bots.identity.lookalikes import indian
from bots.identity.lookalikes.skeleton import skeleton, styled
from bots.identity.roster.unseen import UNSEEN

Words = tuple[str, ...]

REMEMBERED = 16_384
"""Words; names are made of few."""
MOST_WORDS = 24
MOST_TURNED = 4
"""Words of a name that are tried in every order when somebody wrote them as one."""

_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Marks that any letter may bear; the signs of Indian scripts are others, and tell names apart."""
_APOSTROPHES = re.compile("['`´\u2018\u2019\u201b\u02b9-\u02bc\u2032\uff07]")
_STROKE = "\x01"
"""Whatever is drawn as one upright stroke."""
_ALIKE = str.maketrans("i1|0", "lllo")


def words(text: str) -> Words:
    """The words of a text in which everything can be seen, without those that hold no letter."""
    return tuple([word for token in text.split() for word in _parted(token)])[:MOST_WORDS]


@lru_cache(REMEMBERED)
def _parted(token: str) -> Words:
    plain = _APOSTROPHES.sub("", token)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(styled())
        plain = _ACCENTS.sub("", UNSEEN.sub("", _APOSTROPHES.sub("", plain)))
    spaced = "".join(sign if _is_of_a_word(sign) else " " for sign in plain)
    return tuple(word for word in spaced.split() if any(map(str.isalpha, word)))


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or sign == "|" or unicodedata.category(sign)[0] == "M"


@lru_cache(REMEMBERED)
def plain(word: str) -> str:
    """The word whatever its case and spelling."""
    return indian.spelt(word.casefold())


@lru_cache(REMEMBERED)
def _letters(word: str) -> str:
    drawn = skeleton(skeleton(indian.spelt(word)).translate(styled()).casefold())
    return _ACCENTS.sub("", drawn).translate(_ALIKE)


def key(some: Iterable[str]) -> int:
    """Equal for all names that might read alike in whatever order, case and spacing; for others by accident only."""
    return hash("".join(sorted("".join(map(_letters, some)))))


def read_alike(shown: Words, name: Words) -> list[tuple[str, str]] | None:
    """Each word shown beside the word of the name that it reads as; None where it does not read as the name.

    The order is free but for single letters: `Kumar R K` is `R K Kumar`, but not `K R Kumar`.
    """
    if len(shown) == len(name) and (pairs := _paired(shown, name)):
        return pairs
    if len(shown) == 1 and sum(len(word) > 1 for word in name) > 1:
        orders = permutations(name) if len(name) <= MOST_TURNED else iter([name])
        return next(([(shown[0], "".join(order))] for order in orders if _reads_together(shown[0], order, name)), None)
    return [("".join(shown), "".join(name))] if _differ_in_spaces(shown, name) else None


def _reads_together(shown: str, order: Words, name: Words) -> bool:
    # Only in capitals is a stroke an I anywhere: MalaRoy is no Maia Roy.
    styles = [str.upper] if shown.isupper() else [str.lower, str.capitalize]
    written = ("".join(map(style, order)) for style in styles)
    return _initials(order) == _initials(name) and any(_is_drawn_as(shown, one) for one in written)


def _differ_in_spaces(shown: Words, name: Words) -> bool:
    """Whether only spaces differ, and none that parts initials from words: Tara K Rao is no Tarak Rao."""
    if plain("".join(shown)) != plain("".join(name)):
        return False
    return _firm_cuts(shown) <= _cuts(name) and _firm_cuts(name) <= _cuts(shown)


def _cuts(some: Words) -> set[int]:
    return {*accumulate(map(len, some))}


def _firm_cuts(some: Words) -> set[int]:
    ends = zip(accumulate(map(len, some)), some, some[1:], strict=False)
    return {end for end, before, after in ends if (len(before) == 1) != (len(after) == 1)}


def _initials(some: Sequence[str]) -> list[str]:
    return [plain(word) for word in some if len(word) == 1]


def _paired(shown: Words, name: Words) -> list[tuple[str, str]] | None:
    left, pairs = list(name), []
    for word in shown:
        found = next((other for other in left if reads_as(word, other)), None)
        if found is None:
            return None
        left.remove(found)
        pairs.append((word, found))
    return pairs if _initials([other for _, other in pairs]) == _initials(name) else None


def reads_as(shown: str, word: str) -> bool:
    """Whether a word reads as another to somebody who looks at it."""
    return any(_is_drawn_as(shown, written) for written in _written(shown, word))


def _is_drawn_as(shown: str, word: str) -> bool:
    if plain(shown) == plain(word):
        return True
    within = indian.block(shown)
    return (within is None or within != indian.block(word)) and _drawn(shown) == _drawn(word)


def _written(shown: str, word: str) -> set[str]:
    """The word as its reader expects it beside what is shown: MAIA is no MALA, but ANlL is ANIL."""
    if len(shown) > 1 and shown.isupper():
        return {word.upper()}
    if shown in (shown.lower(), shown.capitalize()):
        return {word.lower(), word.capitalize()}
    return {word, word.lower(), word.capitalize(), word.upper()}


@lru_cache(REMEMBERED)
def _drawn(word: str) -> str:
    drawn = _ACCENTS.sub("", skeleton(word)).replace("l", _STROKE).translate(styled())
    return drawn.casefold().replace("rn", "m")
