"""The settings of search, under `bots.retention.search`."""

from zoneinfo import ZoneInfo

from pydantic import Field

from bridge.config import Part, Zone


class SearchSettings(Part):
    """How the record is searched."""

    zone: Zone = Field("Asia/Kolkata", description="Where the days of from: and to: begin, and whose times are shown.")
    in_chat: int = Field(5, ge=1, le=10, description="How many results an answer in a chat has; page:2 gives the next.")

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
