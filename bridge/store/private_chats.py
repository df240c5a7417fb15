"""Where bots and people talk alone: one direct chat for each bot and person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, HomeserverName, UserId
from bridge.store import links
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class PrivateChat:
    """A bot's chat with one person."""

    bot: str
    """The local part of its account."""
    person: UserId
    endpoint: EndpointRef
    gone: bool
    """Whether the person has left it."""


async def of(connection: Connection, bot: str, person: UserId) -> PrivateChat | None:
    """The chat of these two."""
    row = await connection.fetchrow("select * from private_chat where bot = $1 and person = $2", bot, person)
    return _chat(row) if row is not None else None


async def at(connection: Connection, endpoint: EndpointRef) -> PrivateChat | None:
    """The chat that the endpoint's room is, if it is one."""
    row = await connection.fetchrow("select * from private_chat where endpoint = $1", endpoint)
    return _chat(row) if row is not None else None


async def lock(connection: Connection, bot: str, person: UserId) -> None:
    """Until the transaction ends nobody else begins a chat of these two."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 1))", f"{bot} {person}")


async def begin(connection: Connection, bot: str, person: UserId, endpoint: EndpointRef) -> None:
    """From now on they talk in this endpoint's room; an earlier one is left as it is."""
    await connection.execute(
        "insert into private_chat (bot, person, endpoint) values ($1, $2, $3)"
        " on conflict (bot, person) do update set endpoint = $3, gone = false",
        bot, person, endpoint,
    )  # fmt: skip


async def note_gone(connection: Connection, chat: PrivateChat, gone: bool) -> None:
    """The person left the chat, or came."""
    await connection.execute(
        "update private_chat set gone = $3 where bot = $1 and person = $2", chat.bot, chat.person, gone
    )


async def make(connection: Connection, bot: str, person: UserId, homeserver: HomeserverName) -> Endpoint:
    """A chat whose room is yet to be made."""
    end = await links.new_endpoint(connection, homeserver)
    await begin(connection, bot, person, end.ref)
    return end


async def states(connection: Connection, bot: str, people: Collection[str]) -> Mapping[UserId, bool]:
    """Of those who have a chat with the bot: whether they have left it."""
    rows = await connection.fetch(
        "select person, gone from private_chat where bot = $1 and person = any($2)", bot, list(people)
    )
    return {UserId(row["person"]): row["gone"] for row in rows}


def _chat(row: asyncpg.Record) -> PrivateChat:
    return PrivateChat(row["bot"], UserId(row["person"]), EndpointRef(row["endpoint"]), row["gone"])
