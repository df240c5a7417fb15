"""What pydantic has against some settings, in plain words: what was found, and what is wanted as the schema tells it.
The value of a key that names a file, a URL or a key is never repeated: people paste secrets where paths belong.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bridge.config_keys import dotted
from bridge.config_problem import Flaw, Loc, shown
from bridge.config_rules import KIND
from bridge.config_schema import Node, at

_PRIVATE = re.compile(r"file|url|token|key|secret|pass|signer|embedded", re.IGNORECASE)
_KINDS = {"string": "text", "boolean": "true or false", "integer": "a whole number", "number": "a number"}
_LIMITS = {
    "minLength": "{} or more characters",
    "maxLength": "{} or fewer",
    "exclusiveMinimum": "above {}",
    "minimum": "at least {}",
    "exclusiveMaximum": "below {}",
    "maximum": "at most {}",
    "pattern": "such as {} matches",
}


def flaws(errors: Iterable[Mapping[str, Any]], top: Node, prefix: Loc = ()) -> list[Flaw]:
    """Each of `ValidationError.errors()` as a flaw; `prefix` is where what was validated stands in the file."""
    return [_flaw(error, (*prefix, *error["loc"]), top) for error in errors if not _only_seems_short(error)]


def _only_seems_short(error: Mapping[str, Any]) -> bool:
    # pydantic counts the entries that are right; those that are wrong have errors of their own.
    return bool(error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"])


def _flaw(error: Mapping[str, Any], loc: Loc, top: Node) -> Flaw:
    kind, context = error["type"], error.get("ctx", {})
    if kind == KIND:
        section = "properties" in (node.schema if (node := at(top, loc)) else {})
        return Flaw(loc, f"{dotted(loc)}: {context['what']}", context["mend"], at="key" if section else "value")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _kind(loc, context)
    if kind == "missing":
        return _missing(loc, at(top, loc))
    if kind == "value_error":
        return Flaw(loc, f"{dotted(loc)}: {shown(str(context.get('error')), 300)}", "change the value")
    return _wrong(loc, error["input"], at(top, loc))


def _kind(loc: Loc, context: Mapping[str, Any]) -> Flaw:
    """A section that is of one of several kinds, and does not say of which."""
    key, named = str(context["discriminator"]).strip("'"), context.get("tag")
    known = str(context.get("expected_tags", "")).replace("'", "")
    if named is None:
        return Flaw(loc, f"{dotted((*loc, key))} is missing", f"add {key}, which tells what kind it is", at="key")
    return Flaw((*loc, key), f"{dotted((*loc, key))} is {found(named, private=False)}", f"it must be one of: {known}")


def _missing(loc: Loc, node: Node | None) -> Flaw:
    meaning = str(node.schema.get("description", "")) if node else ""
    mend = f"add {dotted(loc[-1:])}" + (f" ({meaning.splitlines()[0].rstrip('.')})" if meaning else "")
    return Flaw(loc, f"{dotted(loc)} is missing", mend, at="key")


def _wrong(loc: Loc, value: Any, node: Node | None) -> Flaw:
    private = any(isinstance(step, str) and _PRIVATE.search(step) for step in loc)
    if node and node.schema.get("format") in ("path", "file-path", "directory-path", "password"):
        private = True
    return Flaw(loc, f"{dotted(loc)} is {found(value, private=private)}", f"it must be {wanted(node)}")


def found(value: Any, *, private: bool) -> str:
    """A value in words that may be printed."""
    match value:
        case None:
            return "empty"
        case dict():
            return "a section"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case str() if private or not value.isprintable() or len(value) > 60:
            return f"a text of {len(value)} characters"
        case str():
            return f'"{value}"'
        case bool():
            return str(value).lower()
        case _:
            return "a number" if private else str(value)


def wanted(node: Node | None) -> str:
    """What the schema allows, in words."""
    schema = node.schema if node else {}
    if words := schema.get("patternErrorMessage"):
        return str(words)
    if choices := schema.get("enum"):
        return f"one of: {', '.join(map(str, choices))}"
    match schema.get("type"):
        case "object":
            return f"a section with the keys: {', '.join(node.keys)}" if node and node.keys else "a section"
        case "array":
            return f"a list with at least {schema['minItems']} entry" if schema.get("minItems") else "a list"
        case "string" if str(schema.get("format", "")).endswith("path"):
            return "the path of a file or folder"
        case kind:
            limits = [words.format(schema[name]) for name, words in _LIMITS.items() if name in schema]
            return ", ".join([_KINDS.get(str(kind), "of another kind"), *limits])
