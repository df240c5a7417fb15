"""A person at a real encrypting client that is not ours: matrix-nio with vodozemac, while Setu has mautrix and libolm.
The lab and the tests see with it what officials see in encrypted rooms. It speaks and reads like the plain
`bridge/lab/client.py`; what differs is that an event may be undecryptable, for a while or for good.
"""

import asyncio
import logging
from pathlib import Path
from typing import Any

from nio import RoomKeyRequest  # type: ignore[import-untyped]

from bridge.lab.client import EVERYTHING, POLL_MILLISECONDS
from bridge.lab.nio_deeds import NioDeeds
from bridge.lab.nio_device import Device, answered
from bridge.lab.nio_following import Following
from bridge.lab.nio_reading import Reading
from bridge.lab.nio_seen import NioSeen


class NioClient(NioDeeds):
    """One person at one device, logged in and following."""

    def __init__(self, url: str, store_folder: Path, *, shares_keys: bool = False) -> None:
        """`store_folder` is where nio keeps the device's keys; a person who `shares_keys` gives the key of any message
        that they can read to whoever asks for it, which may be changed at any time."""
        _silence()
        store_folder.mkdir(parents=True, exist_ok=True)
        self.shares_keys = shares_keys
        self._device = Device(url, str(store_folder))
        self._reading = Reading(self._device)
        self._following = Following(self._ask, self._take)
        self._sending = asyncio.Lock()
        self._news = asyncio.Condition()

    @property
    def user_id(self) -> str:
        return str(self._device.user_id)

    @property
    def device_id(self) -> str:
        return str(self._device.device_id)

    async def log_in(self, user_id: str, password: str) -> None:
        """Logs in as a new device, shows its keys to the homeserver, and begins to follow."""
        self._device.user = user_id
        answered(await self._device.login(password, device_name="Setu lab"))
        answered(await self._device.keys_upload())
        self._following.start()

    async def close(self) -> None:
        """Puts the client away; what is on the homeserver stays."""
        await self.look_away()
        await self._device.close()

    async def look_away(self) -> None:
        """Follows no longer; the person can still act in rooms that they have seen."""
        await self._following.stop()

    async def look_back(self) -> None:
        """Follows again, from where they looked away."""
        self._following.start()

    def hold_back_keys(self) -> None:
        """What is sent from now on is encrypted with keys that reach nobody until `release_keys`."""
        self._device.hold_back_keys()

    async def release_keys(self) -> None:
        """Sends the keys that were held back, and holds back no more."""
        await self._device.release_keys()

    async def ask_for_keys(self, event: NioSeen) -> None:
        """Asks the sender's devices, and the person's own, for the key of an event that cannot be read."""
        await self._device.ask_for_key(self._reading.unread(event.event_id))

    def seen_in(self, room: str) -> tuple[NioSeen, ...]:
        """What came down `/sync` of this room until now, oldest first, as it can be read now."""
        return self._reading.seen_in(room)

    async def _ask(self) -> Any:
        return answered(await self._device.sync(POLL_MILLISECONDS, EVERYTHING, set_presence="offline"))

    async def _take(self, answer: Any) -> None:
        self._reading.take(answer)
        await self._tell()
        await self._device.do_chores()
        for request in answer.to_device_events:
            if self.shares_keys and isinstance(request, RoomKeyRequest):
                await self._device.pass_on_key(request)
        await self._tell()  # Now other people's devices may be known.


def _silence() -> None:
    """nio and its database write the ids of keys, and what they store, into their logs."""
    for name in ("nio", "peewee"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
