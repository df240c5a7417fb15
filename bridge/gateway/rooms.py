"""Rooms, made and entered: a room is made under an alias reserved for it, and adopted where the alias exists;
membership is looked at before it is changed. Only the bot makes rooms.
"""

from mautrix.api import Method

from bridge import slices
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.model import CreateRoom, UserId
from bridge.store.journal import Arrival, Journal


async def membership(homeserver: Homeserver, acting: Acting, room_id: str, user_id: UserId) -> str | None:
    """A user's membership as `acting` sees it; None where there is none."""
    try:
        found = await homeserver.call(
            Method.GET, path("v3", "rooms", room_id, "state", "m.room.member", user_id), acting
        )
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    said = found.get("membership")
    return said if isinstance(said, str) else None


async def bring_in(homeserver: Homeserver, bot: Acting, ghost: Acting, room_id: str) -> Outcome:
    """Invites the ghost where it is not yet there, and lets it join. One that was banned stays out."""
    now = await membership(homeserver, bot, room_id, ghost.user_id)
    if now == "join":
        return Done()
    if now == "ban":
        return Dead("the ghost is banned from the room")
    if now != "invite":
        await homeserver.call(Method.POST, path("v3", "rooms", room_id, "invite"), bot, {"user_id": ghost.user_id})
    await join(homeserver, ghost, room_id)
    return Done()


async def join(homeserver: Homeserver, acting: Acting, room_id: str) -> None:
    await homeserver.call(Method.POST, path("v3", "rooms", room_id, "join"), acting)


async def read_state(homeserver: Homeserver, bot: Acting, room_id: str, journal: Journal) -> None:
    """Journals the room's present state, which was never pushed to us if it is older than our coming."""
    state = slices.events(await homeserver.raw(Method.GET, path("v3", "rooms", room_id, "state"), bot))
    await journal.append(homeserver.name, [Arrival(event, "state") for event in state])


async def create(homeserver: Homeserver, bot: Acting, action: CreateRoom) -> str:
    """Makes the room, or finds the one that an earlier attempt made; gives its id."""
    body = {
        "preset": "private_chat",
        "room_alias_name": action.alias,
        "name": action.title,
        "invite": list(action.invite),
    }
    try:
        made = await homeserver.call(Method.POST, path("v3", "createRoom"), bot, body)
    except Refused as refused:
        if refused.errcode != "M_ROOM_IN_USE":
            raise
        alias = f"#{action.alias}:{homeserver.name}"
        made = await homeserver.call(Method.GET, path("v3", "directory", "room", alias), bot)
    return str(made["room_id"])
