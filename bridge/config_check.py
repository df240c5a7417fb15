"""What can be wrong with settings that are well written: files that are not there or open to all, tokens that repeat,
names that collide. Only files are looked at, nothing is sent. `setu check` prints it with lines and columns.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit

from bridge import registration
from bridge.config import Homeserver, Settings
from bridge.config_keys import dotted
from bridge.config_problem import Flaw, Loc
from bridge.secret_file import Missing, SecretError, open_to_all, read


def flaws(settings: Settings, localparts: tuple[str, ...]) -> Iterator[Flaw]:
    """Everything wrong, in no order. `localparts` are those of the bots' Matrix accounts."""
    yield from _database(settings)
    yield from _keys(settings)
    yield from _listen(settings)
    yield from _tokens(settings)
    yield from _mirror(settings, localparts)
    yield from _links(settings)
    yield from _admins(settings)


def _database(settings: Settings) -> Iterator[Flaw]:
    database = settings.database
    if database.url is not None:
        yield from _database_url(database.url, ("database", "url"))
        if "@" in database.url and ":" in database.url.rpartition("@")[0].partition("://")[2]:
            yield Flaw(
                ("database", "url"), "database.url holds a password", "put the URL in a file and name it url_file"
            )
    if database.url_file is not None:
        url, found = _secret(database.url_file, ("database", "url_file"))
        yield from found
        yield from _database_url(url, ("database", "url_file")) if url else ()


def _database_url(url: str, loc: Loc) -> Iterator[Flaw]:
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("postgresql", "postgres"):
        yield Flaw(loc, f"{dotted(loc)} gives no PostgreSQL URL", "write postgresql://user:password@host/name")


def _keys(settings: Settings) -> Iterator[Flaw]:
    names = ("master_file", "signing_file", "recovery_file")
    for name in names:
        path: Path = getattr(settings.keys, name)
        # A key that is missing is made at first start.
        yield from _secret(path, ("keys", name))[1] if os.path.lexists(path) else ()
    for before, name in enumerate(names):
        if getattr(settings.keys, name) in (getattr(settings.keys, other) for other in names[:before]):
            yield Flaw(("keys", name), "two keys are in the same file", "give each a file of its own")


def _listen(settings: Settings) -> Iterator[Flaw]:
    listen = settings.listen
    if listen.url is None and listen.host in ("0.0.0.0", "::"):  # noqa: S104  (found, not bound)
        what = f"no homeserver can reach Setu at {listen.address}"
        yield Flaw(("listen", "host"), what, "add listen.url, the address that homeservers are to use")
    if listen.url is None and listen.port == 0:
        yield Flaw(("listen", "port"), "no homeserver can know a free port beforehand", "choose one, such as 29328")


def _tokens(settings: Settings) -> Iterator[Flaw]:
    seen: dict[str, Loc] = {}
    for place, homeserver in _homeservers(settings):
        for name in ("as_token_file", "hs_token_file"):
            loc = (*place, name)
            make = f"correct the path, or let `setu registration` make it for {homeserver.server_name}"
            token, found = _secret(getattr(homeserver, name), loc, make)
            yield from found
            if token and (other := seen.setdefault(token, loc)) != loc:
                what = f"{dotted(loc)} holds the same token as {dotted(other)}"
                yield Flaw(loc, what, "remove one of the files, `setu registration` makes a new token")


def _homeservers(settings: Settings) -> Iterator[tuple[Loc, Homeserver]]:
    yield ("hub",), settings.hub
    for index, department in enumerate(settings.departments):
        yield ("departments", index), department


def _secret(path: Path, loc: Loc, when_missing: str = "") -> tuple[str | None, list[Flaw]]:
    # The path itself is not repeated: a person may have pasted the secret in its place.
    try:
        secret = read(path)
    except SecretError as error:
        mend = when_missing if when_missing and isinstance(error, Missing) else error.mend
        return None, [Flaw(loc, f"the file of {dotted(loc)}: {error.what}", mend)]
    if open_to_all(path):
        return secret, [Flaw(loc, f"everybody on this machine may read the file of {dotted(loc)}", "chmod 0600 it")]
    return secret, []


def _mirror(settings: Settings, localparts: tuple[str, ...]) -> Iterator[Flaw]:
    mirror = settings.mirror
    written = [name for name in ("ghost_prefix", "bot") if name in mirror.model_fields_set]
    for what in registration.collisions(mirror, localparts):
        yield Flaw(("mirror", *written[:1]), what, registration.MEND)
    fields = {name for _, name, _, _ in Formatter().parse(mirror.ghost_name)}
    if not fields & {"name", "user_id"}:
        yield Flaw(("mirror", "ghost_name"), "all ghosts would have the same name", "put {name} into mirror.ghost_name")


def _links(settings: Settings) -> Iterator[Flaw]:
    rooms = {link.room: link.name for link in settings.links}
    for index, link in enumerate(settings.links):
        loc = ("links", index)
        if link.hub_room is None:
            continue
        if link.hub_room in rooms:
            what = f"the hub room of link {link.name} is the department's room of link {rooms[link.hub_room]}"
            yield Flaw((*loc, "hub_room"), what, "name the room on the hub, or leave hub_room out to have one made")
        for name in ("title", "invite", "moderators"):
            if not getattr(link, name):
                continue
            what = f"{dotted((*loc, name))} has no effect: it is for a hub room that Setu makes, and hub_room names one"
            yield Flaw((*loc, name), what, "remove one of the two", at="key")


def _admins(settings: Settings) -> Iterator[Flaw]:
    for index, admin in enumerate(settings.admins):
        if not admin.partition(":")[0].strip("@*?"):
            what = f"everybody of {admin.partition(':')[2]} would be an administrator"
            yield Flaw(("admins", index), what, "name people, or begin of their names, such as @ops-*")
    linked = {room: link.name for link in settings.links for room in (link.room, link.hub_room) if room is not None}
    if settings.admin_room in linked:
        what = f"the admin room is a room of link {linked[settings.admin_room]}: alarms would be carried across"
        yield Flaw(("admin_room",), what, "name a room of its own")
