"""What the bridge is told of the retention bot."""

from collections.abc import Sequence
from pathlib import Path

from bots.retention import record
from bots.retention.console import console
from bots.retention.follower import Retention
from bridge.config import Part
from bridge.follower import Follower
from bridge.plugin import Bot


class RetentionSettings(Part):
    """The retention bot has nothing to set yet."""


def _followers(_: RetentionSettings) -> Sequence[Follower]:
    return [Retention()]


bot = Bot(
    name="retention",
    localpart="records",
    settings=RetentionSettings,
    followers=_followers,
    migrations=Path(__file__).parent / "migrations",
    recorded=record.count,
    console=console,
)
