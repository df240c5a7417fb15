"""What `Lookalikes` answers: whose name a name reads as, and how it comes to do so."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.model import UserId


class How(StrEnum):
    """By what a name reads as another; of several, the one that is least likely an accident."""

    INVISIBLE = "invisible"
    """It holds characters that nobody sees, or that turn the direction of writing."""
    CONFUSABLE = "confusable"
    """It holds characters that look like others, accents, or digits for letters."""
    TITLE = "title"
    """It is the same name with a title or a post before or after it."""
    SAME_NAME = "same name"
    """It is the same name, but for case, spaces, punctuation and the order of words."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A person of the roster whose name somebody else's name reads as."""

    person: UserId
    how: How
    evidence: tuple[str, ...]
    """The characters that did it, as `U+0430 CYRILLIC SMALL LETTER A`, or the words."""
