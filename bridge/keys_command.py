"""`setu keys`: what the operator asks of the master key. `rotate` makes another one, while Setu runs or not; cut off at
any moment, it leaves an installation that starts, and is ended by being run again. `status` tells on which key the
database stands, and whether all opens.
"""

import getpass
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bridge import config_file, ground, masters, rotation, secret_file
from bridge.config import Settings
from bridge.master_file import MasterFile
from bridge.plugin import Bot, names_config
from bridge.seal import Master, short
from bridge.store import database, keyring, migrate, site
from bridge.store.database import Connection, Unfit


def arguments(parser: ArgumentParser) -> None:
    """What follows the name of the command."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    rotating = commands.add_parser("rotate", help="make another master key; Setu may go on running")
    rotating.set_defaults(asked=_rotate)
    rotating.add_argument("--from", dest="before", type=Path, help="the settings of before, where others name the key")
    rotating.add_argument("--admin-url-file", type=Path, help="a file with the URL as which this is done")
    names_config(rotating)
    telling = commands.add_parser("status", help="tell on which master key the database stands, and what opens")
    telling.set_defaults(asked=_status)
    names_config(telling)


async def run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    """Does it and gives the exit code. Raises what `bridge.ground.opened` raises."""
    code: int = await given.asked(settings, bots, given)
    return code


async def _rotate(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    async with _connected(settings, bots, given.admin_url_file) as connection, rotation.alone(connection):
        if (standing := await site.standing(connection)) is None:
            raise Unfit("nothing is sealed yet: the first start makes the master key")
        if given.before is not None:
            old = config_file.load(given.before, {bot.name: bot.settings for bot in bots})
            return await _move(connection, bots, old, settings, standing)
        if settings.keys.master is not None:
            raise Unfit(
                f"the master key is kept by {settings.keys.master['kind']}: change it there, or name another in the"
                " settings, and with --from the settings that name the one of before. Nothing was changed"
            )
        return await _renew(connection, bots, MasterFile(settings.keys.master_file), standing)


async def _renew(connection: Connection, bots: Sequence[Bot], file: MasterFile, standing: bytes) -> int:
    """A new key takes the file's place."""
    before = file.read(standing)
    await keyring.stand_on(connection, before)
    if not file.is_behind(standing):
        await _hand_over(connection, bots, before, file.next())
    left = file.renew()
    print(
        f"{file.path} holds the new one: keep a copy in a safe place, and put one on each machine that runs Setu; until"
        f" then Setu waits there.\n{left} is the one of before: backups of the database until now need it; remove it"
        " with the last of them"
    )
    return 0


async def _move(connection: Connection, bots: Sequence[Bot], old: Settings, new: Settings, standing: bytes) -> int:
    """What the settings name takes the place of what others named."""
    after = masters.named(new.keys, None)
    if after.fingerprint == standing:
        print(f"the database stands on master key {short(standing)} already")
        return 0
    before = masters.named(old.keys, standing)
    await keyring.stand_on(connection, before)
    await _hand_over(connection, bots, before, after)
    print(
        "start Setu anew with these settings: until then it waits. Backups of the database until now need the old key"
    )
    return 0


async def _hand_over(connection: Connection, bots: Sequence[Bot], before: Master, after: Master) -> None:
    witnesses = [bot.witness for bot in bots if bot.witness is not None]
    count = await rotation.hand_over(connection, before, after, getpass.getuser(), witnesses)
    print(
        f"{count} keys lie under master key {short(after.fingerprint)} now, and none under {short(before.fingerprint)}"
    )


async def _status(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    async with _connected(settings, bots, None) as connection:
        if (standing := await site.standing(connection)) is None:
            print("nothing is sealed yet: the first start makes the master key")
            return 0
        await _tell_history(connection, standing)
        master = masters.named(settings.keys, standing)
        if master.fingerprint != standing:
            raise Unfit(f"the settings name master key {short(master.fingerprint)}: Setu cannot start with them")
        closed = await rotation.closed(connection, master)
        print(f"{await connection.fetchval('select count(*) from kek')} keys lie under it")
    for number in closed:
        print(f"key {number} does not open: what is sealed under it cannot be read")
    if settings.keys.master is None:
        _tell_files(MasterFile(settings.keys.master_file), standing)
    return 1 if closed else 0


async def _tell_history(connection: Connection, standing: bytes) -> None:
    for stood in await site.history(connection):
        begun = f", first on {stood.since:%Y-%m-%d %H:%M} UTC" if stood.since is not None else ""
        stands = "stands" if stood.fingerprint == standing else "stood"
        print(f"the database {stands} on master key {short(stood.fingerprint)}{begun}")


def _tell_files(file: MasterFile, standing: bytes) -> None:
    if file.is_behind(standing):
        print(f"it is in {file.new}, and {file.path} holds one of before: `setu keys rotate` ends what was interrupted")
    elif file.new.exists():
        print(f"{file.new} is the next one: `setu keys rotate` was interrupted, and goes on with it")
    for left in file.left():
        print(f"{left} is one of before: backups of the database from then need it")


@asynccontextmanager
async def _connected(settings: Settings, bots: Sequence[Bot], admin: Path | None) -> AsyncIterator[Connection]:
    async with ground.url(settings.database) as url:
        address = secret_file.read(admin) if admin is not None else url
        async with database.opened(address, 2) as pool, pool.acquire() as connection:
            await migrate.assert_current(connection, ground.migrations(bots))
            yield connection
