"""Ordinary text that a machine ships: documentation strings of the standard library, licences, copyright files,
fortunes. Nobody marked any of it, so that every marking found in it is a false alarm.
"""

import ast
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bots.classification.engine import Engine

_PLACES = ("/usr/share/common-licenses", "/usr/share/games/fortunes", "/usr/share/doc")
LONGEST = 400
"""Characters of a piece; as long as long messages are."""


def pieces() -> Iterator[str]:
    """Texts of the length of messages, each once."""
    seen: set[str] = set()
    for text in (*_documentation(), *_texts()):
        for paragraph in text.replace("\r", "").split("\n\n"):
            piece = paragraph.strip()[:LONGEST]
            if len(piece) > 3 and piece not in seen:
                seen.add(piece)
                yield piece


def _documentation() -> Iterator[str]:
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if {"site-packages", "test", "tests"} & set(path.parts):
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield ast.get_docstring(node) or ""


def _texts() -> Iterator[str]:
    for place in map(Path, _PLACES):
        for path in sorted(place.rglob("*")):
            told = place.name != "doc" or path.name in ("copyright", "README", "NEWS", "README.Debian")
            if told and path.is_file() and not path.suffix:
                yield path.read_bytes()[: 1 << 20].decode("utf-8", "replace")


def alarms(engine: Engine) -> dict[str, float]:
    """Prints each false marking and gives how many there are in 10,000 pieces."""
    number, false, others = 0, 0, 0
    for piece in pieces():
        number += 1
        verdict = engine.judge_text(piece)
        for finding in verdict.findings:
            marks = finding.kind in ("marking", "portion")
            false, others = false + marks, others + (not marks)
            around = piece[max(0, finding.start - 30) : finding.end + 40].replace("\n", "⏎")
            print(f"  {finding.rule} {finding.level or finding.type}: …{around}…")
    print(f"ordinary texts {number}, false markings {false}, data found in them {others}")
    return {"ordinary_texts": number, "false_markings": false, "false_markings_in_10000": 1e4 * false / number}
