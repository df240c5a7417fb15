"""Who speaks in an event, and where the event comes from: the person who wrote it, also when it arrives as the copy of
a copy through a chain of bridges.
"""

import unicodedata
from dataclasses import replace
from enum import Enum

from bridge.customs import Customs
from bridge.model import Event, Room, UserId, user_id
from bridge.origin import MOST_ROOMS, Origin, Signer, claimed_rooms

LONGEST_NAME = 100
"""Characters of a display name that a ghost keeps."""

_JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ are letters' business in Indian scripts."""

_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a sign that are drawn as nothing: Hangul fillers, the empty Braille pattern."""

_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})
"""Unicode categories: formats such as bidi overrides, lone surrogates, private and unassigned characters. Control
characters (Cc) are line breaks or nothing."""


class Silent(Enum):
    """Why an event has no speaker to mirror."""

    NOBODY = "it has no sender or no id"
    OURSELVES = "one of our own bots or ghosts wrote it, and it is no copy"


def speaker(event: Event, room: Room, name: str | None, customs: Customs, signer: Signer) -> Origin | Silent:
    """The origin that copies of this event carry. `name` is the sender's display name in the room."""
    if event.sender is None or event.id is None:
        return Silent.NOBODY
    marked = signer.read(event)
    if marked is not None:
        return replace(marked, via=(*marked.via, room.room_id)[-MOST_ROOMS:])
    if customs.ours(event.sender, room.homeserver):
        return Silent.OURSELVES
    organisation = customs.organisation(event.sender)
    sent_at = round(event.sent_at.timestamp() * 1000) if event.sent_at is not None else None
    # A mark of a signer whom we do not trust names nobody, but the way that it tells stops loops: else bridges that do
    # not know each other would copy each other's copies for ever.
    via = (*claimed_rooms(event), room.room_id)[-MOST_ROOMS:]
    return Origin(event.sender, event.id, via, readable(event.sender, name), organisation, sent_at)


def member(event: Event, room: Room, customs: Customs) -> Origin | Silent:
    """The person whom a membership event is about, where somebody other than ourselves brought it about, or we put
    them out.
    """
    if event.sender is None or event.id is None or (person := user_id(event.state_key)) is None:
        return Silent.NOBODY
    let_be = customs.ours(event.sender, room.homeserver) and event.membership not in ("leave", "ban")
    if let_be or customs.ours(person, room.homeserver):
        return Silent.OURSELVES
    name = readable(person, event.text("displayname"))
    return Origin(person, event.id, (room.room_id,), name, customs.organisation(person), None)


def returns(event: Event, origin: Origin, target_room_id: str | None) -> bool:
    """Whether a copy in that room would be an echo: the event has already been there."""
    return target_room_id is not None and target_room_id in origin.via[:-1]


def readable(user_id: UserId, name: str | None) -> str:
    """A person's display name on one line, without what cannot be seen; of the id where nothing is left."""
    return _line(name or "") or _line(user_id[1:].partition(":")[0]) or _line(user_id)


def _line(text: str) -> str:
    """What can be seen of a text; nothing where that is no letter, digit or sign."""
    seen = (c for c in text[: 2 * LONGEST_NAME] if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)
    line = "".join(" " if unicodedata.category(c) == "Cc" else c for c in seen if c not in _BLANK)
    line = " ".join(line.split())[:LONGEST_NAME]
    return line if any(unicodedata.category(c)[0] in "LNPS" for c in line) else ""
