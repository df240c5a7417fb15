"""The settings of exports in chat, under `bots.retention.export`."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from bridge.config import Part
from bridge.spans import Span, span


class HandoverSettings(Part):
    """How exports are made that officers ask for in chat."""

    folder: Path = Field(
        Path("exports"),
        description="Where they are prepared, in clear and each only meanwhile; best on an encrypted disk.",
    )
    most: int = Field(
        20_000, ge=1, le=10**9, description="How many records one may have; a terminal makes larger ones."
    )
    keep: Span = Field("7d", description="How long one waits, sealed in media.folder, until it can be handed over.")

    @property
    def kept(self) -> timedelta:
        return span(self.keep)
