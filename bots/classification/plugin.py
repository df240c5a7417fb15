"""What the bridge is told of the classification bot. It has no follower yet: it judges what it is asked."""

from collections.abc import Sequence

from bots.classification.console import console
from bridge.config import Part
from bridge.follower import Follower
from bridge.plugin import Bot


class ClassificationSettings(Part):
    """The classification bot has nothing to set yet."""


def _followers(_: ClassificationSettings) -> Sequence[Follower]:
    return ()


bot = Bot(
    name="classification",
    localpart="classification",
    settings=ClassificationSettings,
    followers=_followers,
    console=console,
)
