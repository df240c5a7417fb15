"""The lab's table stays in line whatever script people write in."""

from bridge.lab.scenario import Table
from bridge.lab.table import drawn

TALK = Table(("who", "words"), [("Ravi", "The culvert gave way."), ("मीरा", "रास्ता बंद है")])


def test_marks_above_and_below_letters_take_no_column() -> None:
    head, rule, *rows = drawn(Table(("words", "to"), [("हैं", "nic.lab"), ("k", "mha.lab")]), 80).splitlines()
    assert head == "words  to"
    assert rule == "─────  ───────"
    assert rows == ["हैं      nic.lab", "k      mha.lab"]


def test_a_wide_cell_is_cut_so_that_every_line_fits_the_screen() -> None:
    lines = drawn(Table(("who", "words"), [("Ravi", "The culvert gave way. " * 9)]), 40).splitlines()
    assert max(map(len, lines)) == 40
    assert lines[-1].startswith("Ravi  The culvert gave way.")
    assert lines[-1].endswith("…")


def test_what_fits_is_not_cut() -> None:
    assert "…" not in drawn(TALK, 120)
    assert drawn(TALK, 120).splitlines()[-1] == "मीरा  रास्ता बंद है"
