"""A word between a bot and one person: in their direct chat, which the bot makes when it first has something to say,
and which the person may as well have begun. Who leaves it is not called into another.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.actions import Action, CreateRoom, Encrypt, Name, Send
from bridge.customs import Customs
from bridge.model import HomeserverName, UserId, server_of
from bridge.seal import Kek
from bridge.store import bots_in, links, outbox, private_chats
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Account:
    """A bot as people see it."""

    localpart: str
    name: str
    """Its display name."""
    encrypts: bool = False
    """Whether the chats that it begins are encrypted before anything is said in them."""

    def on(self, homeserver: HomeserverName) -> UserId:
        return UserId(f"@{self.localpart}:{homeserver}")


async def chat(
    connection: Connection, kek: Kek, customs: Customs, bot: Account, person: UserId, met: HomeserverName
) -> Endpoint | None:
    """The chat of a bot and a person, made where there is none: on the person's own homeserver if it is one of ours,
    else on the one where they were `met`. None where the person has left it, or its room could not be made.
    """
    known = await private_chats.of(connection, bot.localpart, person)
    if known is None:  # whoever else has something to say to the same person now waits, and then finds it
        await private_chats.lock(connection, bot.localpart, person)
        known = await private_chats.of(connection, bot.localpart, person)
    if known is not None:
        end = await links.by_ref(connection, known.endpoint)
        failed = end.room_id is None and await outbox.is_dead(connection, f"private:{end.ref}#1")
        return None if known.gone or failed else end
    home = HomeserverName(server_of(person))
    homeserver = home if home in customs.organisations else met
    end = await private_chats.make(connection, bot.localpart, person, homeserver)
    digest = hashlib.sha256(f"{bot.localpart}\0{person}".encode("utf-8", "surrogatepass")).hexdigest()
    account = bot.on(homeserver)
    made: list[Action] = [
        Name(account, bot.name),
        CreateRoom(account, f"{customs.prefix}private.{digest[:24]}", "", (person,), kind="private"),
    ]
    if bot.encrypts:
        made.append(Encrypt(account))
    await outbox.put(connection, kek, end.lane, f"private:{end.ref}", made)
    return end


async def say(
    connection: Connection, kek: Kek, bot: Account, end: Endpoint, cause: str, content: Mapping[str, Any]
) -> int:
    """Says something in the chat; gives the order's number."""
    said = Send(bot.on(end.homeserver), "m.room.message", content)
    [order] = await outbox.put(connection, kek, end.lane, cause, [said])
    return order


async def voice(connection: Connection, customs: Customs, localpart: str, end: Endpoint) -> UserId:
    """As whom a bot speaks in a room: as itself where it sits there, else as the one who makes and joins rooms, or as
    the ghost that stands there for that one.
    """
    alone = await private_chats.at(connection, end.ref)
    here = localpart == customs.bot or (alone is not None and alone.bot == localpart)
    if not here and not await bots_in.sits(connection, end.ref, localpart):
        return end.keeper or customs.bot_on(end.homeserver)
    return UserId(f"@{localpart}:{end.homeserver}") if localpart != customs.bot else customs.bot_on(end.homeserver)
