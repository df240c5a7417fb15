"""Encryption follows the link's policy to the hub's room: it is asked for there before the first thing crosses that was
said encrypted, and nothing crosses without it. Where a copy stays readable for the other homeserver, the room is told.
"""

from collections.abc import Sequence
from dataclasses import replace

from bridge.actions import Action, Encrypt, Join, Send, SetState
from bridge.mirror.batch import Batch
from bridge.model import Entry, UserId
from bridge.seal import Kek
from bridge.store import encrypted_rooms, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

SECURED = frozenset({"source", "always"})
"""Policies under which nothing that was said encrypted stands in clear on the hub."""


async def ask(connection: Connection, kek: Kek, end: Endpoint, bot: UserId) -> int:
    """Asks that the endpoint's room be encrypted, once unless it was refused; gives the order's number."""
    cause = await outbox.next_cause(connection, f"encrypt:{end.ref}:{end.room_id or 'new'}")
    [order] = await outbox.put(connection, kek, end.lane, cause, [Encrypt(bot)])
    return order


async def let_in(connection: Connection, kek: Kek, here: Endpoint, bot: UserId) -> None:
    """Into an encrypted room in which a ghost stands for our bot the bot comes too: room keys are given to its device.

    Where clients let it, it does not count as somebody who is in the chat (`io.element.functional_members`).
    """
    assert here.keeper is not None, "elsewhere the bot is in the room"
    hidden = SetState(here.keeper, "io.element.functional_members", "", {"service_members": [bot]})
    await outbox.put(connection, kek, here.lane, f"reader:{here.ref}", [Join(bot)])
    await outbox.put(connection, kek, here.lane, f"hidden:{here.ref}", [hidden])


def is_secured(entry: Entry, target: Endpoint) -> bool:
    """Whether what this entry says may stand at that end only encrypted."""
    return target.encrypt == "always" or (entry.encrypted and target.encrypt == "source")


def sealed_only(actions: Sequence[Action]) -> list[Action]:
    """The same, of which no message is ever sent in clear."""
    return [replace(action, only_encrypted=True) if isinstance(action, Send) else action for action in actions]


async def warn(batch: Batch, there: Endpoint) -> None:
    """Tells an encrypted room, once, that what is said in it stands in clear at the other end, where it does."""
    connection, here = batch.connection, batch.here
    if there.room_id is not None and await encrypted_rooms.of(connection, there.homeserver, there.room_id) is not None:
        return
    cause = f"unencrypted:{here.ref}:{there.ref}"
    if not await outbox.has(connection, f"{cause}#0"):
        voice = await batch.tongues.in_room(connection, here.ref)
        said = voice.notice("unencrypted", organisation=batch.customs.called(there.homeserver))
        await outbox.put(connection, batch.kek, here.lane, cause, [Send(batch.stands(here), "m.room.message", said)])
