"""A room that says that it was replaced (Client-Server API, "m.room.tombstone"): whether that is true only the gateway
can see, and it goes on in the replacement if it is. Pure.
"""

from bridge.model import Action, Event, FollowUpgrade, UserId, storable

TOMBSTONE = "m.room.tombstone"


def replacement(event: Event, bot: UserId) -> list[Action]:
    """The order to look and follow; `bot` is who stands in the room for us."""
    to = storable(event.content.get("replacement_room"))
    if event.type != TOMBSTONE or event.state_key != "" or event.id is None or event.sender is None:
        return []
    return [FollowUpgrade(bot, event.id, to, event.sender)] if to is not None and to.startswith("!") else []


def is_forged(event: Event) -> bool:
    """Whether somebody wrote what only a state of the room can be."""
    return event.type == TOMBSTONE and event.state_key != ""
