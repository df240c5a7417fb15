"""Every text of an event is judged, wherever a sender has put it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.classification import event
from bots.classification.engine import Engine
from tests.json_values import JSON, TEXTS

TEXT = {"msgtype": "m.text", "body": "hello"}
MARK = "SECRET: the convoy leaves at five"


@pytest.mark.parametrize(
    ("event_type", "content", "label"),
    [
        ("m.room.message", {"msgtype": "m.text", "body": MARK}, "body"),
        ("m.room.message", {**TEXT, "formatted_body": f"<p>{MARK}</p>"}, "formatted_body"),
        ("m.room.message", {**TEXT, "formatted_body": "<b>SEC</b>RET: <i>the convoy</i>"}, "formatted_body"),
        ("m.room.message", {**TEXT, "formatted_body": f"<img src='mxc://a/b' alt='{MARK}'>"}, "attribute"),
        ("m.room.message", {**TEXT, "formatted_body": f"<!-- {MARK} -->"}, "attribute"),
        ("m.room.message", {**TEXT, "formatted_body": f"<mx-reply>{MARK}</mx-reply>"}, "quote"),
        ("m.room.message", {**TEXT, "formatted_body": f"<{MARK}"}, "formatted_body"),
        ("m.room.message", {**TEXT, "m.new_content": {"msgtype": "m.text", "body": MARK}}, "body:m.new_content"),
        ("m.room.message", {"msgtype": "m.file", "body": "SECRET plan.docx"}, "file_name"),
        ("m.room.message", {"msgtype": "m.file", "body": "x", "filename": "SECRET plan.docx"}, "file_name"),
        ("m.room.message", {"msgtype": "m.image", "body": MARK, "filename": "a.png"}, "caption"),
        ("m.room.message", {"msgtype": "m.location", "body": "x", "m.location": {"description": MARK}}, "location"),
        ("m.room.message", {"body": "x", "org.example": {"deep": [{"er": MARK}]}}, "other:org.example.deep.er"),
        ("m.room.message", {"body": "x", MARK: 1}, "other"),
        ("m.poll.start", {"m.poll": {"question": {"m.text": [{"body": MARK}]}}}, "question"),
        ("org.matrix.msc3381.poll.start",
         {"org.matrix.msc3381.poll.start": {"answers": [{"id": "1", "org.matrix.msc1767.text": MARK}]}}, "answer"),
        ("m.room.topic", {"topic": MARK}, "topic"),
        ("m.room.topic", {"topic": "x", "m.topic": {"m.text": [{"body": f"<p>{MARK}</p>"}]}}, "topic:m.topic.m.text"),
        ("m.room.name", {"name": MARK}, "name"),
        ("m.reaction", {"m.relates_to": {"event_id": "$1", "rel_type": "m.annotation", "key": "SECRET"}}, "reaction"),
        ("m.room.redaction", {"reason": MARK}, "reason"),
        ("m.room.member", {"membership": "leave", "reason": MARK}, "reason"),
    ],
)  # fmt: skip
def test_a_marking_is_found_wherever_it_stands(
    engine: Engine, event_type: str, content: dict[str, Any], label: str
) -> None:
    verdict = engine.judge_event(event_type, content)
    assert str(verdict.level) == "IN:SECRET"
    assert label in [finding.segment for finding in verdict.findings]


def test_what_a_reply_quotes_is_told_apart(engine: Engine) -> None:
    content = {
        "msgtype": "m.text", "body": f"> <@ravi:mha.example> {MARK}\n\nNoted.",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}},
    }  # fmt: skip
    found = event.segments("m.room.message", content)
    assert [(segment.where, segment.text) for segment in found][-1] == ("body", "Noted.")
    assert found[0].where == "quote" and MARK in found[0].text


def test_ids_keys_and_hashes_are_no_texts() -> None:
    content = {
        "msgtype": "m.file", "body": "a.pdf", "url": "mxc://a/b", "info": {"mimetype": "application/pdf"},
        "file": {"url": "mxc://a/b", "key": {"k": "secret"}, "hashes": {"sha256": "x"}},
    }  # fmt: skip
    assert [segment.text for segment in event.segments("m.room.message", content)] == ["a.pdf"]


def test_content_that_nests_without_end_is_told_as_not_scanned(engine: Engine) -> None:
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"a": deep}
    assert engine.judge_event("m.room.message", {"body": "x", "b": deep}).not_scanned == ("content: nested too deeply",)


@given(st.dictionaries(TEXTS, JSON, max_size=5))
def test_no_content_is_too_odd(content: dict[str, Any]) -> None:
    assert all(isinstance(segment.text, str) for segment in event.segments("m.room.message", content))
    assert event.deeper(content) in (True, False)
