"""Which messages are commands, and above all which are not."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.commands.parse import Command
from bridge.commands.parse import command as parsed
from bridge.model import Entry
from tests.json_values import JSON
from tests.people import event

SETU, ID = "!setu", "!id"
HELP = Command(SETU, "help")
WHEN = datetime(2026, 1, 5, tzinfo=UTC)


def entry(content: object, **fields: Any) -> Entry:
    known = {"type": "m.room.message", "content": content, **fields}
    return Entry(1, WHEN, "push", False, lambda: event("$1", **known).raw)


def command(of: Entry) -> Command | None:
    """Where Setu and one bot can be talked to."""
    return parsed(of, {SETU, ID})


def text(body: object, **content: Any) -> Entry:
    return entry({"msgtype": "m.text", "body": body, **content})


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("!setu", Command(SETU)),
        ("!setu help", HELP),
        ("!setu link cell", Command(SETU, "link", "cell")),
        ("!setu  link  cell  !abc:nic.lab ", Command(SETU, "link", "cell  !abc:nic.lab")),
        ("!setu dance", Command(SETU, "dance")),
        ("!setu LINK cell", Command(SETU, "LINK", "cell")),
        ("!setu accept a\n!setu accept b", Command(SETU, "accept", "a")),
        ("!setu accept a\u2028b", Command(SETU, "accept", "a")),
        ("!id me Ravi Kumar; Director; Home", Command(ID, "me", "Ravi Kumar; Director; Home")),
        ("!id", Command(ID)),
    ],
)
def test_the_first_line_of_a_text_is_a_command(body: str, asked: Command) -> None:
    assert command(text(body)) == asked


def test_the_arguments_of_a_command_are_its_words() -> None:
    asked = Command(SETU, "link", "cell  !abc:nic.lab")
    assert (asked.arguments, asked.name) == (("cell", "!abc:nic.lab"), "cell")


@pytest.mark.parametrize(
    "body",
    [
        "", " !setu help", "\n!setu help", "!Setu help", "!SETU help", "!setuhelp", "!setu-help", "!ids me", "!",
        "!identity", "please: !setu help",
        "> <@asha:nic.lab> !setu unlink cell\n\n!setu unlink cell", "namaste\n!setu unlink cell", "> !setu unlink cell",
        "!setu " + "x" * 1_000, None, 7, ["!setu help"], {"body": "!setu help"},
    ],
)  # fmt: skip
def test_what_stands_elsewhere_or_looks_alike_is_none(body: object) -> None:
    assert command(text(body)) is None


@pytest.mark.parametrize("msgtype", ["m.notice", "m.emote", "m.image", "m.server_notice", None, "M.TEXT"])
def test_only_a_text_is_obeyed(msgtype: object) -> None:
    assert command(entry({"msgtype": msgtype, "body": "!setu help"})) is None


def test_what_stands_in_the_formatted_text_alone_is_none() -> None:
    hidden = text("namaste", format="org.matrix.custom.html", formatted_body="!setu unlink cell")
    assert command(hidden) is None


@pytest.mark.parametrize(
    "more",
    [
        {"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}, "m.new_content": {"body": "!setu help"}},
        {"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}},
        {"m.new_content": {"msgtype": "m.text", "body": "!setu help"}},
        {"m.relates_to": {"rel_type": "m.reference", "event_id": "$0"}},
        {"m.relates_to": {"rel_type": ["m.thread"]}},
        {"m.relates_to": "m.replace"},
        {"in.setu.origin": {}},
    ],
)
def test_an_edit_a_copy_or_what_relates_oddly_is_none(more: dict[str, object]) -> None:
    assert command(text("!setu help", **more)) is None


def test_a_reply_or_a_thread_in_which_a_person_writes_one_is_one() -> None:
    reply = {"m.in_reply_to": {"event_id": "$0"}}
    assert command(text("!setu help", **{"m.relates_to": reply})) == HELP
    thread = {"rel_type": "m.thread", "event_id": "$0", **reply}
    assert command(text("!setu help", **{"m.relates_to": thread})) == HELP


@pytest.mark.parametrize(
    "change", [{"late": True}, {"source": "messages"}, {"source": "state"}, {"source": "gap"}, {"cites": 1}]
)
def test_what_comes_late_or_from_history_is_none(change: dict[str, Any]) -> None:
    assert command(text("!setu help")) is not None
    assert command(dataclasses.replace(text("!setu help"), **change)) is None


@pytest.mark.parametrize(
    ("minutes", "obeyed"), [(0, True), (4, True), (-4, True), (6, False), (-6, False), (24 * 60, False)]
)
def test_what_was_just_missed_is_obeyed_and_what_is_older_is_not(minutes: int, obeyed: bool) -> None:
    sent = int((WHEN - timedelta(minutes=minutes)).timestamp() * 1000)
    said = entry({"msgtype": "m.text", "body": "!setu help"}, origin_server_ts=sent)
    missed = dataclasses.replace(said, source="messages", late=True)
    assert (command(missed) == HELP) is obeyed
    assert command(dataclasses.replace(missed, late=False)) is None, "it is of the room's history"
    assert command(dataclasses.replace(missed, cites=1)) is None
    assert command(dataclasses.replace(missed, source="decrypted")) is None


def test_another_kind_of_event_is_none() -> None:
    content = {"msgtype": "m.text", "body": "!setu help"}
    assert command(entry(content, type="m.sticker")) is None
    assert command(entry(content, state_key="")) is None
    assert command(entry(content, sender="nobody")) is None
    assert command(entry(content, unsigned={"redacted_because": {}})) is None


@given(st.dictionaries(st.sampled_from(["msgtype", "body", "m.relates_to", "m.new_content"]), JSON), JSON)
def test_nothing_that_comes_makes_it_fail(content: dict[str, object], odd: object) -> None:
    for hostile in (content, odd, {**content, "msgtype": "m.text", "body": "!setu help"}):
        found = command(entry(hostile))
        assert found is None or found == HELP
