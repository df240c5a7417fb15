"""The registration of Setu with one homeserver, as an application service (Matrix specification, "Application Service
API", section "Registration"): which ids are Setu's own, and how each side knows the other. `setu registration` writes
it once for the homeserver's administrator; Setu itself never reads it.
"""

import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import SingleQuotedScalarString as Quoted

from bridge import secret_file
from bridge.config import Homeserver, Mirror, Settings

REST = "[^:]*"
"""What may follow the prefix of a ghost: anything, so that nobody else has an id that looks like a ghost's."""

TOKEN_BYTES = 48

MEND = "choose a mirror.ghost_prefix that no account begins with, such as _setu_"

_HEADING = """\
# The registration of Setu with {server}, made by `setu registration`. It holds both tokens: keep it as secret as they
# are. In Synapse, name this file in homeserver.yaml under app_service_config_files, and restart.
"""


class RegistrationError(Exception):
    """A registration that cannot be made: why, and the mend."""


def registration(settings: Settings, homeserver: Homeserver, bot_localparts: Iterable[str]) -> str:
    """The registration file for one homeserver, as YAML.

    Args:
        settings: the whole configuration; its paths are whole.
        homeserver: the hub or one of the departments.
        bot_localparts: the local parts of the bots' accounts; that of `mirror.bot` is always among them.

    Raises:
        RegistrationError: names collide, so that an id would be both a bot's and a ghost's.
        bridge.secret_file.SecretError: a token cannot be read.
    """
    bots = tuple(bot_localparts)
    for what in collisions(settings.mirror, bots):
        raise RegistrationError(f"{what}; {MEND}")
    text = StringIO()
    yaml = YAML()
    yaml.width = 1000
    yaml.dump(_quoted(_content(settings, homeserver, bots)), text)
    return _HEADING.format(server=homeserver.server_name) + text.getvalue()


def write(settings: Settings, server_name: str, bot_localparts: Iterable[str], output: Path | None) -> None:
    """Makes the tokens that are missing, then writes the registration for a homeserver to a new file of mode 0600, or
    prints it when `output` is None. A file that says the same already is left alone.

    Raises:
        RegistrationError: no such homeserver is configured, names collide, or the file exists and says something else.
        bridge.secret_file.SecretError: a token or the file can neither be read nor made.
    """
    homeserver = _named(settings, server_name)
    for token in (homeserver.as_token_file, homeserver.hs_token_file):
        secret_file.ensure(token, lambda: secrets.token_urlsafe(TOKEN_BYTES))
    text = registration(settings, homeserver, bot_localparts)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        secret_file.create(output, text.rstrip("\n"))
    except FileExistsError:
        if not _says(output, text):
            raise RegistrationError(f"{output} exists and says something else; remove it first") from None


def _says(file: Path, text: str) -> bool:
    try:
        return file.read_bytes() == text.encode()
    except OSError:
        return False


def collisions(mirror: Mirror, bot_localparts: Iterable[str]) -> Iterator[str]:
    """Which accounts would be taken for ghosts, or for each other, in words."""
    bots = {mirror.bot, *bot_localparts}
    sender = sender_localpart(mirror)
    for name in sorted({*bots, sender}):
        if name.startswith(mirror.ghost_prefix):
            yield f"the account {name} would be a ghost: it begins with {mirror.ghost_prefix}"
    if sender in bots:
        yield f"the account {sender} would be a bot's and the registration's own"


def sender_localpart(mirror: Mirror) -> str:
    """The registration's own user: neither bot nor ghost, and in no room, since Synapse answers its /sync with 500."""
    # Synapse refuses a sender that a URL would escape.
    return re.sub("[=+]", "-", mirror.bot) + "-sender"


def _named(settings: Settings, server_name: str) -> Homeserver:
    known = {homeserver.server_name: homeserver for homeserver in settings.homeservers}
    if server_name in known:
        return known[server_name]
    near = get_close_matches(server_name, known, n=1)
    mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
    raise RegistrationError(f"no homeserver {server_name} is configured; {mend}")


def _content(settings: Settings, homeserver: Homeserver, bots: tuple[str, ...]) -> dict[str, Any]:
    mirror = settings.mirror
    return {
        "id": mirror.bot,
        "url": settings.listen.address,
        "as_token": secret_file.read(homeserver.as_token_file),
        "hs_token": secret_file.read(homeserver.hs_token_file),
        "sender_localpart": sender_localpart(mirror),
        "namespaces": {
            "users": _users(mirror, bots, homeserver.server_name),
            "aliases": [_exclusive("#", re.escape(mirror.ghost_prefix) + REST, homeserver.server_name)],
            "rooms": [],
        },
        "rate_limited": False,
        "protocols": [],
        # Keys and key counts come by /sync of the bots' own devices (io.element.msc4190); with MSC3202's extensions
        # each transaction would cost Synapse a count of the keys of every ghost in its rooms. Typing and receipts,
        # where they are mirrored, are asked for under the specification's name and under that of MSC2409 before it.
        "receive_ephemeral": mirror.ephemeral,
        "de.sorunome.msc2409.push_ephemeral": mirror.ephemeral,
        "io.element.msc4190": True,
    }


def _users(mirror: Mirror, bots: tuple[str, ...], server_name: str) -> list[dict[str, Any]]:
    names = dict.fromkeys((mirror.bot, *bots, sender_localpart(mirror)))
    ghosts = _exclusive("@", re.escape(mirror.ghost_prefix) + REST, server_name)
    return [ghosts, *(_exclusive("@", re.escape(name), server_name) for name in names)]


def _exclusive(sigil: str, localpart: str, server_name: str) -> dict[str, Any]:
    # Synapse matches from the start of the whole id, but not to its end: without $ it would take @setu:mha.example.org.
    return {"exclusive": True, "regex": f"{sigil}{localpart}:{re.escape(server_name)}$"}


def _quoted(value: Any) -> Any:
    # Synapse reads YAML 1.1, in which a bare yes or 1_000 is no text.
    match value:
        case str():
            return Quoted(value)
        case dict():
            return {key: _quoted(item) for key, item in value.items()}
        case list():
            return [_quoted(item) for item in value]
        case _:
            return value
