"""What holds for every file: arrows run one way, files are small, and what others call says what it does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.api import read_configuration

HERE = Path(__file__).parents[2]
FILES = sorted(path for part in ("bridge", "bots") for path in (HERE / part).rglob("*.py"))
LONGEST_FILE = 400
TRIVIAL = 6
"""Statements below which a public function may speak for itself."""


def test_import_contracts_are_kept() -> None:
    # In a process of its own: import-linter stumbles over packages that other tests have imported.
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    told = subprocess.run([sys.executable, "-c", lint], cwd=HERE, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and "4 kept" in told.stdout, told.stdout + told.stderr


def test_the_contracts_say_that_the_bridge_never_knows_a_bot() -> None:
    contracts = read_configuration(str(HERE / ".importlinter"))["contracts_options"]
    assert {"layers", "forbidden"} <= {contract["type"] for contract in contracts}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HERE)))
def test_a_file_is_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LONGEST_FILE
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module's docstring says what it is for"
    # A step of a scenario is told by the line that it prints.
    assert path.parent.name == "steps" or not list(undocumented(tree)), f"{path.name}: a docstring is missing"


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public classes, and public functions that are more than trivial, without a docstring."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node) and not trivial(node):
                yield node.name
            yield from (f"{node.name}.{name}" for name in functions(node.body))
    yield from functions(tree.body)


def functions(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not trivial(node):
            yield node.name


def trivial(node: ast.AST) -> bool:
    return sum(isinstance(inside, ast.stmt) for inside in ast.walk(node)) - 1 < TRIVIAL
