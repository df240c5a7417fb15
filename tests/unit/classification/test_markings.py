"""What officials write at the head, at the foot and inside of messages, and which level it carries."""

import pytest

from bots.classification.engine import Engine
from bridge.documents.segment import Segment


def told(engine: Engine, text: str, home: str | None = None) -> str | None:
    verdict = engine.judge_text(text, home)
    return str(verdict.level) if verdict.level is not None else None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("SECRET", "IN:SECRET"),
        ("TOP SECRET", "IN:TOP SECRET"),
        ("** CONFIDENTIAL **\nThe note is below.", "IN:CONFIDENTIAL"),
        ("Hi all,\n\nRESTRICTED\n\nThe list is below.", "IN:RESTRICTED"),
        ("Secret\nThe convoy leaves Leh at five.", "IN:SECRET"),
        ("top secret: the column waits at the bridge", "IN:TOP SECRET"),
        ("The convoy leaves at five. SECRET", "IN:SECRET"),
        ("Security classification : Confidential", "IN:CONFIDENTIAL"),
        ("F. No. 11034/5/2024-IS-I (SECRET)", "IN:SECRET"),
        ("Kindly refer to D.O. letter No. 7/CONFIDENTIAL/2025", "IN:CONFIDENTIAL"),
        ("UNCLASSIFIED", "IN:UNCLASSIFIED"),
    ],
)
def test_english_markings_of_india(engine: Engine, text: str, level: str) -> None:
    assert told(engine, text) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("परम गुप्त", "IN:TOP SECRET"), ("अति गोपनीय", "IN:TOP SECRET"), ("गुप्त", "IN:SECRET"),
        ("गोपनीय: बैठक कल है", "IN:CONFIDENTIAL"), ("प्रतिबंधित", "IN:RESTRICTED"), ("অতি গোপনীয়", "IN:TOP SECRET"),
        ("গোপনীয়", "IN:CONFIDENTIAL"), ("ਗੁਪਤ", "IN:SECRET"), ("ગોપનીય", "IN:CONFIDENTIAL"),
        ("ଗୋପନୀୟ", "IN:CONFIDENTIAL"), ("அதி ரகசியம்", "IN:TOP SECRET"), ("இரகசியம்", "IN:SECRET"),
        ("గోప్యం", "IN:CONFIDENTIAL"), ("అతి రహస్యం", "IN:TOP SECRET"), ("ರಹಸ್ಯ", "IN:SECRET"),
        ("ಗೌಪ್ಯ", "IN:CONFIDENTIAL"), ("രഹസ്യം", "IN:SECRET"), ("خفیہ", "IN:SECRET"),
        ("PARAM GUPT", "IN:TOP SECRET"), ("gopniya: kal ki baithak", "IN:CONFIDENTIAL"),
    ],
)  # fmt: skip
def test_indian_scripts_and_romanised_hindi(engine: Engine, text: str, level: str) -> None:
    assert told(engine, text) == level


def test_a_vowel_written_in_two_halves_is_the_same_word(engine: Engine) -> None:
    assert told(engine, "গোপনীয়".replace("ো", "\u09c7\u09be")) == "IN:CONFIDENTIAL"


def test_joiners_inside_of_an_indian_word_do_not_matter(engine: Engine) -> None:
    assert told(engine, "गुप्\u200dत") == told(engine, "गु\u200cप्त") == "IN:SECRET"


def test_a_level_in_two_languages_is_told_once(engine: Engine) -> None:
    for text in ("SECRET / गुप्त", "गुप्त\nSECRET", "गोपनीय/CONFIDENTIAL"):
        assert len(engine.judge_text(text).findings) == 1


def test_gopniya_beside_secret_is_read_with_it(engine: Engine) -> None:
    assert told(engine, "गोपनीय / SECRET") == "IN:SECRET"
    assert told(engine, "गोपनीय") == "IN:CONFIDENTIAL"


@pytest.mark.parametrize(
    ("text", "home", "level", "flags"),
    [
        ("OFFICIAL-SENSITIVE", None, "UK:OFFICIAL-SENSITIVE", ()),
        ("OFFICIAL-SENSITIVE COMMERCIAL", None, "UK:OFFICIAL-SENSITIVE", ()),
        ("OFFICIAL-SENSITIVE FOR PUBLIC RELEASE", None, "UK:OFFICIAL-SENSITIVE", ("malformed",)),
        ("UK TOP SECRET HMG USE ONLY", None, "UK:TOP SECRET", ("malformed",)),
        ("UK OFFICIAL EYES ONLY", None, "UK:OFFICIAL", ("malformed",)),
        ("UK SECRET EYES ONLY", None, "UK:SECRET", ()),
        ("SECRET-SENSITIVE", "UK", "UK:SECRET", ("malformed",)),
        ("OFFICIAL-SENSITIVE PERSONAL DATA RECIPIENTS ONLY", None, "UK:OFFICIAL-SENSITIVE", ("malformed",)),
        ("OFFICIAL", "UK", "UK:OFFICIAL", ()),
        ("SECRET", "UK", "UK:SECRET", ()),
        ("TOP SECRET//SI//NOFORN", None, "US:TOP SECRET", ()),
        ("SECRET//REL TO USA, FVEY", None, "US:SECRET", ()),
        ("NATO SECRET", None, "NATO:NATO SECRET", ()),
        ("COSMIC TOP SECRET", None, "NATO:COSMIC TOP SECRET", ()),
        ("OFFICIAL: Sensitive", None, "AU:OFFICIAL: Sensitive", ()),
        ("PROTECTED//CABINET", None, "AU:PROTECTED", ()),
        ("Please see below, TLP:AMBER+STRICT", None, "TLP:AMBER+STRICT", ()),
        ("TLP:WHITE", None, "TLP:CLEAR", ()),
    ],
)
def test_markings_of_others(engine: Engine, text: str, home: str | None, level: str, flags: tuple[str, ...]) -> None:
    verdict = engine.judge_text(text, home)
    assert str(verdict.level) == level
    assert verdict.findings[0].flags == flags


@pytest.mark.parametrize("text", ["OFFICIAL", "PROTECTED", "Official: the new trailer is out", "Protected"])
def test_ordinary_words_of_other_schemes_are_no_markings_here(engine: Engine, text: str) -> None:
    assert told(engine, text) is None


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("SECRET_plan.docx", "IN:SECRET"), ("plan - TOP SECRET.pdf", "IN:TOP SECRET"), ("गोपनीय.pdf",
        "IN:CONFIDENTIAL"),
        ("minutes_confidential.docx", "IN:CONFIDENTIAL"), ("Secret_Santa.xlsx", None), ("client_secret.json", None),
        ("The secret garden.pdf", None), ("secretary.docx", None), ("holiday-restricted list.txt", None),
    ],
)  # fmt: skip
def test_names_of_files(engine: Engine, name: str, level: str | None) -> None:
    found = engine.judge((Segment("file_name", name),)).level
    assert (str(found) if found else None) == level


def test_portions_give_their_level_and_a_higher_one_than_the_banner_is_a_mismatch(engine: Engine) -> None:
    verdict = engine.judge_text("RESTRICTED\n(R) The room is booked.\n(S) The convoy leaves Leh at five.")
    assert [(str(f.level), f.kind, f.flags) for f in verdict.findings] == [
        ("IN:RESTRICTED", "marking", ()),
        ("IN:RESTRICTED", "portion", ()),
        ("IN:SECRET", "portion", ("mismatch",)),
    ]


@pytest.mark.parametrize(
    "text",
    ["(C) 2026 Government of India", "(S) small", "(S) Small, (M) Medium, (L) Large",
     "(A) Delhi\n(B) Mumbai\n(C) Chennai is here",
     "(c) the third of the options is best", "see (S) in the table",
     "(R) 2026",
     "(X//YY) nothing of the kind is known"],
)  # fmt: skip
def test_letters_in_brackets_that_are_no_portions(engine: Engine, text: str) -> None:
    assert engine.judge_text(text).findings == ()


def test_the_highest_level_counts_whatever_its_scheme(engine: Engine) -> None:
    assert told(engine, "RESTRICTED\nand below\nNATO SECRET\nand TLP:RED") == "NATO:NATO SECRET"


def test_spans_point_to_what_was_written(engine: Engine) -> None:
    text = "नोट: 𝐒𝐄𝐂𝐑𝐄𝐓\u200b है।\n[S\u200bE\u200bCRET] x"
    spans = [text[found.start : found.end] for found in engine.judge_text(text).findings]
    assert "S\u200bE\u200bCRET" in spans
