"""Messages made to keep the engine busy. The bound is generous, since tests are not timed; `python -m tests.bench
classify` has the figure.
"""

import time

import pytest

from bots.classification.engine import Engine

LARGEST = 65_536
BOUND = 2.0
"""Seconds for a message that takes some hundredths of one."""

SHAPES = {
    "letters apart": "a ", "a level again and again": "SECRET ", "a level spaced apart": "S E C R E T ", "ones": "1",
    "ones apart": "1 ", "signs": "a@", "line ends": "a\n", "empty lines": "\n", "marks": "a\u0301",
    "only marks": "\u0301",
    "a character that grows": "\ufdfa", "spelled with digits": "s3cr3t ", "Hindi": "गुप्त ", "look-alikes": "ЅЕСRЕТ ",
    "turned": "\u202eTERCES\n", "portions": "(S) the convoy leaves at five\n", "brackets": "(",
    "Aadhaars": "aadhaar 548930127651 ",
    "underscores": "a_", "tokens": "eyj-", "passwords": "password:", "bold mathematics": "𝐒",
    "two lines": "TOP\nSECRET\n",
    "addresses": "a@gmail.com ", "quotes": '"', "blanks": " ", "references": "F.No. 1/2/secret ", "unseen": "S\u200b",
    "cards": "4539 5787 6362 1486 ", "half characters": "\ud800", "declarations": "this is secret ", "tags": "<b>",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_shape_of_message_keeps_the_engine_busy(engine: Engine, shape: str) -> None:
    tail = "\nSECRET: x ravi.kumar77@oksbi 5489 3012 7651 aadhaar"
    text = (shape * LARGEST)[: LARGEST - len(tail)] + tail
    began = time.perf_counter()
    engine.judge_text(text)
    assert time.perf_counter() - began < BOUND


def test_markup_without_an_end_does_not_either(engine: Engine) -> None:
    for shape in ("<!--", "<b ", "<blockquote>", "<a href='", "&amp;", "<a b=c "):
        began = time.perf_counter()
        engine.judge_event("m.room.message", {"body": "x", "formatted_body": (shape * LARGEST)[:LARGEST]})
        assert time.perf_counter() - began < BOUND


def test_more_levels_than_are_judged_is_told_as_not_scanned(engine: Engine) -> None:
    verdict = engine.judge_text("what is secret here, " * 2000)
    assert verdict.findings == () and "body: more than 150 wordings of levels" in verdict.not_scanned


def test_a_marking_at_the_end_of_a_long_message_is_found(engine: Engine) -> None:
    assert str(engine.judge_text("x " * 30_000 + "\nTOP SECRET\n").level) == "IN:TOP SECRET"
    assert str(engine.judge_text("TOP SECRET\n" + "x " * 30_000).level) == "IN:TOP SECRET"
    assert str(engine.judge_text("x " * 15_000 + "\nTOP SECRET\n" + "x " * 15_000).level) == "IN:TOP SECRET"
