"""What the engine says of a message or a file: a level, findings with their evidence, what was dismissed and why,
and what was not scanned. Nothing here ever holds the value that was found: a store of findings must not become a
second spill.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["marking", "portion", "credential", "data", "none"]
KINDS: tuple[Kind, ...] = ("marking", "portion", "credential", "data", "none")
"""What a message is, the first that applies."""


@dataclass(frozen=True)
class Level:
    """A level of a scheme, and how high it stands on the ladder that all schemes share."""

    scheme: str
    name: str
    rank: int

    def __str__(self) -> str:
        return f"{self.scheme}:{self.name}"


@dataclass(frozen=True)
class Finding:
    """One thing found: the rule that fired, what it is, where it stands, and on what grounds."""

    rule: str
    type: str
    """Such as AADHAAR, or MARKING."""
    kind: Kind
    segment: str
    start: int
    end: int
    """The span in the segment, counted in characters of the text as it was written."""
    evidence: tuple[str, ...]
    confidence: float
    level: Level | None = None
    flags: tuple[str, ...] = ()
    """`malformed`: no legal combination; `mismatch`: a portion above its banner."""


@dataclass(frozen=True)
class Dismissed:
    """What looked like a finding and is none, with the reason in a word."""

    rule: str
    segment: str
    start: int
    end: int
    reason: str
    note: str = ""
    """More about the reason, such as the name of the thing; from the vocabulary, never from the text."""


@dataclass(frozen=True)
class Verdict:
    """The judgement of everything that was handed in together."""

    findings: tuple[Finding, ...] = ()
    dismissed: tuple[Dismissed, ...] = ()
    not_scanned: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything of what was judged."""
        return bool(self.findings or self.not_scanned)

    @property
    def level(self) -> Level | None:
        """The highest level that a finding carries."""
        levels = [finding.level for finding in self.findings if finding.level is not None]
        return max(levels, key=lambda level: level.rank, default=None)

    @property
    def kind(self) -> Kind:
        """Whether it carries a marking, or exposes data, or neither."""
        return next((kind for kind in KINDS if any(found.kind == kind for found in self.findings)), "none")

    def told(self) -> Mapping[str, Any]:
        """The verdict as plain data, for a line of JSON."""
        return {
            "level": None if self.level is None else str(self.level),
            "kind": self.kind,
            "findings": [_told(finding) for finding in self.findings],
            "not_scanned": list(self.not_scanned),
        }


CLEAN = Verdict()


def merged(one: Verdict, other: Verdict) -> Verdict:
    """The verdict on both together, such as the text of a message and its files."""
    return Verdict(
        tuple(dict.fromkeys((*one.findings, *other.findings))),
        tuple(dict.fromkeys((*one.dismissed, *other.dismissed))),
        tuple(dict.fromkeys((*one.not_scanned, *other.not_scanned))),
    )


def _told(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "level": None if finding.level is None else str(finding.level)}


def packed(verdict: Verdict) -> Mapping[str, Any]:
    """The whole verdict as plain data, to be unpacked in another process."""
    return asdict(verdict)


def unpacked(told: Mapping[str, Any]) -> Verdict:
    """The verdict that was packed."""
    return Verdict(
        tuple(_finding(part) for part in told["findings"]),
        tuple(Dismissed(**part) for part in told["dismissed"]),
        tuple(told["not_scanned"]),
    )


def _finding(told: Mapping[str, Any]) -> Finding:
    level = Level(**told["level"]) if told["level"] is not None else None
    return Finding(**{**told, "level": level, "evidence": tuple(told["evidence"]), "flags": tuple(told["flags"])})
