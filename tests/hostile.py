"""Messages as large as an event may be, each made to keep whoever reads it busy: for tests and for the benchmark."""

from collections.abc import Mapping

LARGEST = 65_536
_SHAPES = {
    "letters apart": "a ", "a level again and again": "SECRET ", "a level spaced apart": "S E C R E T ", "ones": "1",
    "ones apart": "1 ", "signs": "a@", "line ends": "a\n", "empty lines": "\n", "accents": "a\u0301",
    "only accents": "\u0301",
    "a character that grows": "\ufdfa", "spelled with digits": "s3cr3t ", "Hindi": "गुप्त ", "look-alikes": "ЅЕСRЕТ ",
    "turned": "\u202eTERCES\n", "portions": "(S) the convoy leaves at five\n", "brackets": "(", "tags": "<b>",
    "Aadhaars": "aadhaar 548930127651 ", "underscores": "a_", "tokens": "eyj-", "passwords": "password:",
    "quotes": '"',
    "bold mathematics": "𝐒", "a level on two lines": "TOP\nSECRET\n", "addresses": "a@gmail.com ", "blanks": " ",
    "references": "F.No. 1/2/secret ", "unseen": "S\u200b", "cards": "4539 5787 6362 1486 ", "one long word": "a",
    "half characters": "\ud800", "declarations": "this is secret ", "Tamil": "ரகசியம் ", "snakes": "se_cret ",
}  # fmt: skip
_TAIL = "\nSECRET: x ravi.kumar77@oksbi 5489 3012 7651 aadhaar"
"""Something to find at the very end, so that no stage may stop early."""


def _bytes_at_most(text: str, most: int) -> str:
    return text.encode("utf-8", "surrogatepass")[:most].decode("utf-8", "ignore")


MESSAGES: Mapping[str, str] = {
    name: _bytes_at_most(shape * LARGEST, LARGEST - len(_TAIL)) + _TAIL
    if shape != "\ud800"
    else shape * (LARGEST // 3 - len(_TAIL)) + _TAIL
    for name, shape in _SHAPES.items()
}
"""Each message by the name of its shape."""
