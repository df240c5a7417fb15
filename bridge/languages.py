"""The languages that Setu speaks: one for each file in `texts`. A language is named as HTML names it (BCP 47): `hi`,
`hi-IN`. Whatever is asked for, the language without its region is tried next, and English last.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
ENGLISH = "en"

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def known() -> tuple[str, ...]:
    """Those that there are texts in, in the order of their names."""
    return tuple(sorted(path.stem for path in TEXTS.glob("*.ftl")))


def order(language: str) -> tuple[str, ...]:
    """Which languages are looked into for somebody who reads this one, the best first."""
    return tuple(dict.fromkeys((language, language.partition("-")[0], ENGLISH)))


def is_spoken(language: str) -> bool:
    """Whether there are texts in this language, or in the one without its region."""
    return _TAG.fullmatch(language) is not None and not {language, language.partition("-")[0]}.isdisjoint(known())


def nearest(word: str) -> str | None:
    """The language that was probably meant: by its tag, or by its name in English or in itself."""
    folded = word[:60].lower().replace("_", "-")
    base = folded.partition("-")[0]
    if base in known():
        return base
    names = dict(_names())
    return next((names[name] for name in get_close_matches(folded, names, n=1, cutoff=0.7)), None)


def _names() -> Iterator[tuple[str, str]]:
    """The names of each language, and its tag."""
    from babel import Locale, UnknownLocaleError  # takes a while, and only who mistypes a language needs it

    for tag in known():
        try:
            locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        for name in (locale.english_name, locale.display_name):
            if name is not None:
                yield name.lower(), tag
