"""`setu classify`, as a person or a script calls it: without configuration, database or network."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(*given: str, said: bytes = b"", folder: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "classify", *given], input=said, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def lines(told: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.splitlines()]


def test_a_text_gets_a_line_of_json() -> None:
    status, told, _ = run("SECRET: the convoy leaves", "--ceiling", "RESTRICTED")
    (verdict,) = lines(told)
    assert status == 0
    assert (verdict["level"], verdict["kind"], verdict["above"]) == ("IN:SECRET", "marking", 2)
    assert verdict["findings"][0]["rule"] == "in.banner" and verdict["not_scanned"] == []


def test_each_line_of_jsonl_is_judged_by_itself_and_a_bad_one_stops_nothing() -> None:
    asked = [
        {"text": "SECRET", "scheme": "UK"}, {"text": "x", "filename": "SECRET_plan.docx"}, {"txt": "SECRET"},
        {"text": "x", "formatted_body": "<b>SEC</b>RET"}, {"text": "hello", "ceiling": "IN:NOTHING"}, {"text": "ok"},
    ]  # fmt: skip
    status, told, _ = run("--jsonl", said="\n".join([*map(json.dumps, asked), "not json", ""]).encode())
    found = lines(told)
    assert status == 1
    assert [verdict.get("level", "error") for verdict in found] == [
        "UK:SECRET", "IN:SECRET", "error", "IN:SECRET", "error", None, "error",
    ]  # fmt: skip
    assert 'no object with a "text"' in found[2]["error"] and "there is no level" in found[4]["error"]


def test_it_explains_in_words() -> None:
    _, told, _ = run("Is it SECRET?", "--explain")
    assert json.loads(told.splitlines()[0])["kind"] == "none"
    assert "it is asked about" in told


def test_a_file_is_judged_by_its_name_and_content(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("CONFIDENTIAL\nThe note of the JS.")
    status, told, _ = run("--file", str(file))
    assert status == 0 and lines(told)[0]["level"] == "IN:CONFIDENTIAL"


def test_what_is_not_understood_is_told_in_a_line() -> None:
    assert run("--file", "/nowhere/at/all")[0] == 2
    status, _, told = run("x", "--scheme", "FR")
    assert status == 2 and "there is no scheme 'FR'; there are: AU, IN" in told


def test_schemes_of_ones_own_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("kind: scheme\nscheme: XX\n")
    status, _, told = run("x", "--schemes", str(tmp_path))
    assert status == 1 and "own.yaml" in told and "levels is missing" in told
