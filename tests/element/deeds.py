"""What a person writes at Element, beside how it is sent: each deed is one event, with the content that Element gives
it. In an encrypted room the SDK encrypts all of them but reactions, as Element does.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

POLL = "org.matrix.msc3381.poll"
"""Element sends polls under the names of MSC3381."""

TEXT = "org.matrix.msc1767.text"


class Deeds(ABC):
    """The part of a client that writes."""

    @abstractmethod
    async def send(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Sends an event of any type, encrypted where the room is, and gives its id."""

    @abstractmethod
    async def put_file(self, data: bytes) -> Mapping[str, Any]:
        """Uploads a file encrypted, and gives what a message must say of it (`EncryptedFile`)."""

    async def say(self, room: str, text: str) -> str:
        """Writes a message and gives the id of its event."""
        return await self.send(room, "m.room.message", _text(text))

    async def reply(self, room: str, to: str, text: str) -> str:
        return await self._relate(room, {"m.in_reply_to": {"event_id": to}}, _text(text))

    async def thread(self, room: str, root: str, text: str) -> str:
        """Writes into the thread of a message, and begins it where there is none."""
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        return await self._relate(room, relation, _text(text))

    async def edit(self, room: str, event_id: str, text: str) -> str:
        """Changes the text of a message."""
        content = {**_text(f"* {text}"), "m.new_content": _text(text)}
        return await self._relate(room, {"rel_type": "m.replace", "event_id": event_id}, content)

    async def react(self, room: str, to: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": to, "key": key}
        return await self._relate(room, relation, {}, "m.reaction")

    async def poll(self, room: str, question: str, answers: Sequence[str]) -> str:
        """Asks, with these answers, whose ids are the answers themselves."""
        start = {
            "question": {TEXT: question, "body": question, "msgtype": "m.text"},
            "kind": f"{POLL}.disclosed",
            "max_selections": 1,
            "answers": [{"id": answer, TEXT: answer} for answer in answers],
        }
        return await self.send(room, f"{POLL}.start", {f"{POLL}.start": start, TEXT: question})

    async def vote(self, room: str, poll: str, *answers: str) -> str:
        relation = {"rel_type": "m.reference", "event_id": poll}
        return await self._relate(room, relation, {f"{POLL}.response": {"answers": answers}}, f"{POLL}.response")

    async def send_image(self, room: str, name: str, data: bytes, mimetype: str) -> str:
        """Shows a picture in an encrypted room."""
        content = {
            "msgtype": "m.image",
            "body": name,
            "file": await self.put_file(data),
            "info": {"mimetype": mimetype, "size": len(data)},
        }
        return await self.send(room, "m.room.message", content)

    async def _relate(
        self, room: str, relation: Mapping[str, Any], content: Mapping[str, Any], kind: str = "m.room.message"
    ) -> str:
        return await self.send(room, kind, {**content, "m.relates_to": relation})


def _text(text: str) -> dict[str, str]:
    return {"msgtype": "m.text", "body": text}
