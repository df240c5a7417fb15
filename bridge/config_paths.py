"""The paths in the settings, each made whole: what is relative counts from the folder of the configuration file, so
that Setu means the same files wherever it is started.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from bridge.config import Part
from bridge.config_keys import dotted
from bridge.config_problem import Flaw, Loc
from bridge.config_schema import Node

AnyPart = TypeVar("AnyPart", bound=Part)


def anchored(part: AnyPart, folder: Path) -> AnyPart:
    """The same settings, with every relative path counted from the folder, those in the parts inside included."""
    before = {name: getattr(part, name) for name in type(part).model_fields}
    after = {name: _anchored(value, folder) for name, value in before.items()}
    return part.model_copy(update={name: value for name, value in after.items() if value != before[name]})


def _anchored(value: Any, folder: Path) -> Any:
    match value:
        case Path():
            return folder / value
        case Part():
            return anchored(value, folder)
        case tuple() | list():
            return type(value)(_anchored(item, folder) for item in value)
        case dict():
            return {key: _anchored(item, folder) for key, item in value.items()}
        case _:
            return value


def rooted(data: Any, node: Node | None, folder: Path) -> Any:
    """A file's data, with every relative path counted from the folder; the schema tells which texts are paths."""
    match data:
        case _ if node is None:
            return data
        case str() if _is_path(node):
            return str(folder / data)
        case dict():
            chosen = node.chosen(data)
            return {key: rooted(item, chosen.below(key), folder) for key, item in data.items()}
        case list():
            return [rooted(item, node.below(index), folder) for index, item in enumerate(data)]
        case _:
            return data


def flaws(data: Any, node: Node | None, loc: Loc = ()) -> Iterator[Flaw]:
    """What is wrong with the paths in a file's data, the schema telling which texts are paths."""
    if node is None:
        return
    match data:
        case str() if _is_path(node):
            yield from _path_flaws(data, loc)
        case dict():
            for key, item in data.items():
                yield from flaws(item, node.chosen(data).below(key), (*loc, key))
        case list():
            for index, item in enumerate(data):
                yield from flaws(item, node.below(index), (*loc, index))


def _is_path(node: Node) -> bool:
    return str(node.schema.get("format", "")).endswith("path")


def _path_flaws(path: str, loc: Loc) -> Iterator[Flaw]:
    if path in ("", "."):
        yield Flaw(loc, f"{dotted(loc)} names nothing", "give the path of a file or folder")
    elif path.startswith("~"):
        what = f"{dotted(loc)} begins with ~, which is not filled in"
        yield Flaw(loc, what, "write the whole path, or one from the folder of this file")
