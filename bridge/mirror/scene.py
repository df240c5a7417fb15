"""What is known when one event is mirrored into one room: the whole input of a decision, beside the event itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.actions import CopyOf
from bridge.model import Event, HomeserverName, RoomRef, UserId
from bridge.origin import MARK, Origin, Signer
from bridge.speaking import PLAIN, Dressing


@dataclass(frozen=True)
class Ghost:
    """How a person stands on the other side, and what has been asked for already."""

    user_id: UserId
    name: str = field(repr=False)
    """What it should be called."""
    named: bool | None
    """Whether it is called so; None where it has no name yet."""
    joined: bool
    pictured: bool = True
    """Whether it shows the person's present picture."""


@dataclass(frozen=True)
class Scene:
    """One event's source and target."""

    room: RoomRef
    source: HomeserverName
    origin: Origin
    ghost: Ghost
    bot: UserId
    """Our bot on the target's homeserver."""
    reader: UserId
    """Our bot on the source's homeserver, as whom files are read."""
    signer: Signer
    rename: Callable[[UserId], UserId]
    """The target's id of a user of the source's."""
    is_ghost: Callable[[UserId], bool]
    """Whether an account of the target's homeserver is one of our ghosts."""
    redacted_author: UserId | None = None
    """For a redaction: the person of here who wrote what is taken back; None where that was a copy, or is unknown."""
    state_crosses: bool = True
    """Whether the room's state is carried over: as it changes always, as it was found only into a room that we made."""
    dressing: Dressing = PLAIN
    """What stands around the words of a copied message."""
    label: Mapping[str, Any] = field(default_factory=dict)
    """What the copy of a message carries besides."""
    ts: int | None = None
    """The time that copies of what comes late are given, in milliseconds since 1970."""

    def mark(self) -> dict[str, object]:
        """The origin mark that the ghost's copy carries."""
        return {MARK: self.signer.mark(self.origin, self.ghost.user_id)}

    def copy_of(self, event: Event) -> CopyOf | None:
        return CopyOf(self.room, event.id) if event.id is not None else None
