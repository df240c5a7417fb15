"""Texts in several languages are read whole or refused with the place and the mend, and somebody who reads none of the
languages is told in English.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bridge import languages
from bridge.catalogues import ISOLATE, ISOLATE_END, CatalogueError, Catalogues, mark
from bridge.saying import Saying
from bridge.voice import Voice

Writes = Callable[[Mapping[str, str]], Catalogues]

PAUSED = Saying.of("paused", name="culvert")


@pytest.fixture
def writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writes:
    """Makes an installation whose bridge has these texts, by language; those of `bot/…` are a bot's."""

    def write(texts: Mapping[str, str]) -> Catalogues:
        (tmp_path / "bot").mkdir()
        for language, text in texts.items():
            (tmp_path / f"{language}.ftl").write_text(text, encoding="utf-8")
        monkeypatch.setattr(languages, "TEXTS", tmp_path)
        return Catalogues([tmp_path / "bot"])

    return write


def told(catalogues: Catalogues) -> list[str]:
    """The problems, each without the folder."""
    return [f"{Path(one.file).name}:{one.line}:{one.column}: {one.what}; {one.mend}" for one in catalogues.problems()]


@pytest.mark.parametrize(
    ("english", "hindi", "problem"),
    [
        ("one = a\ntwo", "", 'en.ftl:2:4: this is no Fluent: Expected token: "="'),
        ("one = a\none = b", "", "en.ftl:2:1: one stands here a second time; the first is at"),
        ("one = a", "\none = { क }", "hi.ftl:2:9: this is no Fluent"),
        ("one = { $name }", "one = { $nam }", "hi.ftl:1:1: one uses { $nam }, which nobody gives it; the English text"),
        ("one = { $name }", "one = क", "hi.ftl:1:1: one lacks { $name }; put it where"),
        ("one = a", "one = क\ntwo = ख", "hi.ftl:2:1: two is no text of en.ftl"),
        ("one = { two }\ntwo = b", "", "en.ftl:1:1: one holds two, a whole text"),
        ("one = { -setu }", "", "en.ftl:1:1: one refers to -setu, which is nowhere"),
        ("one = { NUMER($x) }", "", "en.ftl:1:1: one calls NUMER, which is no function; these are: DATETIME, NUMBER"),
        ("one =\n    .title = a", "", "en.ftl:1:1: one has attributes, which nobody says"),
    ],
)
def test_texts_that_are_wrong_are_told_with_line_and_mend(
    writes: Writes, english: str, hindi: str, problem: str
) -> None:
    catalogues = writes({"en": english, "hi": hindi})
    assert [one for one in told(catalogues) if one.startswith(problem)], told(catalogues)
    with pytest.raises(CatalogueError, match=r"\.ftl:\d+:\d+: "):
        catalogues.assert_sound()


def test_every_wrong_text_is_told_at_once_and_once(writes: Writes) -> None:
    catalogues = writes({"en": "one = { $name }\ntwo = { $name }", "hi": "one = क\ntwo = ख"})
    assert [one.partition(": ")[0] for one in told(catalogues)] == ["hi.ftl:1:1", "hi.ftl:2:1"]
    assert len(told(writes_again(catalogues, "one = a\none = b"))) == 1


def writes_again(catalogues: Catalogues, english: str) -> Catalogues:
    (languages.TEXTS / "en.ftl").write_text(english, encoding="utf-8")
    return Catalogues()


def test_a_file_that_is_not_in_utf_8_is_told(writes: Writes) -> None:
    catalogues = writes({"en": "one = a", "hi": ""})
    (languages.TEXTS / "hi.ftl").write_bytes(b"one = a\ntwo = caf\xe9")
    assert "hi.ftl:2:1: the file is not in UTF-8; save it again as UTF-8" in told(catalogues)


def test_the_bridge_and_a_bot_do_not_use_the_same_name(writes: Writes) -> None:
    [problem] = told(writes({"en": "one = a", "bot/en": "two = b\none = c"}))
    assert problem.startswith("en.ftl:2:1: one stands here a second time")


def test_a_bots_texts_are_said_as_the_bridges_are(writes: Writes) -> None:
    catalogues = writes({
        "en": "one = a", "bot/en": "held = Held by { $name }.", "hi": "one = क", "bot/hi": "held = { $name } ने रोका।",
    })  # fmt: skip
    assert Voice(catalogues, "en").words("held", name="Asha") == "Held by Asha."
    assert Voice(catalogues, "hi").words("held", name="आशा") == "आशा ने रोका।"


@pytest.mark.parametrize(
    ("language", "words"),
    [("hi", "culvert रुका है।"), ("hi-IN", "culvert रुका है।"), ("en", "culvert is paused."), ("ta", "culvert is paused."),
     ("../hi", "culvert is paused."), ("", "culvert is paused.")],
)  # fmt: skip
def test_who_reads_another_language_is_told_in_the_nearest_or_in_english(
    writes: Writes, language: str, words: str
) -> None:
    catalogues = writes({"en": "paused = { $name } is paused.", "hi": "paused = { $name } रुका है।"})
    assert Voice(catalogues, language).words(PAUSED) == words


def test_a_region_has_texts_of_its_own_before_those_of_its_language(writes: Writes) -> None:
    texts = {"en": "one = colour\ntwo = b", "hi": "one = क\ntwo = ख", "hi-IN": "one = ग"}
    voice = Voice(writes(texts), "hi-IN")
    assert (voice.words("one"), voice.words("two")) == ("ग", "ख")


def test_what_a_language_lacks_is_said_in_english(writes: Writes) -> None:
    catalogues = writes({"en": "one = a\ntwo = b", "hi": "one = क"})
    assert catalogues.problems() == []
    assert [Voice(catalogues, "hi").words(name) for name in ("one", "two")] == ["क", "b"]


def test_a_text_that_is_nowhere_is_named_with_its_words_and_nothing_is_raised(writes: Writes) -> None:
    voice = Voice(writes({"en": "one = a"}), "hi")
    said = voice.notice("gone", name="**Ravi**", times=3)
    assert said["body"] == "gone **Ravi** 3" and said["formatted_body"] == "gone **Ravi** 3"
    assert voice.words("one", name="too much") == "a"


def test_a_word_that_was_forgotten_does_not_keep_the_rest_unsaid(writes: Writes) -> None:
    said = Voice(writes({"en": "paused = { $name } is paused by { $who }."}), "en").words("paused", name="culvert")
    assert said.startswith("culvert is paused by ")


def test_texts_are_read_when_something_is_said_and_only_then(writes: Writes) -> None:
    catalogues = writes({"en": "one = a", "hi": "no Fluent at all"})
    assert Voice(catalogues, "en").words("one") == "a"
    (languages.TEXTS / "en.ftl").unlink()
    assert Voice(catalogues, "en").words("one") == "a"


def test_from_right_to_left_a_word_stands_by_itself_but_what_is_copied_stands_bare(writes: Writes) -> None:
    texts = {
        "en": "paused = { $name } is paused: `!setu resume { $name }`",
        "ur": "paused = { $name } رکا: `!setu resume { $name }`",
    }
    catalogues = writes(texts)
    name = mark("name")
    assert catalogues.text(PAUSED, "ur") == f"{ISOLATE}{name}{ISOLATE_END} رکا: `!setu resume {name}`"
    assert ISOLATE not in catalogues.text(PAUSED, "en")
    assert "<code>!setu resume culvert</code>" in Voice(catalogues, "ur").notice(PAUSED)["formatted_body"]


def test_a_long_text_of_several_lines_is_one_line(writes: Writes) -> None:
    catalogues = writes({"en": "one =\n    first\n    second\n\n    third"})
    assert Voice(catalogues, "en").words("one") == "first second third"


@pytest.mark.parametrize(
    ("times", "english", "hindi"),
    [(1, "one message", "1 संदेश"), (2, "2 messages", "2 संदेश"), (123456, "123,456 messages", "1,23,456 संदेश")],
)
def test_a_number_is_written_and_counted_as_the_language_does(
    writes: Writes, times: int, english: str, hindi: str
) -> None:
    counted = "one = {{ $times ->\n [one] {} {}\n *[other] {{ $times }} {}\n }}"
    catalogues = writes({
        "en": counted.format("one", "message", "messages"), "hi": counted.format("{ $times }", "संदेश", "संदेश")
    })  # fmt: skip
    assert Voice(catalogues, "en").words("one", times=times) == english
    assert Voice(catalogues, "hi").words("one", times=times) == hindi
