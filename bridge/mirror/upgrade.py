"""A room that says that it was replaced (Client-Server API, "m.room.tombstone"): whether that is true only the gateway
can see, and it goes on in the replacement if it is. Pure.
"""

from bridge.actions import Action, FollowUpgrade
from bridge.model import Event, UserId, storable

TOMBSTONE = "m.room.tombstone"


def replacement(event: Event, bot: UserId) -> list[Action]:
    """The order to look and follow; `bot` is who stands in the room for us."""
    to = storable(event.content.get("replacement_room"))
    if event.type != TOMBSTONE or event.state_key != "" or event.id is None or event.sender is None:
        return []
    return [FollowUpgrade(bot, event.id, to, event.sender)] if to is not None and to.startswith("!") else []


def predecessor(invitation: Event) -> str | None:
    """The room after which the one comes that somebody is invited into, as that says of itself: a hint, not a fact.

    The homeserver tells it with the invitation (Client-Server API, "Stripped state").
    """
    unsigned = invitation.fields.get("unsigned")
    told = unsigned.get("invite_room_state") if isinstance(unsigned, dict) else None
    for event in told if isinstance(told, list) else ():
        content = event.get("content") if isinstance(event, dict) and event.get("type") == "m.room.create" else None
        before = content.get("predecessor") if isinstance(content, dict) else None
        if isinstance(before, dict):
            return storable(before.get("room_id"))
    return None


def is_forged(event: Event) -> bool:
    """Whether somebody wrote what only a state of the room can be."""
    return event.type == TOMBSTONE and event.state_key != ""
