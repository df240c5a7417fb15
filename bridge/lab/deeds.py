"""What a person does at a Matrix client beside writing plain messages: sends any event, uploads and fetches files,
reacts, edits, takes back, sets what a room is called, and moderates. Each is one request, as a client makes it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from mautrix.api import Method, Path, SynapseAdminPath
from mautrix.client import ClientAPI
from mautrix.types import ContentURI, EventID, EventType, RoomID, UserID

CHUNK = 64 * 1024


class Deeds:
    """The part of a client that acts."""

    _api: ClientAPI

    async def send(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Sends an event of any type and gives its id."""
        event_type = EventType.find(kind, t_class=EventType.Class.MESSAGE)
        return str(await self._api.send_message_event(RoomID(room), event_type, dict(content)))  # type: ignore[arg-type]

    async def set_state(self, room: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """Sets the room's state and gives the event's id."""
        event_type = EventType.find(kind, t_class=EventType.Class.STATE)
        return str(await self._api.send_state_event(RoomID(room), event_type, dict(content), key))  # type: ignore[arg-type]

    async def state(self, room: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of a state event as it is now; empty where there is none."""
        return dict((await self.state_event(room, kind, key))["content"])

    async def state_event(self, room: str, kind: str, key: str = "") -> dict[str, Any]:
        """A state event as it is now, with its sender; of nobody, and empty, where there is none."""
        events = await self._api.api.request(Method.GET, Path.v3.rooms[room].state)
        found = (event for event in events if (event["type"], event.get("state_key")) == (kind, key))
        return dict(next(found, {"content": {}, "sender": None}))

    async def event(self, room: str, event_id: str) -> dict[str, Any]:
        """An event as the homeserver gives it now, with its newest edit, or blank with what took it back."""
        event = await self._api.api.request(Method.GET, Path.v3.rooms[room].event[event_id])
        return dict(event)

    async def scroll_up(self, room: str) -> list[dict[str, Any]]:
        """The newest events of a room, newest first; the homeserver fetches from others what it lacks."""
        query = {"dir": "b", "limit": "100"}
        page = await self._api.api.request(Method.GET, Path.v3.rooms[room].messages, query_params=query)
        return list(page["chunk"])

    async def upload(self, data: bytes, mimetype: str) -> str:
        """Puts a file on the homeserver and gives its mxc address."""
        return str(await self._api.upload_media(_chunks(data), mime_type=mimetype, size=len(data)))

    async def reserve(self) -> str:
        """An mxc address that waits for its file (Client-Server API, "Asynchronous uploads")."""
        return str((await self._api.create_mxc()).content_uri)

    async def fill(self, mxc: str, data: bytes) -> None:
        """Puts the file at a reserved address."""
        api = self._api.api
        address = f"{api.base_url}/_matrix/media/v3/upload/{mxc.removeprefix('mxc://')}"
        headers = {
            "Authorization": f"Bearer {api.token}",
            "Content-Type": "image/png",
            "Content-Length": str(len(data)),
        }
        async with api.session.put(address, data=_chunks(data), headers=headers) as answer:
            answer.raise_for_status()

    async def largest_upload(self) -> int:
        """How many bytes a file may have at this homeserver."""
        return int((await self._api.api.request(Method.GET, "/_matrix/client/v1/media/config"))["m.upload.size"])

    async def download(self, mxc: str) -> bytes:
        """A file, as people at this homeserver get it (Client-Server API, authenticated media)."""
        api = self._api.api
        address = f"{api.base_url}/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}"
        async with api.session.get(address, headers={"Authorization": f"Bearer {api.token}"}) as answer:
            answer.raise_for_status()
            return await answer.read()

    async def react(self, room: str, to: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": to, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def reply(self, room: str, to: str, text: str) -> str:
        relation = {"m.in_reply_to": {"event_id": to}}
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, "m.relates_to": relation})

    async def edit(self, room: str, event_id: str, text: str) -> str:
        """Changes the text of a message."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        content = {"msgtype": "m.text", "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        return await self.send(room, "m.room.message", content)

    async def redact(self, room: str, event_id: str, reason: str | None = None) -> str:
        return str(await self._api.redact(RoomID(room), EventID(event_id), reason))

    async def pin(self, room: str, event_ids: Sequence[str]) -> None:
        await self.set_state(room, "m.room.pinned_events", {"pinned": list(event_ids)})

    async def empower(self, room: str, levels: Mapping[str, int]) -> None:
        """Gives people these power levels, and leaves the others theirs."""
        now = await self.state(room, "m.room.power_levels")
        await self.set_state(room, "m.room.power_levels", {**now, "users": {**now.get("users", {}), **levels}})

    async def set_name(self, name: str) -> None:
        await self._api.set_displayname(name)

    async def set_picture(self, mxc: str) -> None:
        await self._api.set_avatar_url(ContentURI(mxc))

    async def call_up(self, *user_ids: str, preset: str = "trusted_private_chat") -> str:
        """Begins a direct chat as clients do, and gives its room's id."""
        body = {"preset": preset, "is_direct": True, "invite": list(user_ids)}
        return str((await self._api.api.request(Method.POST, Path.v3.createRoom, body))["room_id"])

    async def create_after(self, old: str) -> str:
        """Makes a room that says of itself that it replaces another, and gives its id."""
        body = {"preset": "private_chat", "creation_content": {"predecessor": {"room_id": old}}}
        return str((await self._api.api.request(Method.POST, Path.v3.createRoom, body))["room_id"])

    async def upgrade(self, room: str, version: str) -> str:
        """Replaces the room by one of another version, and gives its id."""
        body = {"new_version": version}
        made = await self._api.api.request(Method.POST, Path.v3.rooms[room].upgrade, body)
        return str(made["replacement_room"])

    async def type(self, room: str, now: bool) -> None:
        """Shows others that the person is typing, or no longer is."""
        body = {"typing": now} | ({"timeout": 30_000} if now else {})
        await self._api.api.request(Method.PUT, Path.v3.rooms[room].typing[self._api.mxid], body)

    async def read(self, room: str, event_id: str) -> None:
        """Shows others up to where the person has read."""
        await self._api.api.request(Method.POST, Path.v3.rooms[room].receipt["m.read"][event_id], {})

    async def profile(self, user_id: str) -> dict[str, Any]:
        """All that anybody's profile tells."""
        return dict(await self._api.api.request(Method.GET, Path.v3.profile[user_id]))

    async def open_to_all(self, room: str) -> None:
        """From now on everybody who knows of the room may come in."""
        await self.set_state(room, "m.room.join_rules", {"join_rule": "public"})

    async def join_through(self, room: str, homeserver: str) -> None:
        """Comes into a room that their own homeserver does not know, through one that does."""
        address = Path.v3.join[room]
        await self._api.api.request(
            Method.POST, address, {}, query_params={"server_name": homeserver, "via": homeserver}
        )

    async def leave(self, room: str) -> None:
        await self._api.leave_room(RoomID(room))

    async def kick(self, room: str, user_id: str, reason: str = "") -> None:
        await self._api.kick_user(RoomID(room), UserID(user_id), reason)

    async def ban(self, room: str, user_id: str, reason: str = "") -> None:
        await self._api.ban_user(RoomID(room), UserID(user_id), reason)

    async def unban(self, room: str, user_id: str) -> None:
        await self._api.unban_user(RoomID(room), UserID(user_id))

    async def make_moderator(self, room: str, user_id: str) -> None:
        """As the homeserver's administrator: gives a person of its own the power of the room's admin."""
        address = SynapseAdminPath.v1.rooms[room].make_room_admin
        await self._api.api.request(Method.POST, address, {"user_id": user_id})


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]
