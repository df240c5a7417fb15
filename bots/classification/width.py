"""How few and how many characters a pattern matches, as the parser of Python's `re` tells it."""

from re import _constants, _parser  # type: ignore[attr-defined]

ENDLESS: int = _constants.MAXREPEAT


def least_width(pattern: str) -> int:
    """The fewest characters that a pattern matches."""
    least: int = _parser.parse(pattern).getwidth()[0]
    return least


def most_width(pattern: str) -> int:
    """The most; `ENDLESS` or more where there is no limit.

    Raises:
        re.error: it is no regular expression.
    """
    most: int = _parser.parse(pattern).getwidth()[1]
    return most
