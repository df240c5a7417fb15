"""A running Setu that is no more than the writer does all its work, and can change nothing that is journalled or
recorded: whatever becomes of the process, the tables of the record stand.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from bots.retention import record
from bots.retention.files import unread
from bots.retention.files.keeping import Keeping
from bots.retention.files.worklist import Place
from bots.retention.notary import Notary, signing_key
from bots.retention.plugin import bot
from bots.retention.search.file_rows import FileRows
from bots.retention.search.file_text import FileText
from bots.retention.search.month_key import MonthKeys
from bots.retention.settings import RetentionSettings
from bots.retention.verification import whole
from bridge import keys
from bridge.__main__ import main
from bridge.plugin import Host
from bridge.seal import MasterKey
from bridge.store import database, keyring, migrate, roles
from bridge.store.database import Connection, Pool, Unfit
from bridge.store.journal import Journal
from tests.keyrings import keyring_of
from tests.people import RAVI, event
from tests.postgres import Cluster
from tests.store import recorded as archives
from tests.store.bureau import CUSTOMS
from tests.store.recorded import CELL, HALL, NIC, Archive
from tests.tongues import tongues

RUNS = f"setu_runs_{os.getpid()}"
LATER = datetime(2031, 5, 1, tzinfo=UTC)
OF_BOTS = [bot.roles] if bot.roles is not None else []
PASSWORD = "only-for-tests"


def as_login(url: str, name: str) -> str:
    """The same database, as another login."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{PASSWORD}@{place}"))


@asynccontextmanager
async def login(cluster: Cluster, name: str, more: str = "") -> AsyncIterator[str]:
    """Somebody who may log in."""
    await cluster.say(f"create role {name} login password '{PASSWORD}' {more}")
    try:
        yield name
    finally:
        await cluster.say(f"drop role {name}")


@pytest.fixture
async def writer(cluster: Cluster, migrated: str) -> AsyncIterator[tuple[str, str]]:
    """The URL of an administrator of a database with roles, and that of a Setu that is the writer there."""
    name = f"setu_{migrated}"
    async with login(cluster, name), cluster.database(migrated) as made:
        url = cluster.url(made)
        async with connected(url) as connection:
            await roles.make(connection, OF_BOTS, name)
        yield url, as_login(url, name)
        async with connected(url) as connection:
            await connection.execute(f"drop owned by {name}; revoke setu_writer from {name}")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def at_work(
    url: str, master: MasterKey, folder: Path
) -> AsyncIterator[tuple[Archive, Notary, RetentionSettings]]:
    """A Setu with two recorded rooms."""
    async with database.opened(url, 10) as pool:
        journal = Journal(pool, keyring_of(master))
        made = await archives.opened(pool, journal, keyring_of(master))
        settings = RetentionSettings.model_validate(
            {"checkpoints": {"folder": folder / "checkpoints", "key_file": folder / "key", "leaves": 1}}
        )
        host = Host(pool, journal, keyring_of(master), CUSTOMS, tongues(), NIC, None)
        yield made, Notary(host, settings.checkpoints), settings


async def works(archive: Archive, notary: Notary, settings: RetentionSettings, master: MasterKey) -> None:
    """All that touches the record is done, and verified."""
    async with archive.pool.acquire() as connection:
        await keyring.stand_on(connection, master)
        await archive.talks(CELL, 4)
        await archive.is_read()
        await archive.is_searched()
        await archive.talks(HALL, 300, batch=100)
        await archive.is_held()
        sent = {"msgtype": "m.file", "body": "x", "url": "mxc://mha.lab/x"}
        await archive.happens(event("$file", CELL, RAVI, type="m.room.message", content=sent))
        await archive.reads()
        assert await Keeping(notary.host).look()
        await _reads_a_file(archive, connection, master)
        key = await signing_key(connection, settings.checkpoints, NIC)
        await notary.look(connection, key)
        await migrate.make_months(connection, LATER)
        async with whole.opened(connection, settings, NIC, key.public_key()) as seen:
            assert [fault async for fault in seen.all(lambda _: None)] == []
        assert await connection.fetchval("select count(*) from record_checkpoint") == 2


async def _reads_a_file(archive: Archive, connection: Connection, master: MasterKey) -> None:
    """Its text is made searchable."""
    [room] = await record.rooms(connection, CELL)
    [entry] = await archive.journal.read_at(connection, room, [1])
    await connection.execute("insert into search_head (room, pos) values ($1, 99)", room.ref)
    await unread.ask(connection, Place(room, 1, 0, b""))
    one = await unread.begin(connection, timedelta(minutes=1))
    assert one is not None
    await unread.again(connection, one, timedelta(), counts=False)
    await FileRows(MonthKeys(keyring_of(master))).write(connection, room, entry, FileText(0, ["culvert"]))
    await unread.done(connection, one)
    assert await connection.fetchval("select count(*) from search_file") == 1


async def test_a_setu_that_is_the_writer_does_all_its_work(
    writer: tuple[str, str], master: MasterKey, tmp_path: Path
) -> None:
    async with at_work(writer[1], master, tmp_path) as (archive, notary, settings):
        await works(archive, notary, settings, master)


STATEMENTS = (
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table}",
    "drop table {table}",
    "drop table {table} cascade",
    "alter table {table} disable trigger all",
    "alter table {table} add column more int",
    "alter table {table} rename to other",
    "alter table {table} owner to current_user",
    "alter table {table} set unlogged",
    "create trigger mine before insert on {table} for each row execute function suppress_redundant_updates_trigger()",
    "create rule mine as on insert to {table} do instead nothing",
    "create policy mine on {table} using (false)",
    "grant update on {table} to current_user; update {table} set {column} = {column}",
    "begin; lock table {table} in access exclusive mode",
    "select 1 from {table} for update",
    "comment on table {table} is 'mine'",
    "create index mine on {table} ({column})",
    "merge into {table} t using (values (1)) v on true when matched then delete",
)
"""What somebody might try with a table."""

AT_LARGE = (
    "set role setu_owner",
    "set session authorization setu_owner",
    "set session_replication_role = replica",
    "drop owned by setu_owner",
    "reassign owned by setu_owner to current_user",
    "drop schema public cascade",
    "create table public.mine (id int)",
    "create or replace function record_log_grow(of text, to_size bigint, edge bytea) returns void language sql as ''",
    "alter function record_log_take(text) security invoker",
    "grant setu_owner to current_user",
    "alter role setu_owner login",
    "create role mine",
    "copy record to program 'cat'",
    "insert into record_head values (77, 1, 1)",
    "insert into record_log values ('mine', 0, '')",
    "insert into migration (owner, number, name) values ('bridge', 99, 'mine')",
    "update record_head set last_pos = 9",
)
"""And with the database as a whole."""


async def kept_tables(connection: Connection) -> list[tuple[str, str, bool]]:
    """The journal, the record, and every partition of them: name, a column, and whether it is a partition."""
    rows = await connection.fetch(
        "select c.relname, (select attname from pg_attribute where attrelid = c.oid and attnum = 2) as second,"
        " c.relispartition from pg_class c where c.relkind in ('r', 'p')"
        " and (c.relname like 'record%' or c.relname like 'journal%' or c.relname in ('seen', 'event_key', 'kek'))"
        " and c.relnamespace = 'public'::regnamespace order by 1"
    )
    return [(row["relname"], row["second"], row["relispartition"]) for row in rows]


async def test_the_writer_can_change_nothing_of_any_table_and_partition_also_of_those_made_later(
    writer: tuple[str, str], master: MasterKey, tmp_path: Path
) -> None:
    async with at_work(writer[1], master, tmp_path) as (archive, notary, settings):
        await works(archive, notary, settings, master)
        async with archive.pool.acquire() as connection:
            tables = await kept_tables(connection)
            names = {name for name, _, _ in tables}
            assert {"record_rest", "record_2031_05", "record_2031_07", "journal_2031_06", "record_node"} <= names
            for table, column, is_partition in tables:
                for statement in STATEMENTS:
                    await is_refused(connection, statement.format(table=table, column=column))
                if is_partition:
                    await is_refused(connection, f"insert into {table} default values")
                    parent = table.partition("_")[0]
                    await is_refused(connection, f"alter table {parent} detach partition {table}")
                    await is_refused(connection, f"alter table {parent} detach partition {table} concurrently")
            for statement in AT_LARGE:
                await is_refused(connection, statement)
            key = (await signing_key(connection, settings.checkpoints, NIC)).public_key()
            async with whole.opened(connection, settings, NIC, key) as seen:
                assert [fault async for fault in seen.all(lambda _: None)] == []


async def is_refused(connection: Connection, statement: str) -> None:
    """The statement fails for want of a right, or because there is nothing of the kind to be done."""
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        await connection.execute("rollback")
        return
    except asyncpg.PostgresError as error:
        raise AssertionError(f"{statement}: refused for another reason ({error})") from error
    raise AssertionError(f"{statement}: it was done")


async def test_the_reader_and_the_disposer_write_nothing(writer: tuple[str, str], cluster: Cluster) -> None:
    admin, _ = writer
    for role in ("setu_reader", "setu_disposer"):
        async with (
            login(cluster, f"{role}_{os.getpid()}", f"in role {role}"),
            connected(as_login(admin, f"{role}_{os.getpid()}")) as one,
        ):
            for table, column, _ in await kept_tables(one):
                await one.fetch(f"select * from {table}")
                await is_refused(one, f"update {table} set {column} = {column}")
                await is_refused(one, f"insert into {table} default values")
            await is_refused(one, "select record_log_grow('x', 1, '')")
            if role == "setu_disposer":
                await one.execute("select record_hold_fix()")
            else:
                await is_refused(one, "select record_hold_fix()")


async def test_a_table_that_comes_later_is_given_to_the_owner_when_the_roles_are_made_again(
    writer: tuple[str, str],
) -> None:
    admin, url = writer
    async with connected(admin) as connection:
        assert await roles.installed(connection)
        await connection.execute("create table later (id int)")
        await roles.make(connection, OF_BOTS, urlsplit(url).username or "")
        assert await connection.fetchval("select tableowner from pg_tables where tablename = 'later'") == "setu_owner"
    async with connected(url) as connection:
        await connection.execute("insert into later values (1)")
        await is_refused(connection, "drop table later")


@pytest.mark.parametrize(("what", "words"), [("superuser", "is a superuser"), ("createrole", "may make roles")])
async def test_a_login_that_no_role_holds_back_is_refused_and_nothing_is_changed(
    cluster: Cluster, pool: Pool, what: str, words: str
) -> None:
    async with login(cluster, f"setu_mighty_{os.getpid()}", what), pool.acquire() as connection:
        with pytest.raises(Unfit, match=words):
            await roles.make(connection, OF_BOTS, f"setu_mighty_{os.getpid()}")
        assert not await roles.installed(connection)


async def test_the_command_makes_the_roles_for_whom_the_settings_name(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with login(cluster, RUNS), cluster.database() as made:
        url = cluster.url(made)
        (tmp_path / "admin.url").write_text(url)
        (tmp_path / "setu.url").write_text(as_login(url, RUNS))
        settings = settings_file(tmp_path)
        assert (
            await asyncio.to_thread(main, ["migrate", settings, "--admin-url-file", str(tmp_path / "admin.url")]) == 0
        )
        assert "may write" not in capsys.readouterr().out
        roles_too = ["migrate", settings, "--roles", "--admin-url-file", str(tmp_path / "admin.url")]
        assert await asyncio.to_thread(main, roles_too) == 0
        assert f"{RUNS} may write" in capsys.readouterr().out
        assert await asyncio.to_thread(main, ["status", settings]) == 0
        assert await asyncio.to_thread(main, ["migrate", settings]) == 1
        (tmp_path / "setu.url").write_text(url)
        assert await asyncio.to_thread(main, roles_too) == 1
        assert "is a superuser" in capsys.readouterr().err
        async with connected(url) as connection:
            await connection.execute(f"drop owned by {RUNS}; revoke setu_writer from {RUNS}")


async def test_the_master_key_is_changed_by_an_administrator_and_by_no_writer(
    writer: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin, url = writer
    (tmp_path / "admin.url").write_text(admin)
    (tmp_path / "setu.url").write_text(url)
    settings = settings_file(tmp_path)
    made = keys.master_key(tmp_path / "keys" / "master.key", may_make=True)
    async with at_work(url, made, tmp_path) as (archive, notary, given):
        await works(archive, notary, given, made)
    assert await asyncio.to_thread(main, ["keys", "rotate", settings]) == 1
    assert "--admin-url-file" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["master.key"]
    as_admin = ["keys", "rotate", settings, "--admin-url-file", str(tmp_path / "admin.url")]
    assert await asyncio.to_thread(main, as_admin) == 0
    assert await asyncio.to_thread(main, ["keys", "status", settings]) == 0


def settings_file(folder: Path, more: str = "") -> str:
    (folder / "setu.yaml").write_text(
        "database: {url_file: setu.url}\n"
        "hub: {server_name: nic.lab, name: NIC, url: 'http://nic.lab', as_token_file: a, hs_token_file: b}\n"
        "departments: [{server_name: mha.lab, name: MHA, url: 'http://mha.lab', as_token_file: c, hs_token_file: d}]\n"
        f"{more}"
    )
    return str(folder / "setu.yaml")
