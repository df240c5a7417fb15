"""Which files of messages are wanted, kept or not to be had, and the keys of those that lie in the media folder.
Several messages may share an address, and several addresses the same bytes: these are kept once in a room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import asyncpg

from bridge.actions import FetchMedia
from bridge.media_draft import Written
from bridge.model import RoomRef, UserId
from bridge.seal import KEY_BYTES, Kek, Sealed, about
from bridge.store import notify, outbox
from bridge.store.database import Connection
from bridge.store.keyring import UNCLASSIFIED, Keyring
from bridge.store.outbox import Lane


class State(StrEnum):
    """How it stands with an address. The table's check holds the same words."""

    WANTED = "wanted"
    KEPT = "kept"
    ABSENT = "absent"
    """It is not to be had: it is gone, refused, larger than anybody wants it, or could not be kept."""


@dataclass(frozen=True)
class Kept:
    """A file in the media folder."""

    name: str
    size: int
    digest: bytes
    """SHA-256 of its bytes as they came."""
    sealed_digest: bytes
    """SHA-256 of what lies in the folder."""
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Medium:
    """What is known of one address in one room."""

    state: State
    most: int
    """Bytes up to which it is wanted, or was."""
    why: str | None = None
    """It is absent, in technical words without content."""
    kept: Kept | None = None


def address(keyring: Keyring, mxc: str) -> bytes:
    """What stands in the book for an address."""
    return keyring.hashes.mac_of(f"mxc {mxc}")


async def want(
    connection: Connection, keyring: Keyring, lane: Lane, bot: UserId, room: RoomRef, mxc: str, most: int
) -> None:
    """Has a file of up to `most` bytes fetched by the bot beside this lane: once, however often and by whomever it is
    wanted; again only where it was not to be had, and nobody wanted as many bytes of it.
    """
    mac = address(keyring, mxc)
    asked = await connection.fetchval(
        "insert into media (room, mxc, most) values ($1, $2, $3) on conflict (room, mxc) do update"
        " set most = excluded.most, asked = media.asked + 1, state = 'wanted', why = null, settled_at = null"
        " where media.state <> 'kept' and media.most < excluded.most returning asked",
        room, mac, most,
    )  # fmt: skip
    if asked is not None:
        kek = await keyring.current(connection, room)
        await outbox.put(
            connection, kek, lane.of_files, f"media:{room}:{mac.hex()}:{asked}", [FetchMedia(bot, room, mxc)]
        )


async def of(connection: Connection, keyring: Keyring, room: RoomRef, mxcs: Iterable[str]) -> Mapping[str, Medium]:
    """What is known of these addresses; those of which nothing is, nobody has wanted.

    Raises:
        CannotOpen: the key of one was destroyed.
    """
    macs = {address(keyring, mxc): mxc for mxc in mxcs}
    rows = await connection.fetch(
        "select m.mxc, m.state, m.most, m.why, f.* from media m left join media_file f using (room, class, content)"
        " where m.room = $1 and m.mxc = any($2)",
        room, list(macs),
    )  # fmt: skip
    await keyring.load(connection, (row["kek"] for row in rows if row["kek"] is not None))
    return {macs[row["mxc"]]: _medium(keyring, room, row) for row in rows}


async def any_kept(connection: Connection) -> bool:
    """Whether any file lies in the media folder."""
    return await connection.fetchval("select exists (select from media_file)") is True


async def put(connection: Connection, keyring: Keyring, kek: Kek, room: RoomRef, name: str, written: Written) -> str:
    """Notes a file that is to be kept under this name, and gives the name under which the same bytes are kept: another
    one where they were there already. Whoever does the same meanwhile waits for the end of this transaction.
    """
    found: str = await connection.fetchval(
        "insert into media_file (room, class, content, name, size, sealed_digest, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " on conflict (room, class, content) do update set name = media_file.name returning name",
        *_row(keyring, kek, room, name, written),
    )  # fmt: skip
    return found


async def put_anew(
    connection: Connection, keyring: Keyring, kek: Kek, room: RoomRef, name: str, written: Written
) -> None:
    """The same where what was kept is gone from the folder: the file is kept under this name from now on."""
    await connection.execute(
        "update media_file set (name, size, sealed_digest, kek, wrapped, sealed, kept_at)"
        " = ($4, $5, $6, $7, $8, $9, now()) where room = $1 and class = $2 and content = $3",
        *_row(keyring, kek, room, name, written),
    )  # fmt: skip


async def settle(connection: Connection, keyring: Keyring, room: RoomRef, mxc: str, written: Written) -> None:
    """The address leads to these bytes, which are kept."""
    await connection.execute(
        "update media set state = 'kept', class = $3, content = $4, why = null, settled_at = now()"
        " where room = $1 and mxc = $2",
        room, address(keyring, mxc), UNCLASSIFIED, content_mac(keyring, room, written.digest),
    )  # fmt: skip
    await notify.journal(connection, {room})


async def miss(
    connection: Connection, keyring: Keyring, room: RoomRef, mxc: str, why: str, most: int | None = None
) -> bool:
    """The file is not to be had. Where it was looked for up to `most` bytes and is wanted up to more by now, that is
    not so, and it says False.
    """
    missed = await connection.fetchval(
        "update media set state = 'absent', why = $3, settled_at = now()"
        " where room = $1 and mxc = $2 and state <> 'kept' and most = coalesce($4, most) returning true",
        room, address(keyring, mxc), why, most,
    )  # fmt: skip
    await notify.journal(connection, {room})
    return missed is True


def content_mac(keyring: Keyring, room: RoomRef, digest: bytes) -> bytes:
    """What stands in the book for bytes, by their SHA-256: another one in each room and class."""
    return keyring.hashes.mac(about("media", str(room), UNCLASSIFIED) + digest)


def _row(keyring: Keyring, kek: Kek, room: RoomRef, name: str, written: Written) -> tuple[object, ...]:
    # The file's key is sealed as any content is: whoever destroys or wraps anew that piece does so to the file.
    sealed = kek.seal(written.key + written.digest, _place(room, name))
    content = content_mac(keyring, room, written.digest)
    return (
        room, UNCLASSIFIED, content, name, written.size, written.sealed_digest,
        sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


def _medium(keyring: Keyring, room: RoomRef, row: asyncpg.Record) -> Medium:
    if row["name"] is None:
        return Medium(State(row["state"]), row["most"], row["why"])
    sealed = Sealed(row["kek"], row["wrapped"], row["sealed"])
    opened = keyring.open(sealed, _place(room, row["name"]))
    key, digest = opened[:KEY_BYTES], opened[KEY_BYTES:]
    return Medium(State.KEPT, row["most"], kept=Kept(row["name"], row["size"], digest, row["sealed_digest"], key))


def _place(room: RoomRef, name: str) -> bytes:
    return about("media", str(room), name)
