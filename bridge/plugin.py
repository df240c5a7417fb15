"""What a bot is to the bridge: a guest on the journal, found by its entry point in the group `setu.bots`. The bridge
knows this protocol and never a bot; a new bot is a folder in `bots/` and a line in pyproject.toml.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bridge.config import Part
from bridge.follower import Follower
from bridge.store.database import Connection

GROUP = "setu.bots"


@dataclass(frozen=True)
class Bot:
    """One plug-in: its name in YAML, the local part of its Matrix account, its settings, schema and followers."""

    name: str
    localpart: str
    settings: type[Part]
    followers: Callable[[Any], Sequence[Follower]]
    """Makes the bot's followers from its own checked settings."""
    migrations: Path | None = None
    """A folder of numbered SQL migrations of the bot's own tables."""
    recorded: Callable[[Connection], Awaitable[Mapping[int, int]]] | None = None
    """How many records the bot keeps of each room, by the room's number, where it keeps any."""


def installed() -> tuple[Bot, ...]:
    """Every installed bot, in the order of its name.

    Raises:
        TypeError: an entry point of the group does not name a `Bot`.
    """
    found = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        bot = entry.load()
        if not isinstance(bot, Bot):
            raise TypeError(f"entry point {entry.name} = {entry.value} in {GROUP} is not a bridge.plugin.Bot")
        found.append(bot)
    return tuple(found)
