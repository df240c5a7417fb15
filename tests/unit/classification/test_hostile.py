"""Messages made to keep the engine busy. The bound is generous, since tests are not timed; `python -m tests.bench
classify` has the figure.
"""

import time

import pytest

from bots.classification.engine import Engine
from tests import hostile

BOUND = 2.0
"""Seconds for a message that takes some hundredths of one."""


@pytest.mark.parametrize("text", hostile.MESSAGES.values(), ids=hostile.MESSAGES)
def test_no_shape_of_message_keeps_the_engine_busy(engine: Engine, text: str) -> None:
    began = time.perf_counter()
    engine.judge_text(text)
    assert time.perf_counter() - began < BOUND


def test_markup_without_an_end_does_not_either(engine: Engine) -> None:
    for shape in ("<!--", "<b ", "<blockquote>", "<a href='", "&amp;", "<a b=c "):
        began = time.perf_counter()
        engine.judge_event(
            "m.room.message", {"body": "x", "formatted_body": (shape * hostile.LARGEST)[: hostile.LARGEST]}
        )
        assert time.perf_counter() - began < BOUND


def test_more_levels_than_are_judged_is_told_as_not_scanned(engine: Engine) -> None:
    verdict = engine.judge_text("what is secret here, " * 2000)
    assert verdict.findings == () and "body: more than 150 wordings of levels" in verdict.not_scanned


def test_a_marking_at_the_end_of_a_long_message_is_found(engine: Engine) -> None:
    assert str(engine.judge_text("x " * 30_000 + "\nTOP SECRET\n").level) == "IN:TOP SECRET"
    assert str(engine.judge_text("TOP SECRET\n" + "x " * 30_000).level) == "IN:TOP SECRET"
    assert str(engine.judge_text("x " * 15_000 + "\nTOP SECRET\n" + "x " * 15_000).level) == "IN:TOP SECRET"
