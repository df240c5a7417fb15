"""The `setu` command. What speaks Matrix is imported where it is used: that takes most of a second, and `setu status`
and `setu check` need none of it. What it prints is for administrators, and English.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from bridge import config_file, ground, keys_command, logs, readers, registration, secret_file, status, status_table
from bridge.catalogues import CatalogueError
from bridge.config import Settings
from bridge.config_file import ConfigError
from bridge.config_schema import schema
from bridge.keys import KeyFileError
from bridge.languages import ENGLISH
from bridge.media_folder import MediaFolderError
from bridge.plugin import Bot, Console, Tool, installed, names_config
from bridge.registration import RegistrationError
from bridge.seal import MasterAway
from bridge.secret_file import SecretError
from bridge.store import database, migrate, outbox, roles
from bridge.store.database import Unfit
from bridge.store.embedded import EmbeddedUnavailable
from bridge.store.keyring import MasterChanged
from bridge.voice import Voice

ROLES = "intake,followers,gateway"

EXPECTED = (
    CatalogueError, ConfigError, KeyFileError, MediaFolderError, RegistrationError, SecretError, Unfit,
    EmbeddedUnavailable, MasterAway, MasterChanged,
)  # fmt: skip
"""Errors whose text names what is wrong, where, and the mend: a person reads it, and no trace of the program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit status: 0 done, 1 not done, 2 not understood."""
    given = _parser().parse_args(arguments)
    try:
        status: int = given.command(given)
    except EXPECTED as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, asyncpg.PostgresError) as error:
        print(f"the database cannot be used: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("setu", description="Mirrors government Matrix rooms, and keeps the record.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, does: Any, text: str, *, configured: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=does)
        if configured:
            names_config(added)
        return added

    command("check", _check, "check a configuration, without a network").add_argument(
        "--schema", action="store_true", help="print the JSON schema of the configuration instead"
    )
    making = command("registration", _registration, "make the registration file for a homeserver")
    making.add_argument("server_name", help="the homeserver, as the configuration names it")
    making.add_argument("--output", type=Path, help="write it to this file (mode 0600) instead of printing it")
    migrating = command("migrate", _migrate, "bring the database to this version's schema")
    migrating.add_argument("--roles", action="store_true", help="make the roles, so that a running Setu cannot rewrite")
    migrating.add_argument("--admin-url-file", type=Path, help="a file with the URL as which this is done")
    running = command("run", _run, "run Setu until it is told to stop")
    running.add_argument("--roles", default=ROLES, help="what this process does (%(default)s)")
    command("status", _status, "tell how each link is").add_argument("--json", action="store_true")
    reconciling = command("reconcile", _reconcile, "compare linked rooms with their journals, and name what is missing")
    reconciling.add_argument("--room", help="only links with this room")
    reconciling.add_argument("--json", action="store_true")
    keys = command("keys", _keys, "make another master key, and tell on which one all stands", configured=False)
    keys_command.arguments(keys)
    command("retry", _retry, "let dead letters try again")
    for console in (console for bot in installed() for console in bot.consoles):
        does = console.run if isinstance(console, Tool) else partial(_console, console)
        console.arguments(command(console.name, does, console.text, configured=False))
    trying = command(
        "lab", _lab, "try Setu: two homeservers, a database and a conversation on this machine", configured=False
    )
    trying.add_argument("--once", action="store_true", help="play, print the checks, and end")
    trying.add_argument("--scenario", default="talk", help="what is played (%(default)s)")
    trying.add_argument("--folder", type=Path, help="where the lab lives (.lab)")
    return parser


def _load(given: argparse.Namespace) -> tuple[Settings, tuple[Bot, ...]]:
    bots = installed()
    return config_file.load(given.config, {bot.name: bot.settings for bot in bots}), bots


def _check(given: argparse.Namespace) -> int:
    bots = installed()
    models = {bot.name: bot.settings for bot in bots}
    if given.schema:
        print(schema(models), end="")
        return 0
    localparts = [bot.account.localpart for bot in bots]
    problems = config_file.check(given.config, models, localparts) or ground.catalogues(bots).problems()
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{given.config}: no problem found")
    return 1 if problems else 0


def _registration(given: argparse.Namespace) -> int:
    settings, bots = _load(given)
    registration.write(settings, given.server_name, [bot.account.localpart for bot in bots], given.output)
    return 0


def _migrate(given: argparse.Namespace) -> int:
    settings, bots = _load(given)

    async def work() -> int:
        async with ground.url(settings.database) as url:
            admin = secret_file.read(given.admin_url_file) if given.admin_url_file is not None else url
            async with database.opened(admin, 2) as pool, pool.acquire() as connection:
                for step in await migrate.migrate(connection, ground.migrations(bots)):
                    print(f"{step.owner} {step.number:04d} {step.name}")
                if given.roles or await roles.installed(connection):
                    login = await _login(url)
                    await roles.make(connection, [bot.roles for bot in bots if bot.roles is not None], login)
                    print(f"{login} may write, and change nothing that is journalled or recorded")
        print("the schema is up to date")
        return 0

    return asyncio.run(work())


async def _login(url: str) -> str:
    """As whom Setu logs in when it runs."""
    async with database.opened(url, 2) as pool, pool.acquire() as connection:
        return await roles.who(connection)


def _run(given: argparse.Namespace) -> int:
    from bridge import run

    settings, bots = _load(given)
    roles = given.roles.split(",")
    if unknown := [role for role in roles if role not in run.ROLES]:
        print(f"--roles: there is no role {unknown[0]!r}; there are: {', '.join(run.ROLES)}", file=sys.stderr)
        return 2
    logs.set_up(settings.log.level)
    asyncio.run(run.run(settings, bots, roles, given.config.absolute()))
    return 0


def _status(given: argparse.Namespace) -> int:
    settings, bots = _load(given)

    async def work() -> int:
        async with ground.connected(settings, bots) as (_, pool), pool.acquire() as connection:
            found = await status.read(connection, bots, readers.names(settings, bots))
        voice = Voice(ground.catalogues(bots), ENGLISH)
        print(status_table.as_json(found, voice) if given.json else status_table.render(found, voice))
        return 0

    return asyncio.run(work())


def _reconcile(given: argparse.Namespace) -> int:
    from bridge import reconcile, reconcile_table

    settings, bots = _load(given)
    sides = asyncio.run(reconcile.run(settings, bots, given.room))
    if given.room is not None and not sides:
        print(f"--room: no open link has the room {given.room}; `setu status` names them", file=sys.stderr)
        return 1
    print(json.dumps([asdict(side) for side in sides]) if given.json else reconcile_table.render(sides))
    return 0 if all(side.agrees for side in sides) else 1


def _keys(given: argparse.Namespace) -> int:
    settings, bots = _load(given)
    return asyncio.run(keys_command.run(settings, bots, given))


def _retry(given: argparse.Namespace) -> int:
    settings, bots = _load(given)

    async def work() -> int:
        async with ground.connected(settings, bots) as (_, pool), pool.acquire() as connection:
            print(f"{await outbox.revive(connection)} dead letters will be tried again")
        return 0

    return asyncio.run(work())


def _console(console: Console, given: argparse.Namespace) -> int:
    settings, bots = _load(given)
    return asyncio.run(console.run(settings, bots, given))


def _lab(given: argparse.Namespace) -> int:
    from bridge.lab import command  # it needs the `lab` extra, which no installation has

    work: Coroutine[Any, Any, int] = command.run(
        once=given.once, scenario=given.scenario, folder=given.folder, run_command=(sys.executable, "-m", "bridge")
    )
    return asyncio.run(work)


if __name__ == "__main__":
    sys.exit(main())
