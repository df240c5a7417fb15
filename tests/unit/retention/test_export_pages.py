"""Whatever people write, a page shows it and nothing of it acts."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.retention.export import html_clean, html_files
from bots.retention.export.html_clean import LONGEST, MOST_OPEN

ALLOWED = html_clean._TAGS
ATTRIBUTES = {"href", "rel", "start", "colspan", "rowspan", "class"}
PIECES = st.sampled_from(
    ["<script>", "</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>", "<svg onload=x>", "<style>",
     "]]>", "<math><mtext></form><form><mglyph><style></math><img src onerror=x>", "</div></article>", "<!--", "-->",
     "<b", "'>", "<mx-reply>", "<iframe srcdoc='", "&lt;script&gt;", "&#x3c;", "\x00", "\u202e",
     "<p style=x class=message id=r1>",
     "<base href=//evil>", "<meta http-equiv=refresh content=0>", "<template>",
     "<noscript><p title='</noscript><script>'>",
     "नमस्ते", "<a href='https://example.org'>", "<table><td>", "<details open ontoggle=x>", "<xmp>", "<plaintext>"]
)  # fmt: skip


class Seen(HTMLParser):
    """The tags and attributes of a piece of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)


def seen(markup: str) -> Seen:
    parser = Seen()
    parser.feed(markup)
    parser.close()
    return parser


def shown(formatted: str, body: str = "") -> str:
    return html_clean.said({"format": "org.matrix.custom.html", "formatted_body": formatted, "body": body})


@given(st.lists(PIECES | st.text(max_size=20)).map("".join))
def test_of_what_somebody_wrote_as_html_only_harmless_tags_are_left(formatted: str) -> None:
    found = seen(shown(formatted))
    assert set(found.tags) <= ALLOWED
    assert {name for name, _ in found.attributes} <= ATTRIBUTES - {"class"}
    for name, value in found.attributes:
        assert name != "href" or re.match(r"(?i)(https?|mailto):|[^:]*$", value or "")


@given(st.lists(PIECES | st.text(max_size=20)).map("".join))
def test_plain_text_is_only_ever_text(body: str) -> None:
    assert set(seen(html_clean.said({"body": body})).tags) <= {"span"}
    assert seen(f"<p>{html_clean.text(body)}</p>").tags == ["p", "p"]
    assert not {"\u202e", "\x00"} & set(html_clean.text(body))


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=20))
def test_the_name_of_a_file_stays_a_name(name: str, why: str, kind: str) -> None:
    found = seen(html_files.files([{"name": name, "why": why, "mimetype": kind}], "../"))
    assert set(found.tags) <= {"p", "bdi"} and found.attributes == [("class", "file missing")]


def test_lists_tables_and_links_are_shown_as_they_were_meant() -> None:
    markup = '<ul><li>boats</li></ul><table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'
    assert shown(markup) == markup
    assert 'href="https://example.org"' in shown('<a href="https://example.org">there</a>')


def test_what_a_reply_quotes_is_not_said_again() -> None:
    assert shown("<mx-reply><blockquote>before</blockquote></mx-reply>yes") == "yes"
    quoting = {"body": "> <@a:b> before\n\nyes", "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
    assert html_clean.said(quoting) == '<span class="plain">yes</span>'


@pytest.mark.parametrize("bomb", ["<b>" * (MOST_OPEN + 1), "x" * (LONGEST + 1), "<" * 60_000])
def test_what_is_too_large_or_too_deep_is_shown_as_text(bomb: str) -> None:
    assert shown(bomb, "the text") == '<span class="plain">the text</span>'


@pytest.mark.parametrize("value", [None, 7, [], {"a": 1}, "", True])
def test_something_that_is_no_message_is_shown_as_nothing(value: object) -> None:
    content = {"body": value, "formatted_body": value, "format": "org.matrix.custom.html"}
    assert html_clean.said(content) in ("", '<span class="plain"></span>')
