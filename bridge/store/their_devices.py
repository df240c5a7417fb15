"""Other people's devices as their homeservers tell them: whose we follow, which are outdated, and a number for each
change, so that whoever shares a room key sees at a glance whether there is anybody new.
"""

from collections.abc import Iterable, Mapping, Sequence

from bridge.e2ee.devices import Device, DeviceList
from bridge.model import HomeserverName, UserId
from bridge.store.database import Connection

CHANGES = 0x5E73
"""The first half of the number of the lock under which changes are numbered; the homeserver is the second."""


async def outdated(connection: Connection, homeserver: HomeserverName, users: Iterable[str]) -> Sequence[UserId]:
    """Those of these people whose devices have to be asked for: they changed, or we never followed them."""
    rows = await connection.fetch(
        "select u from unnest($2::text[]) as u left join their_devices d on d.homeserver = $1 and d.user_id = u"
        " where d.outdated is not false",
        homeserver, list(users),
    )  # fmt: skip
    return [UserId(row["u"]) for row in rows]


async def follow(connection: Connection, homeserver: HomeserverName, users: Sequence[UserId]) -> Mapping[UserId, int]:
    """These people are about to be asked for: what changes from now on is noted. Gives the last change of each."""
    async with connection.transaction():
        await _in_turn(connection, homeserver)
        rows = await connection.fetch(
            "with new as (insert into their_devices (homeserver, user_id) select $1, unnest($2::text[])"
            " on conflict do nothing returning user_id, changed)"
            " select * from new union all"
            " select user_id, changed from their_devices where homeserver = $1 and user_id = any($2)",
            homeserver, sorted(users),
        )  # fmt: skip
    return {UserId(row["user_id"]): row["changed"] for row in rows}


async def changed(connection: Connection, homeserver: HomeserverName, users: Sequence[UserId]) -> None:
    """The devices of these people have changed; those whom we do not follow do not matter."""
    if not users:
        return
    await _in_turn(connection, homeserver)
    await connection.execute(
        "update their_devices set outdated = true, changed = nextval('device_change')"
        " where homeserver = $1 and user_id = any($2)",
        homeserver, users,
    )  # fmt: skip


async def all_changed(connection: Connection, homeserver: HomeserverName) -> None:
    """Nobody followed the changes until now."""
    await _in_turn(connection, homeserver)
    await connection.execute(
        "update their_devices set outdated = true, changed = nextval('device_change') where homeserver = $1", homeserver
    )


async def put(
    connection: Connection, homeserver: HomeserverName, lists: Sequence[DeviceList], asked_at: Mapping[UserId, int]
) -> None:
    """The devices of these people, as they were asked for at these changes. Call it in a transaction.

    Who has changed meanwhile is outdated as before, since nobody knows whether the answer holds the change.
    A device whose signing key has changed is not taken for the one of the same id: it stays as it was.
    """
    await _in_turn(connection, homeserver)
    for one in sorted(lists, key=lambda one: one.user_id):
        await connection.execute(
            "update their_devices set outdated = outdated and changed <> $4, master_key = coalesce(master_key, $3),"
            " changed = nextval('device_change') where homeserver = $1 and user_id = $2",
            homeserver, one.user_id, one.master_key, asked_at[UserId(one.user_id)],
        )  # fmt: skip
        await connection.execute(
            "delete from their_device where homeserver = $1 and user_id = $2 and not device_id = any($3)",
            homeserver, one.user_id, [device.device_id for device in one.devices],
        )  # fmt: skip
        await connection.execute(
            "insert into their_device as had (homeserver, user_id, device_id, curve25519, ed25519, cross_signed)"
            " select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::boolean[])"
            " on conflict (homeserver, user_id, device_id) do update"
            " set curve25519 = excluded.curve25519, cross_signed = excluded.cross_signed"
            " where had.ed25519 = excluded.ed25519",
            homeserver, one.user_id, [device.device_id for device in one.devices],
            [device.curve25519 for device in one.devices], [device.ed25519 for device in one.devices],
            [device.cross_signed for device in one.devices],
        )  # fmt: skip


async def of(connection: Connection, homeserver: HomeserverName, users: Iterable[str]) -> Sequence[Device]:
    """The devices of these people as far as we know them."""
    rows = await connection.fetch(
        "select * from their_device where homeserver = $1 and user_id = any($2) order by user_id, device_id",
        homeserver, list(users),
    )  # fmt: skip
    return [
        Device(UserId(row["user_id"]), row["device_id"], row["curve25519"], row["ed25519"], row["cross_signed"])
        for row in rows
    ]


async def last_change(connection: Connection, homeserver: HomeserverName, users: Iterable[str]) -> int:
    """The number of the last change of anybody's devices, before the first one of these people that is yet unknown."""
    number: int = await connection.fetchval(
        "select coalesce(least((select max(changed) from their_devices where homeserver = $1), (select min(changed) - 1"
        " from their_devices where homeserver = $1 and user_id = any($2) and outdated)), 0)",
        homeserver, list(users),
    )  # fmt: skip
    return number


async def _in_turn(connection: Connection, homeserver: HomeserverName) -> None:
    """Changes are numbered in the order of their commits: a lower number that comes later would be passed by."""
    await connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", CHANGES, homeserver)
