"""Check digits and letters: whether a number could have been issued at all. Each takes the value as its pattern
found it, in lower case, signs and spaces included.
"""

import re
from collections.abc import Callable, Mapping

_VERHOEFF_D = tuple(
    tuple(map(int, row))
    for row in ("0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432",
                "7659821043", "8765932104", "9876543210")
)  # fmt: skip
_VERHOEFF_P = tuple(
    tuple(map(int, row))
    for row in ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415",
                "7046913258")
)  # fmt: skip
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_NO_DIGIT = re.compile(r"[^0-9]")
_STATES = frozenset(
    ("an", "ap", "ar", "as", "br", "cg", "ch", "dd", "dl", "dn", "ga", "gj", "hp", "hr", "jh", "jk", "ka", "kl", "la",
     "ld", "mh", "ml", "mn", "mp", "mz", "nl", "od", "or", "pb", "py", "rj", "sk", "tg", "tn", "tr", "ts", "uk", "up",
     "ut", "wb")
)  # fmt: skip


def verhoeff(value: str) -> bool:
    """Verhoeff's check digit, as Aadhaar has it."""
    check = 0
    for place, digit in enumerate(reversed(_digits(value))):
        check = _VERHOEFF_D[check][_VERHOEFF_P[place % 8][int(digit)]]
    return check == 0


def luhn(value: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1); a number of one digit repeated is none."""
    digits = _digits(value)
    twice = sum(int(digit) for other in digits[-2::-2] for digit in str(int(other) * 2))
    return len(set(digits)) > 1 and (sum(map(int, digits[-1::-2])) + twice) % 10 == 0


def gstin(value: str) -> bool:
    """The check character of a GST number (base 36, factors 1 and 2)."""
    total = 0
    for place, letter in enumerate(value[:14]):
        product = _BASE36.index(letter) * (1 + place % 2)
        total += product // 36 + product % 36
    return _BASE36[-total % 36] == value[14] and 1 <= int(value[:2]) <= 38


def nhs(value: str) -> bool:
    """The check digit of the National Health Service (modulus 11)."""
    digits = _digits(value)
    return (11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11) % 11 == int(digits[9])


def pan(value: str) -> bool:
    """A PAN has no check that is published; its number is never 0000."""
    return value[5:9] != "0000"


def licence(value: str) -> bool:
    """A driving licence begins with a state."""
    return value[:2] in _STATES


def entropy(value: str) -> bool:
    """Whether what follows the word looks chosen: letters with digits or signs, not a mask nor a placeholder."""
    chosen = re.split(r"\s|[:=]", value)[-1].strip("'\"`.,;()")
    if len(chosen) < 6 or chosen[0] in "<[{$%*" or len(set(chosen)) < 4:
        return False
    return bool(re.search(r"[0-9]", chosen) and re.search(r"[^0-9]", chosen))


def _digits(value: str) -> str:
    return _NO_DIGIT.sub("", value)


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "none": lambda _: True, "verhoeff": verhoeff, "luhn": luhn, "gstin": gstin, "nhs": nhs, "pan": pan,
    "licence": licence, "entropy": entropy,
}  # fmt: skip
