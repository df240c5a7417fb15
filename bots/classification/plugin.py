"""What the bridge is told of the classification bot. It has no follower yet: it judges what it is asked."""

from pathlib import Path

from bots.classification.console import console
from bridge.config import Part
from bridge.plugin import Bot, Guest, Host
from bridge.private import Account


class ClassificationSettings(Part):
    """The classification bot has nothing to set yet."""


def _come(_: ClassificationSettings, _host: Host) -> Guest:
    return Guest()


bot = Bot(
    name="classification",
    account=Account("classification", "Classification"),
    settings=ClassificationSettings,
    come=_come,
    migrations=Path(__file__).parent / "migrations",
    consoles=[console],
)
