"""What a person has read at an encrypting client, room by room, and what they could not read yet: an event whose key
comes late is read in its old place. Filled from each answer of `/sync`.
"""

import time
from collections import defaultdict
from contextlib import suppress
from typing import Any

from nio import EncryptionError, MegolmEvent  # type: ignore[import-untyped]

from bridge.lab.child import LabError
from bridge.lab.nio_device import Device
from bridge.lab.nio_seen import NioSeen, seen


class Reading:
    """The rooms of one device, as its person sees them now."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._rooms: dict[str, list[NioSeen]] = defaultdict(list)
        self._unread: dict[str, MegolmEvent] = {}

    def seen_in(self, room: str) -> tuple[NioSeen, ...]:
        """Oldest first."""
        return tuple(self._rooms[room])

    def unread(self, event_id: str) -> MegolmEvent:
        """An event that cannot be read yet, as nio has it.

        Raises:
            LabError: the event is readable, unknown, or names no key that nio could ask for.
        """
        if event_id not in self._unread:
            raise LabError(f"{event_id} does not wait for a key")
        return self._unread[event_id]

    def take(self, answer: Any) -> None:
        """Reads what nio has made of an answer of `/sync`, and what its keys make readable."""
        for room, news in answer.rooms.join.items():
            for event in news.timeline.events:
                if isinstance(event, MegolmEvent):
                    self._unread[event.event_id] = event
                self._rooms[room].append(self._seen(event, room))
        for event in list(self._unread.values()):
            self._read_again(event)

    def _read_again(self, event: MegolmEvent) -> None:
        keys = self._device.olm.inbound_group_store
        if keys.get(event.room_id, event.sender_key, event.session_id) is None:
            return  # nio would ask for the key, each time again.
        with suppress(EncryptionError):
            self._put(self._seen(self._device.decrypt_event(event), event.room_id))
            del self._unread[event.event_id]

    def _put(self, read: NioSeen) -> None:
        there = self._rooms[read.room]
        self._rooms[read.room] = [read if event.event_id == read.event_id else event for event in there]

    def _seen(self, event: Any, room: str) -> NioSeen:
        return seen(event, room, time.monotonic(), self._device.device_store)
