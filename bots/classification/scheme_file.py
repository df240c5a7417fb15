"""From a YAML file of a scheme, of data or of words to checked values, or to everything that is wrong in it, each
with its line and column and the nearest key: read by the same reader as the configuration, as strictly.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bots.classification.grammar import File
from bots.classification.scheme import Data, Scheme, VocabularyWords
from bots.classification.width import ENDLESS, most_width
from bridge import config_document, config_keys, config_words
from bridge.config_document import Document
from bridge.config_problem import ConfigError, Flaw, Problem
from bridge.config_schema import Node

BUILT_IN = Path(__file__).parent / "schemes"
KINDS: Mapping[str, type[File]] = {"scheme": Scheme, "data": Data, "words": VocabularyWords}
WIDEST = 400
"""Characters that the pattern of a type of data may match: it is tried at every place of a text."""


@dataclass(frozen=True)
class Read:
    """One file, and where each of its parts stands."""

    document: Document
    file: File


def read(path: Path) -> Read:
    """One checked file.

    Raises:
        ConfigError: it cannot be used; it holds every problem at once, in the order of the lines.
    """
    document = config_document.parse(str(path), _text(path))
    model = _model(document)
    tidy = config_keys.tidied(document.data, _node(model))
    flaws, file = list(tidy.flaws), None
    try:
        file = model.model_validate_json(json.dumps(tidy.data), strict=True)
        flaws += _patterns(file)
    except ValidationError as error:
        found = config_words.flaws(error.errors(), _node(model))
        flaws += [replace(flaw, loc=tidy.written(flaw.loc)) for flaw in found]
    told = [document.problem(flaw) for flaw in flaws if not document.is_spoilt(flaw.loc)]
    if document.problems or told or file is None:
        raise ConfigError([*document.problems, *told])
    return Read(document, file)


def folder(path: Path) -> list[Read]:
    """All files of a folder in the order of their names.

    Raises:
        ConfigError: a file cannot be used, or there is none.
    """
    files = sorted(path.glob("*.yaml"))
    if not files:
        raise ConfigError([Problem(str(path), 0, 0, "there is no scheme in this folder", "put a YAML file into it")])
    return [read(file) for file in files]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        what, mend = "the file is not in UTF-8", "save it again as UTF-8"
    except (OSError, ValueError) as error:
        what = f"the file cannot be read ({getattr(error, 'strerror', None) or 'not a path'})"
        mend = "name a file that this user may read"
    raise ConfigError([Problem(str(path), 0, 0, what, mend)])


def _model(document: Document) -> type[File]:
    model = KINDS.get(str(document.data.get("kind")))
    if model is None:
        flaw = Flaw(("kind",), "kind does not say what this file is", f"write kind: and one of: {', '.join(KINDS)}")
        raise ConfigError([*document.problems, document.problem(flaw)])
    return model


@cache
def _node(model: type[File]) -> Node:
    schema: dict[str, Any] = TypeAdapter(model).json_schema()
    return Node(schema, schema.get("$defs", {}))


def _patterns(file: File) -> Iterator[Flaw]:
    """What is wrong with the patterns of types of data."""
    for number, rule in enumerate(file.types if isinstance(file, Data) else ()):
        if (what := _unfit(rule.pattern)) is not None:
            mend = "write what both RE2 and Python's re read, every repetition with its most: {1,20}"
            yield Flaw(("types", number, "pattern"), f"the pattern of {rule.id} {what}", mend)


def _unfit(pattern: str) -> str | None:
    try:
        widest = most_width(pattern)
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression ({error})"
    if re.search(r"\(\?[^:]|\\[1-9bBAZ]", pattern):
        return "looks around, refers back or sets flags"
    if widest >= min(ENDLESS, WIDEST * 10):
        return "has a repetition without an end"
    return f"is wider than {WIDEST} characters" if widest > WIDEST * 2 else None
