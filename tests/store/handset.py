"""A person's device, with all its keys real: it opens what it is sent, keeps the room keys, and reads with them; and it
writes to our device as clients do. What it could not read, a test sees.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.e2ee import megolm, to_device
from bridge.e2ee.algorithms import MEGOLM
from bridge.e2ee.devices import Device
from bridge.e2ee.libolm import InboundGroup, OlmSession, OutboundGroup
from bridge.e2ee.megolm import Session
from bridge.e2ee.unreadable import Unreadable
from bridge.model import ENCRYPTED, Event
from tests.unit.e2ee.phones import Phone

ToDevice = Mapping[str, Any]
"""A message to one device, as it lies in the answer to /sync."""


@dataclass
class Handset:
    """A device and what it was told."""

    phone: Phone
    sessions: list[OlmSession] = field(default_factory=list)
    keys: dict[str, InboundGroup] = field(default_factory=dict)
    """The room keys that it holds, by session."""
    withheld: list[Mapping[str, Any]] = field(default_factory=list)
    heard: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """Everything that it could open, and everything that came in clear: type and content."""

    @classmethod
    def of(cls, user_id: str, device_id: str = "PHONE") -> "Handset":
        return cls(Phone.of(user_id, device_id))

    @property
    def user_id(self) -> str:
        return self.phone.user_id

    @property
    def device_id(self) -> str:
        return self.phone.device_id

    def another(self, device_id: str) -> "Handset":
        """One more device of the same person."""
        return Handset(Phone(self.user_id, device_id, type(self.phone.account).new(), self.phone.identity))

    def take(self, message: ToDevice) -> None:
        """What its homeserver hands it."""
        type, content = message["type"], message["content"]
        if type == ENCRYPTED:
            opened = self._opened(message["sender"], content)
            type, content = opened.type, opened.content
        self.heard.append((type, content))
        if type == "m.room_key":
            self._keep(content)
        if type == "m.room_key.withheld":
            self.withheld.append(content)

    def reads(self, room_id: str, sender: str, content: Mapping[str, Any]) -> str | None:
        """What somebody wrote in a room; None where it has no key that reaches so far."""
        if (group := self.keys.get(content["session_id"])) is None:
            return None
        event = {"type": ENCRYPTED, "room_id": room_id, "sender": sender, "content": content}
        session = Session(group, room_id, content["sender_key"], sender, False)
        try:
            clear = megolm.decrypt(Event.read(json.dumps(event).encode()), session)
        except Unreadable:
            return None
        return str(json.loads(clear.raw)["content"]["body"])

    def tells(self, ours: Device, one_time_key: str | None, type: str, content: Mapping[str, Any]) -> ToDevice:
        """What it sends to our device: in a new session, or in the one used last."""
        if one_time_key is not None:
            self.sessions.insert(0, self.phone.account.reach(ours.curve25519, one_time_key))
        said = to_device.seal(
            self.sessions[0], self.phone.account, self.user_id, self.device_id, ours, type, content, self.phone.keys()
        )
        return {"type": ENCRYPTED, "sender": self.user_id, "content": said}

    def _opened(self, sender: str, content: Mapping[str, Any]) -> to_device.Opened:
        message = content["ciphertext"][self.phone.account.curve25519]
        text = self._decrypted(content["sender_key"], message["type"], message["body"])
        account = self.phone.account
        return to_device.read(text, sender, content["sender_key"], self.user_id, account.ed25519)

    def _decrypted(self, their_key: str, kind: int, body: str) -> str:
        for session in self.sessions:
            try:
                return session.decrypt(kind, body)
            except Unreadable:
                continue
        session = self.phone.account.receive(their_key, body)
        self.sessions.insert(0, session)
        return session.decrypt(kind, body)

    def _keep(self, content: Mapping[str, Any]) -> None:
        """The key that reaches further back stays."""
        group = InboundGroup.of_key(content["session_key"])
        assert group.id == content["session_id"] and content["algorithm"] == MEGOLM
        had = self.keys.get(group.id)
        if had is None or group.first_index < had.first_index:
            self.keys[group.id] = group


@dataclass
class Pen:
    """A room key of a person's device, and what is written with it."""

    handset: Handset
    room_id: str
    group: OutboundGroup = field(default_factory=OutboundGroup.new)

    @property
    def session_id(self) -> str:
        return self.group.id

    def key(self) -> dict[str, Any]:
        """The content of an m.room_key, as of now."""
        return {
            "algorithm": MEGOLM,
            "room_id": self.room_id,
            "session_id": self.group.id,
            "session_key": self.group.key,
        }

    def forwarded(self, reads: InboundGroup, sender_key: str | None = None) -> dict[str, Any]:
        """The content of an m.forwarded_room_key."""
        account = self.handset.phone.account
        return {
            "algorithm": MEGOLM,
            "room_id": self.room_id,
            "session_id": self.group.id,
            "session_key": reads.exported(),
            "sender_key": sender_key or account.curve25519,
            "sender_claimed_ed25519_key": account.ed25519,
            "forwarding_curve25519_key_chain": [],
        }

    def inbound(self) -> InboundGroup:
        return InboundGroup.of_key(self.group.key)

    def writes(self, event_id: str, body: str, **fields: Any) -> Event:
        """A message that it sent."""
        content = {"msgtype": "m.text", "body": body}
        phone = self.handset.phone
        sealed = megolm.encrypt(
            self.group, phone.account.curve25519, phone.device_id, self.room_id, "m.room.message", content
        )
        return sent(event_id, self.room_id, phone.user_id, sealed, **fields)


def sent(event_id: str, room_id: str, sender: str, content: Mapping[str, Any], **fields: Any) -> Event:
    """An encrypted event as a homeserver gives it."""
    known = {"event_id": event_id, "room_id": room_id, "sender": sender, "origin_server_ts": 1_764_000_000_000}
    return Event.read(json.dumps({**known, "type": ENCRYPTED, "content": content, **fields}).encode())
