"""Who reads the journal, by name: what `setu status` asks about. It is asked often, so nothing is imported here that
speaks Matrix; `bridge.roles` makes the followers themselves.
"""

from collections.abc import Sequence

from bridge.config import Settings
from bridge.follower import Follower
from bridge.plugin import Bot

OWN = ("mirror", "commands")
"""The names of the bridge's own followers."""


def brought(settings: Settings, bots: Sequence[Bot]) -> Sequence[Follower]:
    """The followers that come with the bots."""
    return [
        follower
        for bot in bots
        for follower in bot.followers(bot.settings.model_validate(settings.bots.get(bot.name, {})))
    ]


def names(settings: Settings, bots: Sequence[Bot]) -> Sequence[str]:
    """The names of all followers of this installation."""
    return [*OWN, *(follower.name for follower in brought(settings, bots))]
