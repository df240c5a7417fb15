"""Posts checkpoints into a room of the hub, where every department can see and keep them."""

import uuid
from html import escape

from bots.retention.account import ACCOUNT
from bots.retention.checkpoints import Signed
from bridge import notices, private
from bridge.actions import Action, Join, Name, Send
from bridge.mirror.declare import enter
from bridge.notices import Content
from bridge.plugin import Host
from bridge.seal import Kek
from bridge.store import bots_in, links, outbox
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM
from bridge.store.links import Endpoint


async def come(host: Host, connection: Connection, room: str | None) -> None:
    """The bridge's bot looks whether it may come into the room; at each start."""
    if room is not None:
        kek = await host.keyring.current(connection, NO_ROOM)
        async with connection.transaction():
            end = await links.declare_endpoint(connection, host.hub, room)
            await enter(connection, kek, host.customs, end, f"checkpoints:{uuid.uuid4().hex}")


async def post(host: Host, connection: Connection, kek: Kek, room: str | None, signed: Signed) -> None:
    """Posts a checkpoint, where the bot is in the room. Once for each, however often it is asked for."""
    end = await links.endpoint_of(connection, host.hub, room) if room is not None else None
    if end is None or end.state != "open":
        return
    await _sit(host, connection, kek, end)
    speaker = await private.voice(connection, host.customs, ACCOUNT.localpart, end)
    cause = f"records:checkpoint:{signed.organisation}:{signed.size}"
    await outbox.put(connection, kek, end.lane, cause, [Send(speaker, "m.room.message", _content(signed))])


async def _sit(host: Host, connection: Connection, kek: Kek, end: Endpoint) -> None:
    cause = f"records:sits:{end.ref}"
    if not await bots_in.sits(connection, end.ref, ACCOUNT.localpart) and not await outbox.has(
        connection, f"{cause}#0"
    ):
        account = ACCOUNT.on(end.homeserver)
        come_in: list[Action] = [Name(account, ACCOUNT.name), Join(account, ghost=False)]
        await outbox.put(connection, kek, end.lane, cause, come_in)


def _content(signed: Signed) -> Content:
    """The note as it is, for programs and people alike: it is the same in every language."""
    return notices.content(signed.note, f"<pre><code>{escape(signed.note)}</code></pre>")
