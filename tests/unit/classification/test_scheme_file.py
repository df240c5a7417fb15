"""Schemes are checked as strictly as the configuration: file, line, column, and the nearest key."""

from pathlib import Path

import pytest

from bots.classification import scheme_file
from bots.classification.load import load
from bots.classification.scheme_file import BUILT_IN
from bridge.config_problem import ConfigError

OWN = """kind: scheme
scheme: XX
title: A village
source: A scheme of our own, made up for a test.
levels:
  - name: HUSHED
    rank: 30
    alone: always
    words: [hushed, चुपचाप]
rules:
  - id: xx.line
    form: line
    reason: A line of its own marks the page.
    match: [HUSHED]
    no_match: [hushed]
"""


def said(tmp_path: Path, text: str) -> str:
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load([tmp_path])
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_a_scheme_of_our_own_is_read_beside_those_that_are_built_in(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    engine = load([tmp_path])
    assert str(engine.judge_text("HUSHED").level) == "XX:HUSHED"
    assert str(engine.judge_text("SECRET").level) == "IN:SECRET"


def test_a_scheme_of_a_name_that_is_built_in_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN.replace("scheme: XX", "scheme: TLP").replace("xx.line", "tlp.line"))
    engine = load([tmp_path])
    assert engine.judge_text("TLP:RED").level is None
    assert str(engine.judge_text("HUSHED").level) == "TLP:HUSHED"


def test_an_unknown_key_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert "own.yaml:9:5: levels[1].wrds is not a known key; did you mean words?" in said(
        tmp_path, OWN.replace("    words:", "    wrds:")
    )


def test_a_wrong_value_is_told_with_its_line(tmp_path: Path) -> None:
    told = said(tmp_path, OWN.replace("rank: 30", "rank: high").replace("form: line", "form: margin"))
    assert "own.yaml:7:11: levels[1].rank" in told and "own.yaml:12:11: rules[1].form" in told


def test_an_example_that_does_not_come_out_is_told_with_its_line(tmp_path: Path) -> None:
    told = said(tmp_path, OWN.replace("match: [HUSHED]", "match: [HUSHED, shouted]", 1))
    assert told == "own.yaml:14:21: xx.line does not fire in its example; change the words of the rule, or the example"


def test_an_example_that_must_not_match_and_does_is_told(tmp_path: Path) -> None:
    assert "own.yaml:15:16: xx.line fires in its example" in said(tmp_path, OWN.replace("[hushed]", "[HUSHED]"))


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    assert "own.yaml:1:7: kind does not say what this file is" in said(
        tmp_path, OWN.replace("kind: scheme", "kind: sceme")
    )


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("[0-9]+", "has a repetition without an end"),
        ("([0-9]{3}", "is no regular expression"),
        ("(?<=a)[0-9]{3}", "looks around, refers back or sets flags"),
        ("[0-9]{900}", "is wider than"),
    ],
)
def test_a_pattern_that_could_take_long_is_refused(tmp_path: Path, pattern: str, what: str) -> None:
    text = f"""kind: data
source: Types of data of our own, made up for a test.
types:
  - id: data.own
    type: OWN
    reason: A number of our own kind.
    pattern: "{pattern}"
    match: ["123"]
    no_match: ["abc"]
"""
    assert f"own.yaml:7:14: the pattern of data.own {what}" in said(tmp_path, text)


def test_what_is_no_yaml_is_told_not_raised(tmp_path: Path) -> None:
    assert "own.yaml:" in said(tmp_path, "kind: [scheme\n")
    assert "own.yaml" in said(tmp_path, "")
    (tmp_path / "own.yaml").write_bytes(b"kind: \xff\xfe")
    with pytest.raises(ConfigError, match="not in UTF-8"):
        load([tmp_path])


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no scheme in this folder"):
        load([tmp_path])


def test_the_schemes_that_are_built_in_are_in_order() -> None:
    assert {read.document.file.rpartition("/")[2] for read in scheme_file.folder(BUILT_IN)} >= {"IN.yaml", "UK.yaml"}


def test_the_words_that_an_organisation_begins_with_are_in_order() -> None:
    engine = load([Path(__file__).parents[3] / "config/schemes"])
    assert engine.judge_text("TOP SECRET quiz on Friday").level is None
    assert str(load().judge_text("TOP SECRET quiz on Friday").level) == "IN:TOP SECRET"
