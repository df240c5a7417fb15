"""A file that holds one part of the settings by itself is checked as strictly as the whole configuration."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.classification.settings import ClassificationSettings
from bridge import config_file
from bridge.config_problem import ConfigError
from bridge.plugin import installed
from tests.unit.test_config import PLAIN, Diary

RULES = """\
scheme: IN
schemes: [own]
default: {ceiling: RESTRICTED, mode: simulate, responses: [{kinds: [marking], above: 1, do: [hold]}]}
rooms:
  - link: cell
    ceiling: UK:OFFICIAL
exemptions: [{rule: in.line, owner: "@a:b.example", until: 2026-12-31, reason: an exercise}]
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("part") / "new.yaml"


def refused(file: Path, content: bytes) -> list[str]:
    """The problems with a content; none when it makes settings."""
    file.write_bytes(content)
    try:
        config_file.load_part(file, ClassificationSettings)
    except ConfigError as error:
        return [str(problem) for problem in error.problems]
    return []


@given(content=st.binary(max_size=200))
def test_any_bytes_make_settings_or_problems_of_one_line(file: Path, content: bytes) -> None:
    told = refused(file, content)
    assert all(one.startswith(f"{file}") and one.isprintable() for one in told)


@given(
    where=st.integers(0, len(RULES)), noise=st.text("\t\n\r :-[]{}&*!|>'\"%@`#,?\\\0\x85\u2028é€<~=1axU", max_size=12)
)
def test_a_slip_of_the_keyboard_makes_settings_or_problems(file: Path, where: int, noise: str) -> None:
    told = refused(file, (RULES[:where] + noise + RULES[where:]).encode())
    assert all(one.startswith(f"{file}") and one.isprintable() for one in told)


def test_it_is_as_it_is_in_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text("shelf: {folder: srv, colour: blue}\n")
    (tmp_path / "setu.yaml").write_text(f"{PLAIN}bots:\n  diary:\n    shelf: {{folder: srv, colour: blue}}\n")
    alone = config_file.load_part(tmp_path / "part.yaml", Diary)
    assert alone.shelf.folder == tmp_path / "srv"
    assert config_file.load(tmp_path / "setu.yaml", {"diary": Diary}).bots["diary"] == alone.model_dump()


def test_paths_that_are_left_out_count_from_the_folder_too(tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text("days: 2\nshelf:\n")
    assert config_file.load_part(tmp_path / "part.yaml", Diary).shelf.folder == tmp_path / "shelf"


def test_rules_of_schemes_of_ones_own_are_checked_in_the_whole_file_too(tmp_path: Path) -> None:
    from tests.unit.classification.test_scheme_file import OWN

    (tmp_path / "own").mkdir()
    (tmp_path / "own/own.yaml").write_text(OWN)
    (tmp_path / "setu.yaml").write_text(
        f"{PLAIN}bots:\n  classification:\n    schemes: [own]\n    rooms: [{{link: a, ceiling: XX:HUSHD}}]\n"
    )
    bots = {bot.name: bot.settings for bot in installed()}
    with pytest.raises(ConfigError) as caught:
        config_file.load(tmp_path / "setu.yaml", bots)
    assert "bots.classification.rooms[1].ceiling: there is no level 'XX:HUSHD'" in str(caught.value)
