"""A verdict in words: which rule fired and on what grounds, what would change it, what was considered and
dismissed. Spans and names of rules only; the text itself is not repeated.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bots.classification.grammar import Grammar
from bots.classification.scheme import DataRule, FormRule, Rule
from bots.classification.verdict import Dismissed, Finding, Verdict

_CHANGES = {
    "line": "it would not count in a sentence, as a question, in quotation marks, or as a small word alone",
    "banner": "it would not count without the sign behind it, in small letters, or before a noun that it describes",
    "footer": "it would not count in small letters, or without the sign before it",
    "bracket": "it would not count in small letters, without its brackets, or after a word of denial",
    "field": "it would not count as a question, or under a field of another name",
    "declaration": "it would not count in a question, with a word of denial, or of another thing than this message",
    "reference": "it would not count outside of the number of a file or letter",
    "file_name": "it would not count in small letters in the middle of the name",
    "portion": "it would not count in a list, before a year, or before fewer than three words",
    "control": "it would not count in quotation marks, after a word of denial, or without its handling words",
    "inline": "it would not count in small letters, in a question, or after a word of denial",
    "label": "another label in the file's properties would",
    "disguised": "it would not count if it were spelled in plain letters in a sentence",
}
_REASONS = {
    "name": "it is part of the name of a thing",
    "list": "several levels are listed, or it is one item of a list",
    "question": "it is asked about",
    "quotation": "it is quoted",
    "thing": "it describes a noun",
    "alone": "it is an ordinary word, alone and not in capitals",
    "sentence": "it stands in a sentence, not in the place of a marking",
    "denial": "a word of denial takes it back",
    "ordinary": "it is an ordinary word unless in capitals",
    "foreign": "without its prefix it belongs to no scheme of this room",
    "form": "its scheme has no rule for this place",
    "check": "its check digit, or shape, is wrong",
    "published": "it is a specimen that is printed everywhere",
    "longer": "it is part of a longer number",
    "decimal": "it is the fraction of a decimal number",
    "phone": "+ or +91 before it makes it a phone number",
    "ordinary_number": "the word before it makes it an order, payment or other ordinary number",
    "specimen": "the word before it says that it is an example",
    "no_context": "no word near it says what it is",
    "number": "a number or copyright follows",
    "short": "fewer than three words follow",
    "legend": "it stands for the word that follows",
}


def explained(verdict: Verdict, grammar: Grammar) -> Iterator[str]:
    """The verdict in sentences, one a line."""
    if verdict.level is None and not verdict.findings:
        yield "Nothing was found." if not verdict.not_scanned else "Nothing was found in what could be read."
    for finding in verdict.findings:
        yield from _found(finding, grammar)
    for dismissed in verdict.dismissed:
        yield _dismissed(dismissed)
    for unread in verdict.not_scanned:
        yield f"Not scanned: {unread}."


def _found(finding: Finding, grammar: Grammar) -> Iterator[str]:
    rule = grammar.rules[finding.rule]
    what = (
        f"{finding.level}, {_a(finding.kind)}" if finding.level is not None else f"{finding.type}, {_a(finding.kind)}"
    )
    place = f"{finding.segment} {finding.start}-{finding.end}"
    yield f"{what}, in {place} by rule {finding.rule} (confidence {finding.confidence}): {rule.reason}"
    grounds = ", ".join(evidence.replace("_", " ") for evidence in finding.evidence)
    yield f"  Grounds: {grounds}."
    if "malformed" in finding.flags:
        yield "  Malformed: its parts may not stand together so; it keeps its level."
    if "mismatch" in finding.flags:
        yield "  Mismatch: this portion is above the banner of the text."
    yield f"  What would change it: {_change(rule)}."


@dataclass(frozen=True)
class Ground:
    """A rule that fired."""

    rule: str
    reason: str
    change: str
    """What would change it."""


def grounds(verdict: Verdict, grammar: Grammar) -> Iterator[Ground]:
    """Each rule that fired, once; of those that are loaded no more nothing can be said."""
    for name in dict.fromkeys(finding.rule for finding in verdict.findings):
        if (rule := grammar.rules.get(name)) is not None:
            yield Ground(name, rule.reason.rstrip("."), _change(rule))


def _change(rule: Rule) -> str:
    match rule:
        case FormRule(form=form):
            return _CHANGES[form]
        case DataRule():
            return _would_change(rule)
        case _:
            raise TypeError(f"{type(rule).__name__} is no kind of rule")


def _would_change(rule: DataRule) -> str:
    changes = ["the value masked (XXXX)"]
    if rule.check not in ("none", "entropy", "domain"):
        changes.append("a wrong check digit or letter")
    if rule.context is not None and rule.context.needed != "never":
        changes.append("none of its words near it")
    if rule.disarm:
        changes.append("a word such as order, UTR or Rs just before it")
    return "; ".join(changes)


def _dismissed(dismissed: Dismissed) -> str:
    what = "The word of a level" if dismissed.rule.endswith((".*", "name")) else f"What looks like {dismissed.rule}"
    why = _REASONS.get(dismissed.reason, dismissed.reason)
    note = f" ({dismissed.note.rstrip('.')})" if dismissed.note else ""
    return (
        f"Dismissed: {what[0].lower()}{what[1:]} in {dismissed.segment} {dismissed.start}-{dismissed.end}: {why}{note}."
    )


def _a(kind: str) -> str:
    return kind if kind == "data" else f"a {kind}"
