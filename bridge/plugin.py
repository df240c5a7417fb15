"""What a bot is to the bridge: a guest on the journal, found by its entry point in the group `setu.bots`. The bridge
knows this protocol and never a bot; a new bot is a folder in `bots/` and a line in pyproject.toml.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bridge.border import Border
from bridge.config import Part, Settings
from bridge.customs import Customs
from bridge.follower import Follower
from bridge.hearing import Content, Hearing
from bridge.media_folder import MediaFolder
from bridge.model import Entry, HomeserverName, Room, UserId
from bridge.private import Account
from bridge.rights import Rights
from bridge.rotation import Witness
from bridge.route import Route
from bridge.speakers import Speakers
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.tongues import Tongues

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
class Spoken:
    """A command in chat."""

    rights: Rights
    """Who may say it, and where."""
    obey: Callable[[Hearing], Awaitable[Content]]
    """Does it, in the transaction of the hearing, and gives the answer."""
    of_a_link: bool = False
    """Whether its first argument, if it has one, names the link that it is about."""


@dataclass(frozen=True)
class Host:
    """What the bridge gives a guest to stand on."""

    pool: Pool
    journal: Journal
    keyring: Keyring
    customs: Customs
    tongues: Tongues
    hub: HomeserverName
    admin_room: str | None
    media: MediaFolder | None = None
    """Where files lie that were fetched (`bridge.store.media_book`); None where no file is."""
    settings_file: Path | None = None
    """The configuration, for work that a process of its own does; None where nothing runs."""
    roles: "RolesOf | None" = None
    """The roles of people for which any bot vouches, now; None where nothing runs."""


@dataclass(frozen=True)
class Guest:
    """A bot at work."""

    followers: Sequence[Follower] = ()
    commands: Mapping[str, Spoken] = field(default_factory=lambda: MappingProxyType({}))
    """By verb; that of `""` answers where a verb is unknown or missing."""
    tasks: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """What it does beside reading the journal, in each process that follows; each works until it is cancelled."""
    roles: "RolesOf | None" = None
    """The roles of people, where the bot vouches for any; they count for the commands of bots."""
    judges: tuple[str, ...] = ()
    """The followers that must have read an entry before the mirror does."""
    speakers: Speakers | None = None
    """Who people are and how they speak, where the bot knows it."""
    border: Border | None = None
    """What stays on its side of a link, where the bot judges it."""


RolesOf = Callable[[Connection, UserId], Awaitable[frozenset[str]]]
KnownOf = Callable[[Connection, Keyring, Room, Sequence[Entry]], Awaitable[Mapping[int, Mapping[str, Any]]]]


@dataclass(frozen=True)
class Bot:
    """One plug-in: its name in YAML, its Matrix account, its settings and schema, and how it comes to work."""

    name: str
    account: Account
    settings: type[Part]
    come: Callable[[Any, Host], Guest]
    """Sets to work with its own checked settings."""
    follows: tuple[str, ...] = ()
    """The names of its followers."""
    at_work: Callable[[Any], bool] = lambda _: True
    """Whether, with these settings, its followers read at all: one that has nothing to do costs nothing."""
    word: str | None = None
    """With which its commands in chat begin, such as `!id`, where it has any."""
    migrations: Path | None = None
    """A folder of numbered SQL migrations of the bot's own tables."""
    roles: Path | None = None
    """What the roles of the database may do with the bot's own tables, as SQL; see `bridge/store/roles.sql`."""
    recorded: Callable[[Connection], Awaitable[Mapping[int, int]]] | None = None
    """How many records the bot keeps of each room, by the room's number, where it keeps any."""
    gone: Callable[[Connection, Room, Sequence[str]], Awaitable[int]] | None = None
    """Is told which events of a room its homeserver gives no more, though the journal has them (`setu reconcile`)."""
    known_of: KnownOf | None = None
    """What it knows of entries of a room, as it was when they were said; by their positions, to stand beside them."""
    witness: Witness | None = None
    """Keeps on record what is done to the whole installation, such as another master key, where it keeps a record."""
    consoles: Sequence[Console | Tool] = ()
    serves: Callable[[Any, Host], Sequence[Route]] | None = None
    """What it answers over HTTP, in each process that listens for homeservers; told its own checked settings."""
    texts: Path | None = None
    """A folder of what the bot says to people: `en.ftl`, and a file for each further language (`bridge/texts`)."""

    def given(self, settings: Settings) -> Any:
        """Its own settings, checked."""
        return self.settings.model_validate(settings.bots.get(self.name, {}))

    def reading(self, settings: Settings) -> tuple[str, ...]:
        """The names of those of its followers that read, with these settings."""
        return self.follows if self.at_work(self.given(settings)) else ()


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
