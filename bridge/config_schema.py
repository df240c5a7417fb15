"""The JSON schema of the configuration file, the settings of every installed bot included. Editors read it from
config/setu.schema.json; the reader of the file takes from it which keys there are and what each wants, in words.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import models_json_schema

from bridge.config import Part, Settings
from bridge.config_problem import Loc

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(bots: Mapping[str, type[Part]]) -> str:
    """The JSON schema as the text of a file; `bots` gives the settings of each bot by its name."""
    return json.dumps(tree(bots), indent=2, ensure_ascii=False) + "\n"


def tree(bots: Mapping[str, type[Part]]) -> dict[str, Any]:
    """The JSON schema as data."""
    names = sorted(bots)
    references, definitions = models_json_schema(
        [(Settings, "validation"), *((bots[name], "validation") for name in names)]
    )
    parts = definitions["$defs"]
    top: dict[str, Any] = parts.pop(_name(references[Settings, "validation"]))
    known = {name: references[bots[name], "validation"] for name in names}
    words = top["properties"]["bots"]["description"]
    top["properties"]["bots"] = {
        "type": "object", "description": words, "properties": known, "additionalProperties": False
    }  # fmt: skip
    for part in (top, top["properties"]["bots"], *parts.values()):
        _let_be_empty(part, parts)
    return {"$schema": DIALECT, **top, "title": "Setu", "$defs": parts}


def _let_be_empty(part: dict[str, Any], definitions: Mapping[str, Any]) -> None:
    """A section or list whose entries are all commented out is null to YAML, and empty to us."""
    for key, node in part.get("properties", {}).items():
        kind = definitions[_name(node)] if "$ref" in node else node
        if kind.get("type") in ("object", "array") and key not in part.get("required", ()):
            part["properties"][key] = {"anyOf": [node, {"type": "null"}]}


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


@dataclass(frozen=True)
class Node:
    """What the schema says of one value."""

    schema: Mapping[str, Any]
    definitions: Mapping[str, Any]

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The keys of a section; None where any key may stand, or where it is no section."""
        if self.schema.get("additionalProperties") is not False:
            return None
        return tuple(self.schema.get("properties", ()))

    def below(self, step: str | int) -> "Node | None":
        """What it says of a value inside; None where it says nothing."""
        inside = self.schema.get("items") if isinstance(step, int) else self._property(step)
        return self._resolved(inside) if isinstance(inside, Mapping) else None

    def chosen(self, data: Any) -> "Node":
        """Of several kinds of section, what it says of the one that the data names (JSON schema `oneOf`, OpenAPI
        `discriminator`); itself where there is one kind, or the data names none.
        """
        told = self.schema.get("discriminator")
        if not isinstance(told, Mapping) or not isinstance(data, Mapping):
            return self
        named = data.get(told["propertyName"])
        kind = told["mapping"].get(named) if isinstance(named, str) else None
        return self._resolved({"$ref": kind}) if kind is not None else self

    def _property(self, key: str) -> Any:
        return self.schema.get("properties", {}).get(key, self.schema.get("additionalProperties"))

    def _resolved(self, inside: Mapping[str, Any]) -> "Node":
        choices = [choice for choice in inside.get("anyOf", ()) if choice.get("type") != "null"]
        if len(choices) == 1:
            inside = {**inside, **choices[0]}
        if "$ref" in inside:
            # What is said beside a reference, such as a description, goes before what is said behind it.
            inside = {**self.definitions[_name(inside)], **inside}
        return Node(inside, self.definitions)


def top(bots: Mapping[str, type[Part]]) -> Node:
    """What the schema says of the whole file."""
    whole = tree(bots)
    return Node(whole, whole["$defs"])


def of(model: type[Part]) -> Node:
    """What the schema says of a file that holds one part by itself."""
    whole = model.model_json_schema()
    parts = whole.get("$defs", {})
    for part in (whole, *parts.values()):
        _let_be_empty(part, parts)
    return Node(whole, parts)


def at(node: Node, loc: Loc) -> Node | None:
    """What the schema says of the value at the end of a way; None where it says nothing."""
    found: Node | None = node
    for step in loc:
        found = found.below(step) if found else None
    return found
