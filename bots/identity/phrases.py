"""Words by which somebody claims to speak for the government, in English and in Hindi. Pure.

The neighbour of a word in an Indian script is looked at by its kind, since `\\b` knows nothing of vowel signs.
"""

import re

_OFFICES = r"(?:government|govt\.?|ministry|department|dept\.?|cabinet|minister|secretary|state)"
_HINDI_OFFICES = r"(?:सरकार|शासन|मंत्रालय|विभाग|मंत्री|सचिव|राज्य)"

_ENGLISH = re.compile(
    rf"\bon\s+behalf\s+of\s+(?:the\s+|our\s+|my\s+)?(?:\w+\s+){{0,4}}?{_OFFICES}\b"
    rf"|\b(?:speaking|speak)\s+for\s+(?:the\s+|our\s+)?{_OFFICES}\b"
    rf"|\bofficial\s+(?:position|stand|stance|view|statement|response)\s+of\s+(?:the\s+|our\s+)?(?:\w+\s+){{0,4}}?{_OFFICES}\b"
    rf"|\b(?:the\s+|our\s+){_OFFICES}\s+(?:hereby|officially)\b",
    re.IGNORECASE,
)
_HINDI = re.compile(
    rf"{_HINDI_OFFICES}(?:\s+\S+){{0,3}}?\s+(?:की\s+ओर\s+से|की\s+तरफ\s+से|के\s+द्वारा\s+अधिकृत)"
    rf"|{_HINDI_OFFICES}\s+का\s+(?:आधिकारिक|औपचारिक)\s+(?:मत|पक्ष|रुख|वक्तव्य|बयान)"
)

LONGEST = 10_000
"""Characters that are looked at."""


def claims_authority(text: str) -> bool:
    """Whether the text says that it is the government that speaks. A line that quotes somebody says nothing."""
    said = "\n".join(line for line in text[:LONGEST].splitlines() if not line.lstrip().startswith(">"))
    return bool(_ENGLISH.search(said) or _HINDI.search(said))
