"""What is told of a file, as audit entries of the log: the view `record_media` reads them (migration 0008). Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from bots.retention import audit
from bots.retention.leaf import Deed
from bridge.model import Room

Action = Literal["file", "file-kept", "file-absent"]
NAMED: Action = "file"
KEPT: Action = "file-kept"
ABSENT: Action = "file-absent"


def deed(action: Action, room: Room, at: datetime, pos: int, n: int, mxc: bytes | None, **more: Any) -> Deed:
    """Of the n-th file that an entry names, by the keyed hash of its address; None where it has none."""
    told: Mapping[str, Any] = {"entry": pos, "n": n, "file": mxc.hex() if mxc is not None else None, **more}
    return audit.deed(at, ACTOR, action, room_id=room.room_id, **told)


ACTOR = "setu"
"""Nobody but the program does it."""
