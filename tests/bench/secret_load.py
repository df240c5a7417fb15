"""Clients under load in encrypted rooms: one that shares its keys as clients do (matrix-nio), and one that does nothing
but encrypt and send, as fast as a client can.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from vodozemac import GroupSession

from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import ENCRYPTED
from tests.bench.load import PlainClient


class SecretClient(PlainClient):
    """Encrypts each message with a session of its own for each room, whose key nobody has."""

    def __init__(self, url: str, user_id: str, password: str) -> None:
        super().__init__(url, user_id, password)
        self._groups: dict[str, GroupSession] = defaultdict(GroupSession)

    async def send(self, room: str, text: str) -> str:
        group = self._groups[room]
        payload = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": text}, "room_id": room}
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": group.encrypt(json.dumps(payload).encode()).to_base64(),
            "session_id": group.session_id,
            "device_id": "BENCH",
        }
        path = f"rooms/{quote(room)}/send/{ENCRYPTED}/bench{next(self._numbers)}"
        return str((await self._call("PUT", path, content))["event_id"])

    async def encrypt(self, room: str) -> None:
        """The room is encrypted from now on."""
        path = f"rooms/{quote(room)}/state/m.room.encryption"
        await self._call("PUT", path, {"algorithm": "m.megolm.v1.aes-sha2"})

    async def messages(self, room: str, kind: str = ENCRYPTED) -> list[dict[str, Any]]:
        return await super().messages(room, kind)


async def write(writers: Sequence[NioClient], rooms: Sequence[str], number: int) -> list[str]:
    """So many messages, by each writer in turn, into each room in turn; gives their ids."""

    async def one(n: int) -> str:
        return await writers[n % len(writers)].say(rooms[n % len(rooms)], f"message {n}")

    return await asyncio.gather(*(one(n) for n in range(number)))
