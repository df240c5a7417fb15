"""JSON as it should be, with one place in it changed, removed or added to: what a homeserver that lies would send."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.json_values import JSON, TEXTS


def broken(value: Any) -> st.SearchStrategy[Any]:
    """The value with one place in it that is no longer what it was."""
    paths = st.sampled_from(list(_paths(value)))
    changed = st.tuples(paths, JSON).map(lambda drawn: _changed(value, *drawn))
    shorter = paths.filter(bool).map(lambda path: _without(value, path))
    longer = st.tuples(TEXTS, JSON).map(lambda added: {**value, added[0]: added[1]})
    return changed | shorter | longer


def _paths(value: Any) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *rest) for key, each in inside for rest in _paths(each))]


def _changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.deepcopy(value)
    _parent(changed, path)[path[-1]] = new
    return changed


def _without(value: Any, path: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(value)
    del _parent(changed, path)[path[-1]]
    return changed


def _parent(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value
