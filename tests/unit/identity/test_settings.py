"""What an administrator writes about identity, and what is said to what is wrong in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bots.identity.policy import rules
from bots.identity.settings import Policy
from bridge import config_file
from bridge.config import Settings
from bridge.plugin import installed
from bridge.spans import span

BASE = """\
database: {embedded: pg}
hub: {server_name: nic.lab, name: NIC, url: "http://a:1", as_token_file: a, hs_token_file: b}
departments:
  - {server_name: mha.lab, name: MHA, url: "http://a:2", as_token_file: c, hs_token_file: d}
bots:
  identity:
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    """What `setu check` says, without the file's name."""
    file = tmp_path / "setu.yaml"
    file.write_text(BASE + text, encoding="utf-8")
    bots = installed()
    found = config_file.check(file, {bot.name: bot.settings for bot in bots}, [bot.account.localpart for bot in bots])
    return [str(problem).removeprefix(f"{file}:") for problem in found]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("    rosters: [{kind: csv, fil: a.csv}]\n", "rosters[1].fil is not a known key; did you mean file?"),
        ("    rosters: [{kind: xls, file: a}]\n", 'rosters[1].kind is "xls"; it must be one of: csv, yaml'),
        ("    rosters: [{file: a.csv}]\n", "rosters[1].kind is missing"),
        ("    rosters: [{kind: csv, file: ~/a.csv}]\n", "begins with ~"),
        ("    zone: Asia/Kolkatta\n", "there is no time zone Asia/Kolkatta"),
        ("    official: {longest: 8 hours}\n", "a number and s, m, h or d"),
        ("    rooms: [{enforce: on}]\n", "none of link, room is given"),
        ('    rooms: [{link: a, room: "!b:c"}]\n', "link and room are both given"),
        ("    rooms: [{link: a, steps: {remind: [3d, 1d]}}]\n", "1d is shorter than the gap before it"),
        ("    rooms: [{link: a, enforce: sometimes}]\n", "one of: off, simulate, on"),
        ("    allowed_servers: ['*']\n    default: {exempt: [bot]}\n", "a user id in quotes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_the_mend(tmp_path: Path, text: str, told: str) -> None:
    [problem] = problems(tmp_path, text)
    assert told in problem and problem[0].isdigit()


def test_paths_of_rosters_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "setu.yaml").write_text(BASE + "    rosters: [{kind: csv, file: people.csv}]\n", encoding="utf-8")
    bots = installed()
    settings: Settings = config_file.load(tmp_path / "setu.yaml", {bot.name: bot.settings for bot in bots})
    [identity] = [bot.given(settings) for bot in bots if bot.name == "identity"]
    assert identity.rosters[0].file == tmp_path / "people.csv"


def test_without_settings_nothing_is_asked_of_anybody() -> None:
    nothing = rules()
    assert (nothing.enforce, nothing.externals, nothing.public, nothing.concerns) == ("off", "open", False, False)


def test_the_nearest_word_counts() -> None:
    found = rules(Policy(enforce="simulate"), Policy(enforce="on", externals="ask"), Policy(notices="room"))
    assert (found.enforce, found.externals, found.notices, found.enough) == ("simulate", "ask", "room", "claim")


def test_false_is_a_word_too() -> None:
    assert rules(Policy(public=False), Policy(public=True)).public is False


def test_a_span_is_a_number_of_seconds_minutes_hours_or_days() -> None:
    assert [span(text) for text in ("30s", "5m", "2h", "14d")] == [
        timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=2), timedelta(days=14),
    ]  # fmt: skip
