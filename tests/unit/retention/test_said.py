"""All that people can read in an event can be found, and what only machines read cannot."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from bots.retention.search import rows, said
from bots.retention.search.said import Kind
from bots.retention.search.tokens import Tokens
from bridge.model import Entry, Event
from tests.json_values import JSON


def event(
    type: str = "m.room.message", state_key: str | None = None, more: Mapping[str, Any] | None = None, **plain: Any
) -> Event:
    content = {**plain, **(more or {})}
    fields: dict[str, Any] = {"type": type, "content": content, "sender": "@ravi:mha.lab", "event_id": "$1"}
    return Event.read(json.dumps(fields if state_key is None else {**fields, "state_key": state_key}).encode())


def spoken(found: Event) -> set[str]:
    return {word for text in rows.spoken(found) for word in text}


def entry(found: Event) -> Entry:
    return Entry(1, datetime.now(UTC), "push", False, lambda: found.raw, type=found.type)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (event(msgtype="m.text", body="the culvert"), {"the", "culvert"}),
        (
            event(body="x", formatted_body="<b>esti</b>mate<br>is&nbsp;ready", format="f"),
            {"x", "estimate", "is", "ready"},
        ),
        (event(body="* new", more={"m.new_content": {"body": "newer words"}}), {"new", "newer", "words"}),
        (
            event(msgtype="m.file", body="see this", filename="Tender-2026.pdf"),
            {"see", "this", "tender", "2026", "pdf"},
        ),
        (event("m.room.topic", "", topic="Flood relief"), {"flood", "relief"}),
        (event("m.room.name", "", name="Cell"), {"cell"}),
        (event("m.room.redaction", reason="a mistake"), {"a", "mistake"}),
        (event("m.room.member", "@a:b", membership="leave", displayname="Asha", reason="moved"), {"asha", "moved"}),
        (
            event(
                "org.matrix.msc3381.poll.start",
                more={
                    "org.matrix.msc3381.poll.start": {
                        "question": {"org.matrix.msc1767.text": "Which day?"},
                        "answers": [{"id": "1", "org.matrix.msc1767.text": "Monday"}],
                    }
                },
            ),
            {"which", "day", "monday"},
        ),
        (event(body="> <@a:b> quoted\n\nown", more={"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}), {"own"}),
        (event(body="own", formatted_body="<mx-reply>quoted</mx-reply>own"), {"own"}),
        (event("m.room.encrypted", ciphertext="AAAA", algorithm="m.megolm"), set()),
    ],
    ids=map(str, range(12)),
)
def test_what_people_read_is_found_and_nothing_else(given: Event, wanted: set[str]) -> None:
    assert spoken(given) == wanted


def test_a_body_that_is_also_formatted_is_kept_once() -> None:
    assert rows.spoken(event(body="the culvert", formatted_body="the <b>culvert</b>")) == [("the", "culvert")]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (event(msgtype="m.text", body="x"), Kind.MESSAGE),
        (event(msgtype="m.image", body="x"), Kind.FILE),
        (event("m.sticker", body="x"), Kind.FILE),
        (event(body="x", more={"m.new_content": {}}), Kind.EDIT),
        (event("m.reaction"), Kind.REACTION),
        (event("m.room.topic", ""), Kind.STATE),
        (event("m.room.redaction"), Kind.DELETION),
        (event("m.room.encrypted"), Kind.UNREADABLE),
        (event("m.poll.start"), Kind.MESSAGE),
        (event("in.example"), Kind.OTHER),
    ],
)
def test_each_event_is_of_a_kind(given: Event, kind: Kind) -> None:
    assert said.kind(entry(given)) == kind


@given(JSON)
def test_no_event_is_too_odd(content: Any) -> None:
    odd = Event.read(json.dumps({"type": "m.room.message", "content": content}).encode())
    said.kind(entry(odd))
    assert all(Tokens(bytes(32)).sequence(words) for words in rows.spoken(odd))


@pytest.mark.parametrize("formatted", ["<" * 60_000, "<mx-reply>" * 6_000, "<a " * 20_000, "<a b" + " " * 60_000])
def test_no_markup_takes_long(formatted: str) -> None:
    began = time.perf_counter()
    rows.spoken(event(body="x", formatted_body=formatted))
    assert time.perf_counter() - began < 0.2
