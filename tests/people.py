"""People, their rooms, and what they write, as a homeserver sends it."""

import json
from typing import Any

from bridge.model import Event, HomeserverName
from bridge.store.journal import Arrival

MHA = HomeserverName("mha.lab")
NIC = HomeserverName("nic.lab")
RAVI = "@ravi:mha.lab"
CELL = "!cell:mha.lab"
"""A room of Home Affairs."""


def event(event_id: str, room: str = CELL, sender: str = RAVI, **fields: Any) -> Event:
    """An event as its bytes and their reading."""
    known = {"event_id": event_id, "room_id": room, "sender": sender, "origin_server_ts": 1_764_000_000_000}
    return Event.read(json.dumps({**known, **fields}).encode())


def message(event_id: str, body: str = "namaste", room: str = CELL, sender: str = RAVI) -> Event:
    """A text message."""
    content = {"msgtype": "m.text", "body": body}
    return event(event_id, room, sender, type="m.room.message", content=content)


def joined(event_id: str, person: str, name: str, room: str = CELL) -> Event:
    """A person who joins, under a display name."""
    content = {"membership": "join", "displayname": name}
    return event(event_id, room, person, type="m.room.member", state_key=person, content=content)


def pushed(*events: Event) -> list[Arrival]:
    """The same as arrivals in a transaction."""
    return [Arrival(event, "push") for event in events]


def transaction(*events: Event) -> bytes:
    """A transaction's body that holds exactly these bytes."""
    return b'{"events":[' + b",".join(event.raw for event in events) + b"]}"
