"""Setus beside each other, without a network: rooms of several homeservers, and who mirrors what into which. Each acts
as the follower does: it asks who speaks, whether the copy would return, and signs the copy's mark.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bridge.customs import Customs
from bridge.mirror.speaker import Silent, returns, speaker
from bridge.model import Event, HomeserverName, Room, RoomRef
from bridge.origin import MARK, Signer, public_text
from tests.people import message


def signer(seed: int, trusted: tuple[int, ...] = ()) -> Signer:
    """The signer of a numbered Setu that trusts itself and these."""
    keys = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (seed, *trusted)]
    return Signer(keys[0], {public_text(key.public_key()): key.public_key() for key in keys})


def customs(prefix: str = "_setu_") -> Customs:
    return Customs("setu", frozenset({"setu", "records"}), prefix, "{name} · {department}", {"mha.lab": "Home Affairs"})


def room(room_id: str) -> Room:
    """A room whose homeserver stands in its id."""
    return Room(RoomRef(1), HomeserverName(room_id.partition(":")[2]), room_id)


@dataclass(frozen=True)
class Setu:
    signer: Signer
    customs: Customs
    links: tuple[tuple[str, str], ...]

    def across(self, room_id: str) -> list[str]:
        return [b if a == room_id else a for a, b in self.links if room_id in (a, b)]


@dataclass
class World:
    """Some Setus, and what stands in each room."""

    setus: tuple[Setu, ...]
    most: int = 500
    rooms: dict[str, list[Event]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def say(self, room_id: str, sender: str) -> None:
        """Somebody says something, and every Setu does what follows from it."""
        waiting = deque([(room_id, message("$said", room=room_id, sender=sender))])
        while waiting:
            here, event = waiting.popleft()
            self.rooms.setdefault(here, []).append(event)
            assert sum(map(len, self.rooms.values())) < self.most, "it never ends"
            for setu in self.setus:
                waiting.extend(self._mirrored(setu, here, event))

    def _mirrored(self, setu: Setu, here: str, event: Event) -> list[tuple[str, Event]]:
        origin = speaker(event, room(here), None, setu.customs, setu.signer)
        if isinstance(origin, Silent):
            return []
        copies = []
        for target in setu.across(here):
            if not returns(event, origin, target):
                ghost = setu.customs.ghost_of(origin.sender, room(target).homeserver)
                mark = setu.signer.mark(origin, ghost)
                copies.append((target, self._copy(target, ghost, {MARK: mark, "body": "x", "msgtype": "m.text"})))
        return copies

    def _copy(self, target: str, ghost: str, content: dict[str, object]) -> Event:
        fields = {"event_id": f"${next(self._numbers)}", "room_id": target, "sender": ghost, "content": content}
        return Event(b"", {**fields, "type": "m.room.message"})
