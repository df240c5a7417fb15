"""Who reads the journal, by name: what `setu status` asks about. It is asked often, so nothing is imported here that
speaks Matrix; `bridge.roles` makes the followers themselves.
"""

from collections.abc import Sequence

from bridge.config import Settings
from bridge.plugin import Bot

OWN = ("mirror", "commands")
"""The names of the bridge's own followers."""


def names(settings: Settings, bots: Sequence[Bot]) -> Sequence[str]:
    """The names of all followers of this installation."""
    return [*OWN, *(name for bot in bots for name in bot.reading(settings))]
