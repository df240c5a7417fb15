"""What the bridge is told of the retention bot."""

from pathlib import Path

from bots.retention import record
from bots.retention.console import console
from bots.retention.follower import Retention
from bridge.config import Part
from bridge.plugin import Bot, Guest, Host
from bridge.private import Account


class RetentionSettings(Part):
    """The retention bot has nothing to set yet."""


def _come(_: RetentionSettings, host: Host) -> Guest:
    return Guest(followers=[Retention(host.journal)])


bot = Bot(
    name="retention",
    account=Account("records", "Records"),
    settings=RetentionSettings,
    come=_come,
    follows=(Retention.name,),
    migrations=Path(__file__).parent / "migrations",
    recorded=record.count,
    consoles=[console],
)
