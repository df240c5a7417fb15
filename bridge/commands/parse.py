"""Whether an entry of the journal is a command, and which: a person's own text, new and live, whose first line is
`!setu VERB arguments`, or begins with the word of a bot. Nothing else is one: no edit, notice, emote, quotation,
formatted text or copy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bridge.model import Entry, Event
from bridge.origin import MARK

LONGEST = 1_000
"""Characters of a command's line."""

THREAD = "m.thread"
"""The one relation that a command may have, beside a reply, which is no relation of a type."""


FRESH = timedelta(minutes=5)
"""A command that was said while Setu was away, and was found by reading the room back, is obeyed where it was found so
soon. Later on nobody waits for it any more, and much may have been asked for since.
"""


@dataclass(frozen=True)
class Command:
    """What a person asks for."""

    word: str
    """With which the line begins, such as `!setu`: whom it is for."""
    verb: str = ""
    """What is asked for; empty where only the word was said."""
    rest: str = ""
    """What follows on the line."""

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(self.rest.split())

    @property
    def name(self) -> str | None:
        """The first argument: of commands about a link, its name."""
        return self.arguments[0] if self.arguments else None


def is_live(entry: Entry) -> bool:
    """Whether it was sent to us as it happened: neither late, nor history, nor what an entry of it completes."""
    return entry.source == "push" and not entry.late and entry.cites is None


def command(entry: Entry, words: Collection[str]) -> Command | None:
    """The command that an entry is, if it begins with one of these words."""
    if not (is_live(entry) or _was_just_missed(entry)) or entry.taken_back or not _is_own_text(entry.event):
        return None
    return _read(_line(entry.event), words)


def _was_just_missed(entry: Entry) -> bool:
    if entry.source != "messages" or not entry.late or entry.cites is not None:
        return False
    sent_at = entry.event.sent_at
    return sent_at is not None and abs(entry.received_at - sent_at) <= FRESH


def _is_own_text(event: Event) -> bool:
    if event.type != "m.room.message" or "state_key" in event.fields or event.id is None or event.sender is None:
        return False
    return event.text("msgtype") == "m.text" and _is_new(event)


def _is_new(event: Event) -> bool:
    """Neither an edit (Client-Server API, "Event replacements") nor anything else that is about another event."""
    relation = event.content.get("m.relates_to", {})
    if not isinstance(relation, dict) or "m.new_content" in event.content or MARK in event.content:
        return False
    return relation.get("rel_type") in (None, THREAD)


def _line(event: Event) -> str:
    """The first line; a quotation before a reply begins with `>`, and so is none of a command."""
    lines = (event.text("body") or "").splitlines()
    return lines[0] if lines and len(lines[0]) <= LONGEST else ""


def _read(line: str, words: Collection[str]) -> Command | None:
    first, *more = line.split(maxsplit=2)[:3] if line.strip() else [""]
    if first not in words or not line.startswith(first):
        return None
    verb, rest = [*more, "", ""][:2]
    return Command(first, verb, rest.strip())
