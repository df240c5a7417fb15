"""The stage with google-re2 and the one without it: which of them names the rules never changes a verdict."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.classification.engine import Engine
from bots.classification.load import load
from bots.classification.prefilter import Automaton, Words
from tests import hostile

PIECES = st.sampled_from(
    ["SECRET", "secret", "TOP", "S3CR3T", "S E C R E T", "गुप्त", "गोपनीय", "NATO", "TLP:RED", "UK", "//", "NOFORN",
     "(S)",
     "5489 3012 7651", "aadhaar", "BNZPM2501F", "29BNZPM2501F1ZQ", "ravi@oksbi", "ravi@gmail.com", "draft",
     "password:",
     "Tiger#4471", "4539 5787 6362 1486", "+91 ", "98123 45670", "call", "-----BEGIN PRIVATE KEY-----", "\n", " ",
     ": ",
     "-", ".", "\u200b", "\u202e", "TERCES", "ЅЕСRЕТ", "𝐒𝐄𝐂", "Classification", "?", "\"", "[", "]", "*", "_",
     "not", "F.No. 1/2/",
     "Santa", "12", "34.15256, 77.57705", "K4739216", "passport", "IFSC SBIN0001234", "रहस्य", "e\u0301", "\ud800",
     "\n(C//XX) The column leaves", "\n(S) The",
     "Subject: ", "Page 3 ", "\ufdfa", "\n(C//XX) The column leaves", "\n(S) The", "Subject: ", "Page 3 "]
)  # fmt: skip


@settings(max_examples=1500)
@given(st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join))
def test_with_and_without_the_native_library_the_verdicts_are_the_same(text: str) -> None:
    native, plain = both()
    assert native.judge_text(text) == plain.judge_text(text)


ENGINES: list[Engine] = []


def both() -> list[Engine]:
    # hypothesis knows no fixtures of the session.
    if not ENGINES:
        ENGINES.extend((load(), load(native=False)))
    return ENGINES


def test_each_engine_has_the_stage_that_it_should(engine: Engine, plain_engine: Engine) -> None:
    assert isinstance(engine.stage, Automaton)
    assert isinstance(plain_engine.stage, Words)


def test_an_automaton_that_fails_silently_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def Match(self, text: str) -> list[int]:  # noqa: N802  (as google-re2 names it)
            return []

    monkeypatch.setattr(engine.stage, "_set", Failing())
    assert str(engine.judge_text("SECRET: the convoy leaves").level) == "IN:SECRET"


def test_an_ordinary_message_ends_at_the_first_stage(engine: Engine, plain_engine: Engine) -> None:
    for text in (
        "Good morning, the meeting is at ten.",
        "मंत्रालय की बैठक सोमवार को होगी",
        "ok",
        "",
        "Room 12, platform 4",
    ):
        assert not engine.stage.hits(text.lower())
        assert not plain_engine.stage.hits(text.lower())


@pytest.mark.parametrize("text", hostile.MESSAGES.values(), ids=hostile.MESSAGES)
def test_the_verdicts_on_long_messages_are_the_same_too(engine: Engine, plain_engine: Engine, text: str) -> None:
    assert engine.judge_text(text) == plain_engine.judge_text(text)
