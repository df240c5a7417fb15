"""What is said of one wording: that it is a marking in some place, or that it is none."""

from dataclasses import dataclass

from bots.classification.scheme import Form


@dataclass(frozen=True)
class Counts:
    """The wording is a marking, in this place."""

    form: Form
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """The wording is none, and why."""

    reason: str


Answer = tuple[str, ...] | Mention | None
"""The evidence of a place, why the wording is none, or nothing, where it stands in another place."""
