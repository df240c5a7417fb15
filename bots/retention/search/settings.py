"""The settings of search, under `bots.retention.search`."""

from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from bridge import config_rules as rules
from bridge.config import Part


class SearchSettings(Part):
    """How the record is searched."""

    zone: str = Field("Asia/Kolkata", description="Where the days of from: and to: begin, and whose times are shown.")
    in_chat: int = Field(5, ge=1, le=10, description="How many results an answer in a chat has; page:2 gives the next.")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            rules.refuse([((), f"there is no time zone {zone[:60]}", "give one such as Asia/Kolkata or UTC")])
        return zone

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
