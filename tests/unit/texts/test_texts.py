"""Every language has every text, whole and in order; what is said is there, and what is there is said."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from bridge import languages
from bridge.catalogue_file import CatalogueFile, variables
from bridge.catalogues import Catalogues
from bridge.plugin import installed
from tests.unit.texts import finders, usage
from tests.unit.texts.finders import Text

HERE = Path(__file__).parents[3]
OTHERS = [language for language in languages.known() if language != languages.ENGLISH]
FOLDERS = [languages.TEXTS, *(bot.texts for bot in installed() if bot.texts is not None)]
SOURCES = sorted(path for part in ("bridge", "bots") for path in (HERE / part).rglob("*.py"))
MIGRATIONS = sorted(path for part in ("bridge", "bots") for path in (HERE / part).rglob("*.sql"))
LAB = HERE / "bridge/lab"
"""Its people write what they like."""
MAKES_CONTENTS = HERE / "bridge/notices.py"


def files(language: str) -> Sequence[CatalogueFile]:
    paths = [folder / f"{language}.ftl" for folder in FOLDERS]
    return [CatalogueFile.read(path) for path in paths if path.is_file()]


@cache
def words() -> Mapping[str, frozenset[str]]:
    """The words of each text."""
    return {message.id.name: variables(message) for file in files(languages.ENGLISH) for message in file.messages}


def test_there_are_english_and_hindi() -> None:
    assert {"en", "hi"} <= set(languages.known())


def test_all_texts_can_be_read() -> None:
    assert Catalogues(FOLDERS[1:]).problems() == []


def test_the_english_texts_are_in_order() -> None:
    assert finders.own_complaints(finders.texts(files(languages.ENGLISH))) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_text_whole(language: str) -> None:
    assert finders.complaints(finders.texts(files(languages.ENGLISH)), finders.texts(files(language))) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(HERE)))
def test_what_is_said_is_in_the_catalogues_and_no_sentence_stands_in_the_source(path: Path) -> None:
    if not path.is_relative_to(LAB) and path != MAKES_CONTENTS:
        assert list(usage.complaints(path.read_text("utf-8"), words())) == []


def test_every_text_is_said_somewhere() -> None:
    assert usage.unused(words(), [*SOURCES, *MIGRATIONS]) == set()


def text(fluent: str) -> Text:
    return finders.texts([planted(fluent)])["one"]


def planted(fluent: str) -> CatalogueFile:
    from fluent.syntax import FluentParser

    return CatalogueFile(Path("planted.ftl"), fluent, FluentParser().parse(fluent))


ENGLISH = "one = **{ $name }** is paused; `!setu resume { $name }` lets it go on."
RIGHT = "one = **{ $name }** रुका है; `!setu resume { $name }` से चालू होगा।"
COUNTS = "one = { $times ->\n [one] one line, { $why }\n *[other] { $times } lines, { $why }\n }"


@pytest.mark.parametrize(
    ("english", "translation"),
    [
        (ENGLISH, RIGHT),
        ("one = { $name }: { $why }", "one = { $why }: { $name }"),
        (COUNTS, "one = { $times ->\n [one] एक पंक्ति, { $why }\n *[other] { $times } पंक्तियाँ, { $why }\n }"),
        (COUNTS, "one = { $times } पंक्तियाँ, { $why }"),
        ("one = no JSON", "one = JSON नहीं था"),
    ],
)
def test_nothing_is_found_against_a_translation_that_is_right(english: str, translation: str) -> None:
    assert [*finders.complaints({"one": text(english)}, {"one": text(translation)})] == []


@pytest.mark.parametrize(
    ("english", "translation", "complaint"),
    [
        (ENGLISH, ENGLISH, "is not translated"),
        ("one = No link.", "one = Kein Link.", "is not translated"),
        ("one = No link.", "one = कोई link named so नहीं", "has English words: link named so"),
        (ENGLISH, RIGHT.replace("**{ $name }**", "**यह**"), "has {name} 1 times, not 2"),
        (ENGLISH, RIGHT.replace("रुका", "{ $name } रुका"), "has {name} 3 times, not 2"),
        (ENGLISH, RIGHT.replace("`!setu resume { $name }`", "`!setu resume` { $name }"), "in code, not 1"),
        (ENGLISH, RIGHT.replace("**{ $name }**", "{ $name } **वह**"), "in bold, not 1"),
        (ENGLISH, RIGHT.replace("!setu resume", "!setu चालू"), "has other code"),
        (ENGLISH, RIGHT.replace("** रुका", " रुका"), "not balanced"),
        (ENGLISH, RIGHT.replace("}` से", "} से"), "not balanced"),
        ("one = **a** b", "one = ** क** ख", "not balanced"),
        ("one = a { $b }", "one = - क { $b }", "not balanced"),
        ("one = a { $b }", "one = [क](http://x) { $b }", "not balanced"),
        ("one = a { $b }", "one = <b>क</b> { $b }", "not balanced"),
        ("one = in { $room }", "one = { $room }में", "has no space beside {room}"),
        ("one = in { $room }", "one = कक्ष{ $room } में", "has no space beside {room}"),
        ("one = { $a } of { $b }", "one = { $b }{ $a } का", "has no space beside"),
        (COUNTS, "one = { $times ->\n [one] एक\n *[other] { $times } पंक्तियाँ, { $why }\n }", "has {why} 0 times"),
    ],
)
def test_a_planted_fault_is_found(english: str, translation: str, complaint: str) -> None:
    found = finders.complaints({"one": text(english)}, {"one": text(translation)})
    assert any(complaint in one for one in found), found


def test_a_text_that_a_language_lacks_or_has_alone_is_found() -> None:
    found = finders.complaints({"one": text(ENGLISH)}, {"two": text(RIGHT)})
    assert found == ["one is missing", "two is no English text"]


def test_english_texts_with_faults_are_found() -> None:
    assert finders.own_complaints({"one": text("one = in{ $room } **a")})


CATALOGUE = {"paused": frozenset({"name"}), "gaps": frozenset[str]()}


@pytest.mark.parametrize(
    "source",
    [
        'voice.notice("paused", name=link.name)',
        'Saying.of("gaps")',
        'Saying("paused", about)',
        'voice.notice("paused", **about)',
        "voice.notice(saying)",
        '{"msgtype": "m.text", "body": text}',
    ],
)
def test_nothing_is_found_against_a_source_that_says_it_right(source: str) -> None:
    assert list(usage.complaints(source, CATALOGUE)) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('voice.notice("The link is paused.")', "there is no text"),
        ('await hearing.say(end, Saying.of("pausd", name=name))', "there is no text 'pausd'"),
        ('voice.words("paused")', "is given [], and has ['name']"),
        ('Saying.of("paused", naem=name)', "is given ['naem']"),
        ('voice.notice(f"{what}-there", name=name)', "is put together"),
        ('voice.notice("paused" if x else "gaps")', "is put together"),
        ('Send(bot, kind, {"msgtype": "m.notice", **words})', "a notice is made here"),
        ('Send(bot, kind, {"body": f"{name} is paused"})', "its body stands in the source"),
        ('Send(bot, kind, {"formatted_body": "<b>Paused</b>"})', "its formatted_body stands in the source"),
    ],
)
def test_a_planted_fault_of_a_source_is_found(source: str, complaint: str) -> None:
    found = list(usage.complaints(source, CATALOGUE))
    assert any(complaint in one for one in found), found


def test_a_text_that_nobody_says_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('Saying.of("gaps")')
    (tmp_path / "b.sql").write_text("select jsonb_build_object('say', 'kept')")
    (tmp_path / "c.py").write_text('HOW = {"mixed": "id-mixed", "scripts": "paused"}')
    texts = ["gaps", "kept", "id-mixed", "paused"]
    assert usage.unused(texts, sorted(tmp_path.iterdir())) == {"paused"}
