"""How much of a room's past a link carries over."""

from pathlib import Path

import pytest

from bridge.config_file import check, load
from tests.unit.test_config import BOTS, LINKED


@pytest.mark.parametrize(("written", "meant"), [("none", 0), ("all", None), ("500", 500)])
def test_none_all_or_a_number_of_messages_may_be_wanted(tmp_path: Path, written: str, meant: int | None) -> None:
    file = tmp_path / "setu.yaml"
    file.write_text(f"{LINKED}    history: {written}\n")
    assert load(file, BOTS).links[0].most_history == meant


@pytest.mark.parametrize("written", ["some", "0", "-3", "1.5", "true", "[]"])
def test_anything_else_is_told_with_its_line_and_what_is_wanted(tmp_path: Path, written: str) -> None:
    file = tmp_path / "setu.yaml"
    file.write_text(f"{LINKED}    history: {written}\n")
    told = [str(problem) for problem in check(file, BOTS, []) if "history" in str(problem)]
    assert len(told) == 1
    assert told[0].startswith(f"{file}:19:14: links[1].history ")
    assert "none, all or a number" in told[0]


def test_the_past_goes_into_no_room_that_is_there_already(tmp_path: Path) -> None:
    file = tmp_path / "setu.yaml"
    file.write_text(f'{LINKED}    history: all\n    hub_room: "!abc:nic.example"\n')
    told = [str(problem) for problem in check(file, BOTS, []) if "history" in str(problem)]
    assert len(told) == 1
    assert "can only go into a room that Setu makes" in told[0]
