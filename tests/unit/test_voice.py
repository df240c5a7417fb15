"""What is said holds the words that people wrote as plain words, whatever they wrote, in every language."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import languages, notices
from bridge.catalogues import CLOSE, OPEN
from bridge.saying import Saying
from bridge.voice import Voice
from tests.tongues import CATALOGUES, in_english, in_hindi

HOSTILE = (
    "<b>x</b>", "**x**", "`x`", "a\nb", "a\r\n# b", "{ $organisation }", "{organisation}", f"{OPEN}organisation{CLOSE}",
    "&amp;", "[x](http://evil.lab)", "1. x", "\u2028x", "|x|", "\\*x", "{ -x }", "!setu accept x", "%s", "x" * 5_000,
)  # fmt: skip
ENGLISH, HINDI = (Voice(CATALOGUES, language) for language in ("en", "hi"))


class Tags(HTMLParser):
    """The tags and the text of some HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(voice: Voice, word: str) -> None:
    """The word changes neither the markup nor the lines of what is said around it."""
    plain = voice.notice("not-carried", name="Ravi", organisation="NIC", why=Saying.of("why-unknown"))
    said = voice.notice("not-carried", name=word, organisation=word, why=Saying.of("kept-words", text=word))
    line = " ".join(word.replace(OPEN, "").replace(CLOSE, "").split())
    found, usual = Tags(said["formatted_body"]), Tags(plain["formatted_body"])
    assert found.tags == usual.tags
    assert len(said["body"].splitlines()) == 1
    assert said["body"].startswith(f"{line}, ") and found.text.count(line) >= 3
    assert not {OPEN, CLOSE} & {*said["body"], *said["formatted_body"]}


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize("voice", [ENGLISH, HINDI], ids=["en", "hi"])
def test_what_people_wrote_is_neither_markup_nor_a_line_of_its_own(voice: Voice, word: str) -> None:
    harmless(voice, word)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.sampled_from([ENGLISH, HINDI]))
def test_nothing_that_people_write_hurts(word: str, voice: Voice) -> None:
    harmless(voice, word)


def test_a_notice_is_a_notice_that_mentions_nobody() -> None:
    said = ENGLISH.notice("linked", organisation="Home & Affairs")
    assert said["msgtype"] == "m.notice" and said["m.mentions"] == {}
    assert said["format"] == "org.matrix.custom.html"
    assert said["formatted_body"].startswith("This room is linked with <strong>Home &amp; Affairs</strong>.")
    assert said["body"].startswith("This room is linked with Home & Affairs. What is said here")


def test_a_text_within_a_text_keeps_its_own_markup() -> None:
    said = HINDI.notice("alarm", what=Saying.of("dead-letters"))
    assert said["formatted_body"].startswith("<strong>चेतावनी</strong>: ")
    assert "<code>setu status</code>" in said["formatted_body"] and "`setu status`" in said["body"]


def test_ids_are_said_so_that_they_can_be_copied() -> None:
    room = "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"
    for told in (in_english, in_hindi):
        said = told(Saying.of("invite-it", bot="@setu:mha.lab", room=room))
        assert {"@setu:mha.lab", room} <= set(re.split(r"\s", said))


@pytest.mark.parametrize(
    ("reason", "english", "hindi"),
    [
        ("refused: 403 M_FORBIDDEN", "does not let you write", "अनुमति नहीं"),
        ("refused: 413 M_TOO_LARGE", "it is too large", "उसका आकार बहुत बड़ा है"),
        ("M_TOO_LARGE: 7 MiB, and nic.lab takes at most 5242880 bytes", "at most 5 MiB", "5 MiB"),
        ("needs order 3, which is dead: no counterpart of $x", "does not exist there", "उपलब्ध नहीं"),
        ("this program failed: KeyError", "refused it", "अस्वीकार"),
    ],
)
def test_why_something_did_not_arrive_is_told_in_plain_words(reason: str, english: str, hindi: str) -> None:
    assert english in in_english(notices.why(reason)) and hindi in in_hindi(notices.why(reason))


def test_several_notices_are_one_with_a_line_each() -> None:
    both = notices.together([ENGLISH.notice("link-open"), HINDI.notice("link-open")])
    assert both["body"] == "open\nचालू" and both["formatted_body"] == "open<br>चालू"


def test_a_saying_is_the_same_after_it_was_stored() -> None:
    inside = Saying.of("removed-by", sender="@ravi:mha.lab")
    saying = Saying.of("put-out", bot='"\\', room="कक्ष", why=inside, times=3, limit=2.5)
    assert Saying.read(saying.stored()) == saying
    assert str(inside) == "removed-by (@ravi:mha.lab)" and str(Saying.of("gaps")) == "gaps"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("hindi", "hi"), ("HI", "hi"), ("hi_IN", "hi"), ("हिन्दी", "hi"), ("Englisch", "en"), ("xx", None), ("", None)],
)
def test_a_mistyped_language_is_told_with_the_one_that_was_meant(word: str, meant: str | None) -> None:
    assert languages.nearest(word) == meant
