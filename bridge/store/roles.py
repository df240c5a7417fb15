"""Roles of the database: what owns the tables, and what a running Setu may do with them. A Setu that logs in as
somebody who is no more than the writer cannot change what it has journalled and recorded, whatever becomes of it.
"""

from collections.abc import Sequence
from pathlib import Path

from bridge.store.database import Connection, Unfit

OWN = Path(__file__).with_name("roles.sql")


async def installed(connection: Connection) -> bool:
    """Whether the database has them."""
    owned = "select relowner = to_regrole('setu_owner') from pg_class where oid = to_regclass('journal')"
    return await connection.fetchval(owned) is True


async def who(connection: Connection) -> str:
    """As whom a connection is logged in."""
    name: str = await connection.fetchval("select session_user")
    return name


async def make(connection: Connection, bots: Sequence[Path], login: str) -> None:
    """Makes the roles, or brings their rights up to date, and lets `login` be the writer.

    Args:
        connection: of an administrator of the database.
        bots: what bots say of their own tables, as SQL.
        login: as whom Setu logs in when it runs.

    Raises:
        Unfit: that one may do more than the writer by what it is; nothing was changed.
    """
    async with connection.transaction():
        if too_much := await _too_much(connection, login):
            raise Unfit(
                f"{login}, as whom `database` in the settings logs in, {too_much}: no role holds it back. Let it name a"
                " login that has nothing, and name the administrator's URL with --admin-url-file. Nothing was changed"
            )
        for file in (OWN, *bots):
            await connection.execute(file.read_text("utf-8"))
        await connection.execute(f"grant setu_writer to {_quoted(login)}")


async def _too_much(connection: Connection, login: str) -> str | None:
    found = await connection.fetchrow(
        "select r.rolsuper, r.rolcreaterole, r.rolreplication,"
        " to_regrole('setu_owner') is not null and pg_has_role(r.oid, 'setu_owner', 'member') as owner,"
        " pg_has_role(r.oid, n.nspowner, 'member') or pg_has_role(r.oid, d.datdba, 'member') as of_database,"
        " exists (select from pg_roles p where p.rolname in ('pg_write_all_data', 'pg_write_server_files',"
        " 'pg_execute_server_program') and pg_has_role(r.oid, p.oid, 'member')) as all_data"
        " from pg_roles r, pg_namespace n, pg_database d"
        " where r.rolname = $1 and n.nspname = current_schema() and d.datname = current_database()",
        login,
    )  # fmt: skip
    words = {
        "rolsuper": "is a superuser",
        "rolcreaterole": "may make roles",
        "rolreplication": "may replicate",
        "owner": "is the owner",
        "of_database": "owns the database or its schema",
        "all_data": "may write all data or files",
    }
    return next((text for key, text in words.items() if found is not None and found[key]), None)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
