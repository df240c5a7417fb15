"""A page tells who says something, in which office and capacity, and what was judged of it."""

from bots.retention.export import html_words


def test_a_verified_official_is_shown_with_office_badge_and_marking() -> None:
    tag = {"status": "verified", "name": "Ravi", "designation": "Under Secretary", "organisation": "Home Affairs"}
    known = {"official": {"subject": "the review"}, "verdict": {"level": "IN:RESTRICTED"}}
    shown = html_words.person("Ravi Kumar", "@ravi:mha.lab", tag, known)
    assert "<bdi>Under Secretary, Home Affairs</bdi>" in shown
    for badge in ("Verified", "Official view: the review", "IN:RESTRICTED"):
        assert f">{badge}</span>" in shown


def test_somebody_who_only_says_so_or_resembles_an_official_is_shown_as_that() -> None:
    tag = {"status": "claimed", "external": True, "resembles": "@ravi:mha.lab"}
    shown = html_words.person("Rаvi", "@eve:else.where", tag, {})
    for badge in ("Says so themselves", "External", "Name like that of @ravi:mha.lab"):
        assert f">{badge}</span>" in shown


def test_what_bots_know_may_be_anything_and_is_only_text() -> None:
    tag = {"status": "<b>", "designation": "<script>", "organisation": 7, "resembles": "<i>"}
    shown = html_words.person("<u>", None, tag, {"official": "x", "verdict": 7})
    assert not any(f"<{name}" in shown for name in ("script", "i>", "u>"))


def test_sizes_are_told_for_people() -> None:
    told = [html_words.size(count) for count in (0, 999, 1_000, 2_500_000, 3 * 10**9, None)]
    assert told == ["0 bytes", "999 bytes", "1.0 KB", "2.5 MB", "3000.0 MB", "0 bytes"]
