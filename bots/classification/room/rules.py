"""What holds in one place, with nothing left open. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bots.classification.settings import RESPONSES, Policy, Response
from bots.classification.verdict import Level

EVERYTHING = Policy(mode="enforce", shown="state", responses=RESPONSES, not_scanned="pass")
"""What holds where nothing is said."""


@dataclass(frozen=True)
class Rules:
    """A policy in which everything is said."""

    ceiling: Level | None
    """None: nothing is too high here, and data is looked for all the same."""
    mode: Literal["off", "simulate", "enforce"]
    shown: Literal["state", "topic", "pinned"]
    responses: tuple[Response, ...]
    not_scanned: Literal["pass", "hold"]


def rules(ceiling: Level | None, *said: Policy) -> Rules:
    """The rules of a place from what is said of it, the nearest first."""
    names = ("mode", "shown", "responses", "not_scanned")
    return Rules(ceiling, **{name: _first(name, (*said, EVERYTHING)) for name in names})


def _first(name: str, said: Sequence[Policy]) -> Any:
    return next((value for policy in said if (value := getattr(policy, name)) is not None), None)
