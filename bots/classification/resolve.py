"""What remains of all that was found: of findings that overlap one is kept, a marking in two languages is told
once, what is a finding in one view is not dismissed in another, and a portion above its banner is a mismatch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bots.classification.verdict import Dismissed, Finding, Verdict

BETWEEN = 4
"""Characters between two wordings of one level that are one marking."""

_BANNERS = frozenset({"own_line", "banner", "footer", "field"})


def verdict(found: Iterable[Finding | Dismissed], unread: Sequence[str]) -> Verdict:
    """The verdict on all that was found in texts that belong together."""
    everything = list(found)
    findings = _single([part for part in everything if isinstance(part, Finding)])
    places = [(part.segment, part.start, part.end) for part in findings]
    dismissed = [
        part for part in everything
        if isinstance(part, Dismissed) and not any(_meets(part, place) for place in places)
    ]  # fmt: skip
    return Verdict(tuple(_compared(findings)), tuple(dict.fromkeys(dismissed)), tuple(unread))


def _single(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    last: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_weight):
        near = last.setdefault(finding.segment, [])
        if not any(_same(finding, other) for other in near):
            near.append(finding)
            kept.append(finding)
    return sorted(kept, key=lambda finding: (finding.segment, finding.start, finding.end))


def _weight(finding: Finding) -> tuple[int, int, int, int, float]:
    rank = finding.level.rank if finding.level is not None else -1
    checked = "check_digit" in finding.evidence
    return (-checked, -rank, -(finding.end - finding.start), len(finding.evidence), -finding.confidence)


def _same(finding: Finding, other: Finding) -> bool:
    overlap = finding.start < other.end and other.start < finding.end
    if finding.kind != other.kind:
        return overlap and {finding.kind, other.kind} != {"marking", "data"}
    gap = max(finding.start - other.end, other.start - finding.end)
    return overlap or (finding.level is not None and finding.level == other.level and gap <= BETWEEN)


def _meets(part: Dismissed, place: tuple[str, int, int]) -> bool:
    segment, start, end = place
    return part.segment == segment and part.start < end and start < part.end


def _compared(findings: Sequence[Finding]) -> Iterable[Finding]:
    banners = [
        f.level.rank for f in findings if f.level is not None and f.kind == "marking" and _BANNERS & {*f.evidence}
    ]
    for finding in findings:
        above = (
            finding.kind == "portion" and finding.level is not None and finding.level.rank > max(banners, default=100)
        )
        yield replace(finding, flags=(*finding.flags, "mismatch")) if above else finding
