"""The settings of holds, under `bots.retention.hold`."""

from datetime import timedelta

from pydantic import Field

from bridge.config import Part
from bridge.spans import Span, span


class HoldSettings(Part):
    """How a hold is let go."""

    cooling: Span = Field("30d", description="How long it still holds when two officers have released it.")

    @property
    def cooling_off(self) -> timedelta:
        return span(self.cooling)
