"""What a person at an encrypting client waits for, each time with a deadline: events, invitations, other people's
devices, and what they did themselves coming back down `/sync`.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from bridge.lab.child import LabError
from bridge.lab.nio_device import Device
from bridge.lab.nio_following import Following
from bridge.lab.nio_reading import Reading
from bridge.lab.nio_seen import NioSeen

OWN_DEEDS_SECONDS = 20.0
"""How long one's own deed may take to come back down `/sync`."""

Found = TypeVar("Found")


class NioPatience:
    """The part of the client that waits."""

    _device: Device
    _reading: Reading
    _following: Following
    _news: asyncio.Condition

    async def wait_for(
        self, room: str, wanted: Callable[[NioSeen], bool], deadline_seconds: float, what: str
    ) -> NioSeen:
        """The first event of the room that is wanted, seen already, still to come, or still to become readable.

        Raises:
            LabError: none came in time.
        """
        found = await self._wait(lambda: next(filter(wanted, self._reading.seen_in(room)), None), deadline_seconds)
        if found is None:
            there = [f"{event.event['type']} of {event.sender}" for event in self._reading.seen_in(room)]
            raise self._not_seen(f"{what} in {room}", deadline_seconds, f"Last seen there: {', '.join(there[-5:])}")
        return found

    async def knows(self, user_id: str, device_id: str, deadline_seconds: float) -> None:
        """Waits until this client knows a device of somebody, and so encrypts for it.

        Raises:
            LabError: it did not learn of it in time.
        """
        if await self._wait(lambda: device_id in self._devices_of(user_id) or None, deadline_seconds) is None:
            others = ", ".join(self._devices_of(user_id)) or "none"
            raise self._not_seen(f"device {device_id} of {user_id}", deadline_seconds, f"Others: {others}")

    async def invited_to(self, room_name: str | None, inviter: str, deadline_seconds: float) -> str:
        """The id of the room with this name that this user invites the person into.

        Raises:
            LabError: no such invitation came in time.
        """
        wanted = (room_name, inviter)
        found = await self._wait(
            lambda: next((room for room, *invitation in self._invitations() if (*invitation,) == wanted), None),
            deadline_seconds,
        )
        if found is None:
            raise self._not_invited(f"from {inviter} to {room_name}", deadline_seconds)
        return found

    async def invited_into(self, room: str, inviter: str, deadline_seconds: float) -> None:
        """Waits until this user has invited the person into this room.

        Raises:
            LabError: no such invitation came in time.
        """
        wanted = (room, inviter)
        if not await self._wait(
            lambda: any((room, by) == wanted for room, _, by in self._invitations()) or None, deadline_seconds
        ):
            raise self._not_invited(f"from {inviter} into {room}", deadline_seconds)

    def _invitations(self) -> list[tuple[str, str | None, str | None]]:
        """Room, its name if it has one, and who invites."""
        return [(room, invited.name, invited.inviter) for room, invited in self._device.invited_rooms.items()]

    def _not_invited(self, what: str, deadline_seconds: float) -> LabError:
        return self._not_seen(f"invitation {what}", deadline_seconds, f"Others: {self._invitations() or 'none'}")

    def _devices_of(self, user_id: str) -> list[str]:
        return [str(device.id) for device in self._device.device_store.active_user_devices(user_id)]

    async def _sees_room(self, room: str) -> None:
        if await self._wait(lambda: self._device.rooms.get(room), OWN_DEEDS_SECONDS) is None:
            raise self._not_seen(
                f"room {room}", OWN_DEEDS_SECONDS, "A person follows, and is in a room, to write there"
            )

    async def _sees_encrypted(self, room: str) -> None:
        if (
            await self._wait(
                lambda: (room in self._device.rooms and self._device.rooms[room].encrypted) or None, OWN_DEEDS_SECONDS
            )
            is None
        ):
            raise self._not_seen(f"encryption in {room}", OWN_DEEDS_SECONDS, "It is still in clear")

    async def _wait(self, look: Callable[[], Found | None], deadline_seconds: float) -> Found | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline_seconds), self._news:
                await self._news.wait_for(lambda: look() is not None)
        return look()

    def _not_seen(self, what: str, deadline_seconds: float, instead: str) -> LabError:
        trouble = self._following.trouble
        told = f" Its last trouble with the homeserver: {trouble!r}." if trouble else ""
        return LabError(f"{self._device.user_id} saw no {what} within {deadline_seconds:g} s. {instead}.{told}")

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()
