"""People speak of secrets all day: what only names a level carries none."""

import pytest

from bots.classification.engine import Engine

MENTIONS = [
    "Is this SECRET?", "This is not SECRET", "That isn't CONFIDENTIAL.", "he said \"SECRET\" quite loudly",
    "गोपनीय नहीं है",
    "\"गोपनीय\" शब्द हटाओ", "Levels: TOP SECRET, SECRET, CONFIDENTIAL and RESTRICTED", "Secret Santa is on Friday",
    "SECRET SANTA: names by Friday", "The Official Secrets Act, 1923 applies", "Restricted Holiday on Monday",
    "RESTRICTED HOLIDAY", "His Annual Confidential Report is due", "CONFIDENTIAL REPORT: forms are out",
    "It was elected by secret ballot", "a trade secret", "TOP SECRET RECIPE of my mother", "the secretary is on leave",
    "गुप्ता जी कल आएंगे", "गुप्तदान पेटी", "SECRETARY: please note", "secret", "Secret.", "Confidential",
    "official language week",
    "the client secret: rotate it", "secret: the shared secret of the hook", "SECRET documents were found, papers say",
    "TOP SECRET INFORMATION LEAKED SAYS PAPER", "we have a plan (secret)",
    "the file was marked SECRET by another ministry",
    "declassified from SECRET in 1990", "it is no longer CONFIDENTIAL", "If it is SECRET, use the other network",
    "a well-kept secret - really", "restricted: bool = False", "TLP:RED?", "it is not TLP:RED", "प्रतिबंधित दवा मिली",
    "सीमित निविदा आमंत्रित है", "மக்கள் கூட்டம்", "The level can be SECRET or CONFIDENTIAL", "unclassified errors",
]  # fmt: skip


@pytest.mark.parametrize("text", MENTIONS)
def test_a_mention_is_no_marking(engine: Engine, text: str) -> None:
    assert engine.judge_text(text).findings == ()


def test_what_was_dismissed_is_told_with_its_reason(engine: Engine) -> None:
    reasons = {
        "Is this SECRET?": "question", "This is not SECRET": "denial", "say \"SECRET\" now": "quotation",
        "Secret Santa is on Friday": "name", "the SECRET documents": "thing", "secret": "alone",
    }  # fmt: skip
    for text, reason in reasons.items():
        assert [part.reason for part in engine.judge_text(text).dismissed] == [reason], text


def test_frequency_is_no_evidence(engine: Engine) -> None:
    policy = "A person may call a paper secret or call it confidential, and what is secret is kept secret. " * 20
    assert engine.judge_text(policy).findings == ()
