"""What one room asks of the people in it, with nothing left open. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from bots.identity.ladder import Rung, Step
from bots.identity.settings import Policy, Steps
from bridge.spans import span

EVERYTHING = Policy(
    enforce="off", externals="open", enough="claim", notices="direct", public=False, disclaimer=None, exempt=(),
    steps=Steps(),
)  # fmt: skip
"""What holds where nothing is said."""


@dataclass(frozen=True)
class Rules:
    """A policy in which everything is said."""

    enforce: Literal["off", "simulate", "on"]
    externals: Literal["open", "ask", "refuse"]
    enough: Literal["claim", "verified"]
    notices: Literal["direct", "room"]
    public: bool
    disclaimer: str | None
    exempt: tuple[str, ...]
    steps: Steps

    @property
    def concerns(self) -> bool:
        """Whether anything of it concerns the people in the room."""
        return self.enforce != "off" or self.externals != "open"

    @property
    def rungs(self) -> Sequence[Rung]:
        """The ladder of those who do not say who they are."""
        reminders = [Rung(Step.REMINDED, span(gap)) for gap in self.steps.remind]
        last = [
            (Step.RESTRICTED, self.steps.restrict),
            (Step.ASKED, self.steps.ask),
            (Step.REMOVED, self.steps.remove),
        ]
        return [Rung(Step.TOLD, timedelta()), *reminders, *(Rung(step, span(gap)) for step, gap in last if gap)]

    @property
    def rungs_for_externals(self) -> Sequence[Rung]:
        """The ladder of externals where the room is not open to them."""
        if self.externals == "refuse":
            return [Rung(Step.REMOVED, timedelta())]
        gap = span(self.steps.remove) if self.steps.remove is not None else timedelta(days=3)
        return [Rung(Step.ASKED, timedelta()), Rung(Step.REMOVED, gap)]


def rules(*said: Policy) -> Rules:
    """The rules of a room from what is said of it, the nearest first."""
    return Rules(**{name: _first(name, (*said, EVERYTHING)) for name in Policy.model_fields})


def _first(name: str, said: Sequence[Policy]) -> Any:
    return next((value for policy in said if (value := getattr(policy, name)) is not None), None)
