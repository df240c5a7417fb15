"""The settings of the retention bot, under `bots.retention`."""

from pydantic import Field

from bots.retention.search.settings import SearchSettings
from bridge.config import Part


class RetentionSettings(Part):
    """Everything that the retention bot is told."""

    search: SearchSettings = Field(SearchSettings(), description="How the record is searched.")
