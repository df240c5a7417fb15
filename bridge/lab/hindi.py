"""Whether somebody was spoken to in Hindi, as whoever reads it sees at a glance: by the script."""

import unicodedata

DEVANAGARI, LATIN = "DEVANAGARI", "LATIN"


def is_hindi(text: str) -> bool:
    """Whether most letters are of the Devanagari script, leaving out what is to be typed as it stands."""
    told = "".join(text.split("`")[::2])
    names = [unicodedata.name(letter, "") for letter in told if letter.isalpha()]
    of_hindi = sum(name.startswith(DEVANAGARI) for name in names)
    return of_hindi > sum(name.startswith(LATIN) for name in names)
