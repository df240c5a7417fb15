"""What a scenario is: people at real clients do something, and what came of it is told in checks and tables. A scenario
is one file in `bridge/lab/scenarios`, named as the file is, with a function `play`; it speaks with homeservers as
people do and with Setu as an administrator does, and never looks inside. One that needs other people than the usual has
a function `inhabitants` beside it, one that needs more settings a function `prepare` (`bridge.lab.site`), one that is
played in more rooms than one their `LINKS`.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from bridge.lab import scenarios
from bridge.lab.child import LabError
from bridge.lab.people import Inhabitants, usual
from bridge.lab.site import Prepare, Site, nothing_more

LINK = "border-roads"
"""The link of the lab."""


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


@dataclass(frozen=True)
class Scenario:
    """What is played, among whom, and what has to be prepared for it."""

    play: Play
    inhabitants: Callable[[], Inhabitants] = usual
    prepare: Prepare = nothing_more
    links: Sequence[str] = (LINK,)


def names() -> list[str]:
    """Every scenario that there is."""
    return sorted(module.name for module in pkgutil.iter_modules(scenarios.__path__))


def find(name: str) -> Scenario:
    """The scenario of this name.

    Raises:
        LabError: there is none.
    """
    if name not in names():
        raise LabError(f"there is no scenario {name!r}; there is: {', '.join(names())}")
    module = importlib.import_module(f"{scenarios.__name__}.{name}")
    asked = {part: getattr(module, part) for part in ("inhabitants", "prepare") if hasattr(module, part)}
    return Scenario(module.play, **asked, links=getattr(module, "LINKS", (LINK,)))
