"""Whatever stands in a configuration file: settings come of it, or problems to be mended, and no secret leaks."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.config import Settings
from bridge.config_file import ConfigError, Problem, check, load
from tests.unit.test_config import BOTS, LINKED, PLAIN

TOKEN = "syt_c2VjcmV0_do_not_print_me"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=20), inside, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "setu.yaml"


def told(file: Path, content: bytes) -> list[str]:
    """The problems with a content; none when it makes settings. Each is one line."""
    file.write_bytes(content)
    checked = tuple(check(file, BOTS))
    assert all(str(problem).startswith(f"{file}:") and str(problem).isprintable() for problem in checked)
    problems = refused(file)
    assert problems in ((), checked)
    return [str(problem) for problem in problems]


def refused(file: Path) -> tuple[Problem, ...]:
    """Why no settings come of the file."""
    try:
        load(file, BOTS)
    except ConfigError as error:
        return error.problems
    return ()


@given(content=st.binary(max_size=200))
def test_any_bytes_make_settings_or_problems(file: Path, content: bytes) -> None:
    assert told(file, content)


@given(
    where=st.integers(0, len(LINKED)),
    noise=st.text("\t\n\r :-[]{}&*!|>'\"%@`#,?\\\0\x85\u2028é€\ufeff<~=1axU", max_size=12),
)
def test_a_slip_of_the_keyboard_makes_settings_or_problems(file: Path, where: int, noise: str) -> None:
    told(file, (LINKED[:where] + noise + LINKED[where:]).encode())


@given(where=st.integers(0, len(LINKED)), noise=st.binary(max_size=6))
def test_a_damaged_disk_makes_settings_or_problems(file: Path, where: int, noise: bytes) -> None:
    told(file, LINKED.encode()[:where] + noise + LINKED.encode()[where:])


@given(section=st.sampled_from([*Settings.model_fields, "bots"]), value=JSON)
def test_any_value_in_any_section_makes_settings_or_problems(file: Path, section: str, value: Any) -> None:
    rest = "".join(f"{line}\n" for line in LINKED.splitlines())
    told(file, f"{rest}{section}: {json.dumps(value)}\n".encode("utf-8", "surrogatepass"))
    told(file, f"{section}: {json.dumps(value)}\n".encode("utf-8", "surrogatepass"))


@given(
    loc=st.sampled_from(["hub.name", "links.0.room", "bots.diary", "bots.diary.shelf", "mirror.trusted_signers"]),
    value=JSON,
)
def test_any_value_at_any_depth_makes_settings_or_problems(file: Path, loc: str, value: Any) -> None:
    data: dict[str, Any] = {
        "database": {"embedded": "postgres"},
        "hub": {"server_name": "nic.example"},
        "departments": [{"server_name": "mha.example"}],
        "links": [{"name": "a", "department": "mha.example"}],
        "bots": {"diary": {"shelf": {}}},
        "mirror": {},
    }
    *way, last = [int(step) if step.isdigit() else step for step in loc.split(".")]
    inner: Any = data
    for step in way:
        inner = inner[step]
    inner[last] = value
    told(file, json.dumps(data).encode())


@pytest.mark.parametrize("line", [line for line in LINKED.splitlines() if "_file: " in line or "url: " in line])
def test_a_secret_pasted_in_place_of_any_value_is_never_printed(file: Path, line: str) -> None:
    for value in (TOKEN, f'"{TOKEN}"', f"[{TOKEN}]", f"https://setu:{TOKEN}@matrix.example/path", f"{{a: {TOKEN}}}"):
        content = LINKED.replace(line, f"{line.partition(': ')[0]}: {value}", 1)
        if any(word in line for word in ("_file", "url")):
            assert TOKEN not in "\n".join(
                told(file, content.encode()) + [str(problem) for problem in check(file, BOTS)]
            )


@pytest.mark.parametrize(
    "broken",
    ["\t{}", "a: '{}", "a: @{}", "a: [{}", "a: b: {}", "- {}", "%{}", "*{}", "&{}", "!{} a", "{}", '"\\{}"', "? [{}]"],
)
def test_a_secret_in_a_file_that_is_not_yaml_is_never_printed(file: Path, broken: str) -> None:
    lines = told(file, (PLAIN + broken.format(TOKEN) + "\n").encode())
    assert lines
    assert TOKEN not in "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "setu.yaml: the file is empty; start from config/setu.example.yaml"),
        ("# nothing yet\n", "setu.yaml: the file is empty"),
        ("---\n", "setu.yaml: the file is empty"),
        ("- hub\n", "setu.yaml:1:1: the file does not begin with a key; write key: value"),
        ("setu\n", "setu.yaml:1:1: the file does not begin with a key"),
        ("hub:\n\turl: x\n", "setu.yaml:2:1: a tab stands where only spaces may; indent with spaces"),
        ("hub:\n  name: @ravi:x\n", "setu.yaml:2:9: a value may not begin with @; put it in quotes"),
        ("room: !abc:mha.example\n", "setu.yaml:1:7: a value that begins with ! is a tag to YAML; put it in quotes"),
        ("hub: &a {}\n", "setu.yaml:1:6: anchors and aliases (& and *) are not used here"),
        ("hub: *a\n", "setu.yaml:1:6: anchors and aliases (& and *) are not used here"),
        ("hub: 'x\n\nlog: 1\n", "setu.yaml:1:6: the quote that opens here is never closed; close it"),
        ("links: [a, b\n", "setu.yaml:1:8: the bracket that opens here is never closed"),
        ("hub: a: b\n", "setu.yaml:1:7: a colon stands where none may; check the indentation, or quote the value"),
        ("hub:\n  a: 1\n c: 2\n", "setu.yaml:3:2: this does not fit the lines above it"),
        ('hub: "\\q"\n', "setu.yaml:1:8: an escape with \\ is not known"),
        ('hub: "\\0"\n', "setu.yaml:1:6: a value holds U+0000 or half of a character"),
        ('hub: "\\ud800"\n', "setu.yaml:1:6: a value holds U+0000 or half of a character"),
        ('hub: "\\UFFFFFFFF"\n', "setu.yaml: this is not valid YAML"),
        ("hub: \x07\n", "setu.yaml:1:6: a control character stands here"),
        ("? [a]\n: 1\n", "setu.yaml:1:3: a list or a section stands where a key is needed"),
        (f"{PLAIN}---\na: 1\n", "setu.yaml:15:1: a second document begins here; put all into one, without ---"),
        (f"{PLAIN}hub: {{}}\n", "setu.yaml:15:1: hub is given twice, first on line 3; keep one"),
        ("a: " + "[" * 5000, "setu.yaml:1:24: this is nested too deeply"),
        ("%YAML 9.9\n---\na: 1\n", "setu.yaml:1:1: this is not YAML 1.2"),
    ],
)
def test_what_is_not_right_in_yaml_is_told_in_plain_words(file: Path, content: str, says: str) -> None:
    lines = [line.removeprefix(f"{file.parent}/") for line in told(file, content.encode())]
    assert [line for line in lines if line.startswith(says)]


def test_what_is_not_in_utf_8_is_told_with_its_place(file: Path) -> None:
    assert told(file, PLAIN.encode() + b"log: \xff\n") == [
        f"{file}:15:6: the file is not in UTF-8; save it again as UTF-8"
    ]


def test_a_byte_order_mark_is_no_matter(file: Path) -> None:
    assert told(file, b"\xef\xbb\xbf" + PLAIN.encode()) == []


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path / "nowhere", "there is no such file"),
        (tmp_path, "the file cannot be read (Is a directory)"),
    ):
        with pytest.raises(ConfigError) as problem:
            load(path, BOTS)
        assert str(problem.value).startswith(f"{path}: {says}; ")
