"""A level spelled so that a filter does not see it is seen, and told as what it is."""

import pytest

from bots.classification.engine import Engine

DISGUISED = [
    ("S E C R E T", "spaced_letters"), ("T O P  S E C R E T", "spaced_letters"), ("S.E.C.R.E.T", "spaced_letters"),
    ("S-E-C-R-E-T: the convoy", "spaced_letters"), ("S\nE\nC\nR\nE\nT", "spaced_letters"),
    ("S\u200bE\u200bC\u200bR\u200bE\u200bT", "unusual_letters"), ("SEC\u00adRET", "unusual_letters"),
    ("SE\u2060CRET: x y z", "unusual_letters"), ("ЅЕСRЕТ: the convoy", "look_alikes"), ("SΕCRΕT", "look_alikes"),
    ("ＳＥＣＲＥＴ", "unusual_letters"), ("𝐒𝐄𝐂𝐑𝐄𝐓 - the convoy", "unusual_letters"), ("𝕊𝔼ℂℝ𝔼𝕋", "unusual_letters"),
    ("🇸🇪🇨🇷🇪🇹", "unusual_letters"), ("🅂🄴🄲🅁🄴🅃", "unusual_letters"), ("Ⓢⓔⓒⓡⓔⓣ: x y z", "unusual_letters"),
    ("ꜱᴇᴄʀᴇᴛ: the convoy", "unusual_letters"), ("ŚÉĆŔÉT", "unusual_letters"), ("S̶E̶C̶R̶E̶T̶", "unusual_letters"),
    ("S3CR3T", "digits_for_letters"), ("$ECRET: x", "digits_for_letters"), ("T0P S3CR3T", "digits_for_letters"),
    ("\u202eTERCES", "reversed"), ("SEC\nRET\nThe convoy leaves at five.", "split_over_lines"),
    ("**SEC**RET: the convoy", "markup_in_word"), ("the S.E.C.R.E.T note of today", "spaced_letters"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "evidence"), DISGUISED)
def test_a_disguise_is_undone_and_told(engine: Engine, text: str, evidence: str) -> None:
    verdict = engine.judge_text(text)
    assert verdict.level is not None and verdict.level.rank >= 40
    assert any(evidence in found.evidence for found in verdict.findings)


@pytest.mark.parametrize("text", ["TOP\nSECRET\nThe convoy leaves.", "TOP-SECRET: x", "TOPSECRET: x", "TOP  SECRET"])
def test_a_level_of_two_words_may_be_parted(engine: Engine, text: str) -> None:
    assert str(engine.judge_text(text).level) == "IN:TOP SECRET"


@pytest.mark.parametrize(
    "text",
    ["а еще есть секрет", "a b c d e f g", "the password was s3cr3t", "I i I i", "Grade A B C D",
     "see_the_snake_case_here",
     "flight 471 to Delhi", "abc123 def456", "x\ny\nz\nw", "आ ई ऊ ए ओ", "e\u0301te\u0301 a\u0300 Pondiche\u0301ry"],
)  # fmt: skip
def test_ordinary_oddities_are_no_disguise(engine: Engine, text: str) -> None:
    assert engine.judge_text(text).findings == ()


def test_folding_look_alikes_leaves_indian_text_alone(engine: Engine) -> None:
    assert engine.judge_text("०१२ गोपनीयता की शपथ").findings == ()
