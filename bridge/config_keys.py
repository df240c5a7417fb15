"""The keys of a configuration file against those that there are. An unknown key is told with the nearest that is known;
for the checks that follow it is then taken for that one, so that one misspelling is one problem and hides no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from bridge.config_problem import Flaw, Loc, shown
from bridge.config_schema import Node


@dataclass
class Tidy:
    """Data with known keys only, which keys were taken for others, and the flaws found on the way."""

    data: Any = None
    flaws: list[Flaw] = field(default_factory=list)
    renamed: dict[Loc, Loc] = field(default_factory=dict)

    def written(self, loc: Loc) -> Loc:
        """The way as it stands in the file."""
        for end in range(len(loc), 0, -1):
            if (old := self.renamed.get(loc[:end])) is not None:
                return (*old, *loc[end:])
        return loc


def tidied(data: Any, top: Node) -> Tidy:
    """The data of a whole file, its keys checked against the schema."""
    tidy = Tidy()
    tidy.data = _value(data, top, (), tidy)
    return tidy


def _value(data: Any, node: Node | None, loc: Loc, tidy: Tidy) -> Any:
    if node is None:
        return data
    if data is None:
        # A section whose keys are all commented out is an empty one.
        return {"object": {}, "array": []}.get(str(node.schema.get("type")))
    if isinstance(data, list):
        return [_value(item, node.below(index), (*loc, index), tidy) for index, item in enumerate(data)]
    if isinstance(data, dict):
        node = node.chosen(data)
        return {key: _value(data[old], node.below(key), (*loc, key), tidy) for key, old in _keys(data, node, loc, tidy)}
    return data


def _keys(data: dict[str, Any], node: Node, loc: Loc, tidy: Tidy) -> Iterator[tuple[str, str]]:
    free = [key for key in node.keys or () if key not in data]
    for key in data:
        if node.keys is None or key in node.keys:
            yield key, key
            continue
        near = nearest(key, free)
        tidy.flaws.append(_unknown(key, near, node.keys, tidy.written(loc)))
        if near:
            free.remove(near)
            tidy.renamed[(*loc, near)] = (*tidy.written(loc), key)
            yield near, key


def _unknown(key: str, near: str | None, known: tuple[str, ...], loc: Loc) -> Flaw:
    bots = loc == ("bots",)
    what = f"{dotted((*loc, key))} is not {'an installed bot' if bots else 'a known key'}"
    listed = f"the {'bots' if bots else 'keys'} here are: {', '.join(known) or 'none'}"
    return Flaw((*loc, key), what, f"did you mean {near}?" if near else listed, at="key")


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that was probably meant."""
    folded = word[:60].lower().replace("-", "_")
    return next(iter(get_close_matches(folded, known, n=1, cutoff=0.6)), None)


def dotted(loc: Loc) -> str:
    """A way as a person reads it, list entries counted from 1: departments[1].url."""
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{shown(step)}" for step in loc)
    return text.removeprefix(".") or "the file"
