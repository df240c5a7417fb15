"""Loads the grammars that are built in and those of the organisation, tries every example, and gives an engine."""

from collections.abc import Iterable
from pathlib import Path

from bots.classification import examples, scheme_file
from bots.classification.engine import HOME, Engine
from bots.classification.grammar import Grammar
from bots.classification.scheme_file import BUILT_IN, Read
from bridge.config_problem import ConfigError


def load(own: Iterable[Path] = (), *, home: str = HOME, native: bool = True) -> Engine:
    """An engine; `own` are folders of YAML files that add to what is built in, or take its place.

    Raises:
        ConfigError: a file cannot be used, or an example does not come out as its rule says.
    """
    read: list[Read] = [file for folder in (BUILT_IN, *own) for file in scheme_file.folder(folder)]
    engine = Engine.of(Grammar.of(file.file for file in read), native=native, home=home)
    if found := list(examples.problems(engine, read)):
        raise ConfigError(found)
    return engine
