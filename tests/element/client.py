"""A person at a real Element: matrix-js-sdk with its Rust cryptography, in Node, driven from here. It logs in as a new
device, makes cross-signing keys, and follows its rooms, so that tests of encryption see what people see: what could be
read, and with which shield. Its manners are those of the lab's own client (`bridge.lab.client`).
"""

import asyncio
import base64
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bridge.lab.child import LabError
from tests.element.deeds import Deeds
from tests.element.node import Node
from tests.element.seen import Seen
from tests.element.trust import Trust


class ElementClient(Deeds, Trust):
    """One person, logged in and following. The device's keys live as long as the client."""

    def __init__(self, url: str, node: Node | None = None) -> None:
        """`node` is one that runs and that others share; without it, the client has one of its own."""
        self.user_id = ""
        self.device_id = ""
        self._url = url
        self._node = node or Node()
        self._owns_node = node is None
        self._number = self._node.enrol(self._hear)
        self._rooms: dict[str, dict[str, Seen]] = defaultdict(dict)
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Starts Node, unless it is shared."""
        if self._owns_node:
            await self._node.start()

    async def log_in(self, user_id: str, password: str, *, cross_sign: bool = True) -> None:
        """Logs in as a new device and begins to follow.

        With `cross_sign`, a device makes the account's cross-signing keys where there are none, and is signed by them.
        Where there are, it stays unsigned until it is told to `verify_with` the recovery key.
        """
        made = await self._do("log_in", url=self._url, user_id=user_id, password=password, cross_sign=cross_sign)
        self.user_id, self.device_id = made["user_id"], made["device_id"]

    async def close(self) -> None:
        """Puts the client away; what is on the homeserver stays."""
        if self._node.pid is not None:
            await self._do("close")
        if self._owns_node:
            await self._node.stop()

    async def look_away(self) -> None:
        """Follows no longer; the person can still act."""
        await self._do("look_away")

    async def look_back(self) -> None:
        """Follows again, from where they looked away; also at once after the homeserver was away."""
        await self._do("look_back")

    async def create_room(self, name: str, invite: Sequence[str] = (), *, encrypted: bool = True) -> str:
        """Makes a private room and gives its id."""
        return str(await self._do("create_room", name=name, invite=list(invite), encrypted=encrypted))

    async def encrypt(self, room: str) -> None:
        """Turns encryption on."""
        await self._do("encrypt", room=room)

    async def invite(self, room: str, user_id: str) -> None:
        await self._do("invite", room=room, user_id=user_id)

    async def join(self, room: str) -> None:
        await self._do("join", room=room)

    async def send(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Sends an event of any type, encrypted where the room is, and gives its id."""
        return str(await self._do("send", room=room, kind=kind, content=content))

    async def redact(self, room: str, event_id: str, reason: str | None = None) -> str:
        return str(await self._do("redact", room=room, event_id=event_id, reason=reason))

    async def put_file(self, data: bytes) -> Mapping[str, Any]:
        """Uploads a file encrypted, and gives what a message must say of it (`EncryptedFile`)."""
        file: Mapping[str, Any] = await self._do("put_file", data=base64.b64encode(data).decode())
        return file

    async def read_image(self, seen: Seen) -> bytes:
        """The file of a message, decrypted.

        Raises:
            LabError: it could not be fetched, or is not the file that the message speaks of.
        """
        file = seen.content.get("file") or {"url": seen.content["url"]}
        return base64.b64decode(await self._do("open_file", file=file))

    async def names(self, room: str) -> dict[str, str]:
        """The display name of each person who is in the room, by user id."""
        return dict(await self._do("names", room=room))

    async def wait_for(self, room: str, wanted: Callable[[Seen], bool], deadline_seconds: float, what: str) -> Seen:
        """The first event of the room that is wanted, seen already, still to come, or still to be decrypted.

        Raises:
            LabError: none came in time, or Node has ended.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline_seconds):
                while (found := self._first(room, wanted)) is None:
                    self._news.clear()
                    await self._news.wait()
                return found
        raise LabError(f"{self.user_id} saw no {what} in {room} within {deadline_seconds:g} s. {self._instead(room)}.")

    def seen_in(self, room: str) -> tuple[Seen, ...]:
        """What came down `/sync` of this room until now, oldest first; of a room's past, its state as well."""
        return tuple(self._rooms[room].values())

    def _first(self, room: str, wanted: Callable[[Seen], bool]) -> Seen | None:
        if self._node.pid is None:
            raise LabError(self._node.obituary("event to come"))
        return next(filter(wanted, self.seen_in(room)), None)

    def _instead(self, room: str) -> str:
        return f"Last seen there: {', '.join(map(str, self.seen_in(room)[-5:]))}"

    def _hear(self, told: Mapping[str, Any] | None) -> None:
        if told is not None:
            # An event that is told again keeps its place.
            self._rooms[told["room"]][told["event"]["event_id"]] = Seen.read(told, time.monotonic())
        self._news.set()

    async def _do(self, verb: str, **given: object) -> Any:
        return await self._node.call(self._number, verb, **given)
