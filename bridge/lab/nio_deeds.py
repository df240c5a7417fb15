"""What a person does at an encrypting client: what `bridge/lab/deeds.py` is for the plain one. In an encrypted room
matrix-nio encrypts what is sent, for all devices of all members, verified or not; reactions go in clear, as clients do.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any

from nio import EncryptionError  # type: ignore[import-untyped]
from nio.crypto.attachments import decrypt_attachment  # type: ignore[import-untyped]

from bridge.lab.child import LabError
from bridge.lab.nio_device import TIMER, answered
from bridge.lab.nio_patience import NioPatience
from bridge.lab.nio_seen import NioSeen

ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}
POLL, WORDS = "org.matrix.msc3381.poll", "org.matrix.msc1767.text"
"""The unstable names, which are what clients still send."""
TRIES = 5


class NioDeeds(NioPatience):
    """The part of the client that acts."""

    _sending: asyncio.Lock

    async def create_room(self, name: str, invite: Sequence[str] = (), *, encrypted: bool = True) -> str:
        """Makes a private room and gives its id."""
        state = [{"type": "m.room.encryption", "state_key": "", "content": ENCRYPTION}] if encrypted else []
        made = answered(await self._device.room_create(name=name, invite=invite, initial_state=state))
        return str(made.room_id)

    async def encrypt(self, room: str) -> None:
        """Turns encryption on in a room that there is."""
        await self.set_state(room, "m.room.encryption", ENCRYPTION)
        await self._sees_encrypted(room)

    async def set_state(self, room: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """Sets the room's state and gives the event's id."""
        return str(answered(await self._device.room_put_state(room, kind, dict(content), key)).event_id)

    async def join(self, room: str) -> None:
        answered(await self._device.join(room))

    async def invite(self, room: str, user_id: str) -> None:
        answered(await self._device.room_invite(room, user_id))

    async def send(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Sends an event of any type, encrypted if the room is, and gives its id.

        Raises:
            LabError: the homeserver refuses, or the room does not come down `/sync`.
            ClientConnectionError: the homeserver is not there (aiohttp).
        """
        await self._sees_room(room)
        async with self._sending:  # So that messages are sent in the order in which they were written.
            await self._device.learn_devices()
            sent = await self._sent(room, kind, content)
        return str(answered(sent).event_id)

    async def _sent(self, room: str, kind: str, content: Mapping[str, Any]) -> Any:
        """nio forgets a session while it shares it, if somebody's devices change just then; then it makes another."""
        for _ in range(TRIES):
            with suppress(KeyError):
                return await self._device.room_send(room, kind, dict(content), ignore_unverified_devices=True)
        raise LabError(f"nio does not get round to share its key in {room}")

    async def say(self, room: str, text: str) -> str:
        """Writes a message and gives the id of its event."""
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text})

    async def say_until(self, room: str, text: str, due: int) -> str:
        """The same, to vanish then (milliseconds since 1970)."""
        return await self.send(room, "m.room.message", {"msgtype": "m.text", "body": text, TIMER: due})

    async def reply(self, room: str, to: str, text: str) -> str:
        return await self._relate(room, text, {"m.in_reply_to": {"event_id": to}})

    async def thread(self, room: str, root: str, text: str) -> str:
        """Writes into the thread that begins with a message."""
        fallback = {"is_falling_back": True, "m.in_reply_to": {"event_id": root}}
        return await self._relate(room, text, {"rel_type": "m.thread", "event_id": root, **fallback})

    async def edit(self, room: str, event_id: str, text: str) -> str:
        """Changes the text of a message."""
        new = {"m.new_content": {"msgtype": "m.text", "body": text}}
        return await self._relate(room, f"* {text}", {"rel_type": "m.replace", "event_id": event_id}, new)

    async def react(self, room: str, to: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": to, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def redact(self, room: str, event_id: str, reason: str | None = None) -> str:
        return str(answered(await self._device.room_redact(room, event_id, reason)).event_id)

    async def poll(self, room: str, question: str, answers: Mapping[str, str]) -> str:
        """Asks a question; `answers` is the text of each answer by its id."""
        choices = [{"id": name, WORDS: text} for name, text in answers.items()]
        start = {"question": {WORDS: question}, "kind": f"{POLL}.disclosed", "max_selections": 1, "answers": choices}
        return await self.send(room, f"{POLL}.start", {f"{POLL}.start": start, WORDS: question})

    async def vote(self, room: str, poll: str, answer: str) -> str:
        """Votes for the answer with this id."""
        relation = {"rel_type": "m.reference", "event_id": poll}
        return await self.send(
            room, f"{POLL}.response", {f"{POLL}.response": {"answers": [answer]}, "m.relates_to": relation}
        )

    async def send_image(self, room: str, name: str, data: bytes, mimetype: str) -> str:
        """Sends a picture, encrypted in an encrypted room (Client-Server API, "Sending encrypted attachments")."""
        return await self._send_upload(room, "m.image", name, data, mimetype)

    async def send_file(self, room: str, name: str, data: bytes, mimetype: str) -> str:
        """The same with any file."""
        return await self._send_upload(room, "m.file", name, data, mimetype)

    async def _send_upload(self, room: str, msgtype: str, name: str, data: bytes, mimetype: str) -> str:
        await self._sees_room(room)
        encrypted = self._device.rooms[room].encrypted
        uploaded, file = await self._device.upload(
            BytesIO(data), content_type=mimetype, encrypt=encrypted, filesize=len(data)
        )
        mxc = answered(uploaded).content_uri
        where = {"file": {**file, "url": mxc}} if encrypted else {"url": mxc}
        info = {"mimetype": mimetype, "size": len(data)}
        return await self.send(room, "m.room.message", {"msgtype": msgtype, "body": name, "info": info, **where})

    async def read_image(self, seen: NioSeen) -> bytes:
        """A picture that was seen, fetched (authenticated media) and decrypted.

        Raises:
            LabError: the homeserver does not give it, or it is not the file that was sent.
        """
        file = seen.content.get("file")
        fetched = answered(await self._device.download(mxc=file["url"] if file else seen.content["url"]))
        data = bytes(fetched.body)
        if not file:
            return data
        try:
            return bytes(decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"]))
        except EncryptionError as error:
            raise LabError(f"the picture is not the one that was sent ({error})") from error

    async def _relate(
        self, room: str, text: str, relation: Mapping[str, Any], more: Mapping[str, Any] | None = None
    ) -> str:
        content = {"msgtype": "m.text", "body": text, "m.relates_to": relation, **(more or {})}
        return await self.send(room, "m.room.message", content)
