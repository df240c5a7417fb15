"""Where the source says something, read from its syntax: which texts, with which words. A text that is said and not
there, words that it does not have, and sentences that stand in the source, are told as complaints.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SAYS = frozenset({"notice", "words", "of"})
"""Methods of a `Voice`, and `Saying.of`."""

READ = frozenset({"body", "formatted_body"})
"""Keys of a message's content that people read."""


@dataclass(frozen=True)
class Said:
    """A text that the source says somewhere."""

    line: int
    message: str
    words: frozenset[str] | None
    """None where they are put together elsewhere."""


def said(source: str) -> Iterator[Said]:
    """Every text that this source says by its name."""
    for call in _calls(source):
        match call.args:
            case [ast.Constant(value=str(message)), *more]:
                names = [keyword.arg for keyword in call.keywords]
                whole = not more and None not in names
                yield Said(call.lineno, message, frozenset(n for n in names if n is not None) if whole else None)


def complaints(source: str, catalogue: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What the source says wrongly; `catalogue` has the words of each text."""
    for one in said(source):
        if one.message not in catalogue:
            yield f"{one.line}: there is no text {one.message!r}"
        elif one.words is not None and one.words != catalogue[one.message]:
            yield f"{one.line}: {one.message} is given {sorted(one.words)}, and has {sorted(catalogue[one.message])}"
    for call in _calls(source):
        if call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp):
            yield f"{call.lineno}: a text's name is put together, so that nobody finds where it is said"
    yield from _sentences(source)


def unused(catalogue: Iterable[str], files: Iterable[Path]) -> set[str]:
    """Texts that no source says, nor names in a table; those that a migration leaves in the database are said by it."""
    left = set(catalogue)
    for path in files:
        source = path.read_text("utf-8")
        if path.suffix == ".py":
            left -= {one.message for one in said(source)} | _named(source)
        else:
            left -= {name for name in left if f"'say', '{name}'" in source}
    return left


def _named(source: str) -> set[str]:
    """Strings that look like nothing but the name of a text: a name of one word must be said directly to count."""
    strings = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return {string for string in strings if isinstance(string, str) and "-" in string}


def _calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _says(node.func):
            yield node


def _says(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="Saying"):
            return True
        case ast.Attribute(attr="of", value=ast.Name(id=name)):
            return name == "Saying"
        case ast.Attribute(attr=name):
            return name in SAYS - {"of"}
        case _:
            return False


def _sentences(source: str) -> Iterator[str]:
    """Contents that are made of words that stand in the source."""
    for node in ast.walk(ast.parse(source)):
        for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
            match key, value:
                case ast.Constant(value="msgtype"), ast.Constant(value="m.notice"):
                    yield f"{value.lineno}: a notice is made here, and not by a voice"
                case ast.Constant(value=named), ast.Constant(value=same) if same == named:
                    continue  # a table of places, in which `body` is `body`
                case ast.Constant(value=str(name)), ast.JoinedStr() | ast.Constant(value=str()) if name in READ:
                    yield f"{value.lineno}: its {name} stands in the source"
