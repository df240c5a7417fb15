"""What a scenario is: people at real clients do something, and what came of it is told in checks and tables. A scenario
is one file in `bridge/lab/scenarios`, named as the file is, with a function `play`; it speaks with homeservers as
people do and with Setu as an administrator does, and never looks inside.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from bridge.lab import scenarios
from bridge.lab.child import LabError
from bridge.lab.site import Site


@dataclass(frozen=True)
class Check:
    """A sentence about Setu, by name, and whether it held; the detail says what was seen."""

    name: str
    text: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class Table:
    """What happened, for people."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


Play = Callable[[Site], AsyncIterator[Check | Table]]


def names() -> list[str]:
    """Every scenario that there is."""
    return sorted(module.name for module in pkgutil.iter_modules(scenarios.__path__))


def find(name: str) -> Play:
    """The scenario of this name.

    Raises:
        LabError: there is none.
    """
    if name not in names():
        raise LabError(f"there is no scenario {name!r}; there is: {', '.join(names())}")
    play: Play = importlib.import_module(f"{scenarios.__name__}.{name}").play
    return play
