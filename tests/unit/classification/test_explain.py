"""A verdict in words: which rule fired, what would change it, what was dismissed."""

from bots.classification.engine import Engine
from bots.classification.explain import _CHANGES, _REASONS, explained
from bots.classification.scheme import Form


def words(engine: Engine, text: str) -> str:
    return "\n".join(explained(engine.judge_text(text), engine.grammar))


def test_a_marking_is_explained_with_what_would_change_it_and_what_was_dismissed(engine: Engine) -> None:
    told = words(engine, "SECRET: the convoy of Secret Santa leaves")
    assert "IN:SECRET, a marking, in body 0-6 by rule in.banner" in told
    assert "Grounds: banner, set apart." in told
    assert "What would change it: it would not count without the sign behind it" in told
    assert "Dismissed: the word of a level in body 22-34: it is part of the name of a thing (A game of gifts)." in told


def test_data_is_explained_without_its_value(engine: Engine) -> None:
    told = words(engine, "My Aadhaar is 5489 3012 7651")
    assert "AADHAAR, data, in body 14-28 by rule data.aadhaar" in told
    assert "What would change it: the value masked (XXXX); a wrong check digit" in told
    assert "5489" not in told


def test_a_malformed_marking_and_a_mismatch_are_told(engine: Engine) -> None:
    assert "Malformed: its parts may not stand together" in words(engine, "OFFICIAL-SENSITIVE FOR PUBLIC RELEASE")
    assert "Mismatch: this portion is above the banner" in words(engine, "RESTRICTED\n(S) The convoy leaves at five.")


def test_a_clean_text_is_said_to_be_so(engine: Engine) -> None:
    assert words(engine, "hello") == "Nothing was found."


def test_there_are_words_for_every_form_and_reason(engine: Engine) -> None:
    assert set(_CHANGES) == set(Form.__args__)  # type: ignore[attr-defined]
    assert all(_REASONS.values())
