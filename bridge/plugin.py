"""What a bot is to the bridge: a guest on the journal, found by its entry point in the group `setu.bots`. The bridge
knows this protocol and never a bot; a new bot is a folder in `bots/` and a line in pyproject.toml.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from bridge.config import Part, Settings
from bridge.follower import Follower
from bridge.store.database import Connection

GROUP = "setu.bots"
DEFAULT = Path("setu.yaml")


def names_config(parser: ArgumentParser) -> None:
    """Lets a command be told its configuration file."""
    parser.add_argument("config", type=Path, nargs="?", default=DEFAULT, help=f"the YAML file ({DEFAULT})")


@dataclass(frozen=True)
class Console:
    """A bot's own subcommand of `setu`."""

    name: str
    text: str
    """What it is for, in a line."""
    arguments: Callable[[ArgumentParser], None]
    """Adds what follows its name; `config`, the path of the configuration file, is among it (`names_config`)."""
    run: Callable[[Settings, Sequence["Bot"], Namespace], Coroutine[Any, Any, int]]
    """Does it and gives the exit code. Raises what `bridge.ground.opened` raises."""


@dataclass(frozen=True)
class Tool:
    """A bot's own subcommand of `setu` that needs no configuration, database or network."""

    name: str
    text: str
    """What it is for, in a line."""
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    """Does it and gives the exit code."""


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
    console: Console | Tool | None = None


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
