"""The small pieces of a page: names with office and badges, times, sizes, reasons. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bots.retention.export.html_clean import text

CAUSES = {
    "sender": "by who wrote it", "moderator": "by a moderator", "remote": "on the other network",
    "timer": "a timer ran out", "purge": "the homeserver purged it", "disposal": "disposed of by law",
    "unknown": "why is not known",
}  # fmt: skip
"""Why something was deleted, by the words of the log (`bots/retention/facts/cause.py`)."""

_STATUS = {"verified": ("verified", "Verified"), "claimed": ("claimed", "Says so themselves")}


def name(called: str) -> str:
    """A name; its direction is its own."""
    return f"<bdi>{text(called[:200])}</bdi>"


def person(called: str, sender: str | None, tag: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Who says it, in which office and capacity."""
    office = ", ".join(
        str(tag[key]) for key in ("designation", "organisation", "office") if isinstance(tag.get(key), str)
    )
    marks = [_badge(*_STATUS[status])] if (status := tag.get("status")) in _STATUS else []
    marks += [_badge("external", "External")] if tag.get("external") is True else []
    marks += [_badge("warning", f"Name like that of {tag['resembles']}")] if tag.get("resembles") else []
    official, verdict = known.get("official"), level(known)
    if isinstance(official, dict):
        marks.append(_badge("official", f"Official view: {official.get('subject', '')}"))
    marks += [_badge("marking", verdict)] if verdict else []
    shown = f'<span class="office"><bdi>{text(office)}</bdi></span>' if office else ""
    id = f'<span class="id">{text(sender)}</span>' if sender is not None and sender != called else ""
    return f'<b class="name">{name(called)}</b>{shown}{id}{"".join(marks)}'


def level(known: Mapping[str, Any]) -> str | None:
    """The level of its verdict, where a bot told one."""
    verdict = known.get("verdict")
    found = verdict.get("level") if isinstance(verdict, dict) else verdict
    return found if isinstance(found, str) else None


def clock(at: datetime) -> str:
    """The time of a day, with the whole of it for machines and for who points at it."""
    return f'<time datetime="{at.isoformat()}" title="{at.day} {at:%B %Y %H:%M:%S %Z}">{at:%H:%M}</time>'


def moment(at: datetime) -> str:
    """Day and time."""
    return f'<time datetime="{at.isoformat()}">{at.day} {at:%B %Y, %H:%M:%S}</time>'


def size(count: object) -> str:
    """Bytes, for people."""
    amount = float(count) if isinstance(count, int) else 0.0
    for unit in ("bytes", "KB", "MB"):
        if amount < 1000 or unit == "MB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("the last unit takes all")


def _badge(kind: str, words: str) -> str:
    return f'<span class="badge {kind}">{text(words[:200])}</span>'
