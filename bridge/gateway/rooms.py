"""Rooms, made and entered: a room is made under an alias reserved for it, and adopted where the alias exists;
membership is looked at before it is changed. Only the bot makes rooms.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mautrix.api import Method

from bridge import slices
from bridge.actions import CreateRoom
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path, said
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.model import GHOST, Event, UserId
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


async def bring_in(homeserver: Homeserver, bot: Acting, ghost: Acting, room_id: str, is_ghost: bool = True) -> Outcome:
    """Invites the ghost where it is not yet there, and lets it join. One that was banned stays out. Where a ghost
    stands for our bot, the bot is brought in the same way, and is no ghost.

    A ghost that stands in a room for our bot can only be invited by somebody else.
    """
    if ghost.user_id == bot.user_id:
        await join(homeserver, ghost, room_id)
        return Done()
    now = await membership(homeserver, bot, room_id, ghost.user_id)
    if now == "join":
        return Done()
    if now == "ban":
        return Dead("the ghost is banned from the room")
    if now != "invite":
        await homeserver.call(Method.POST, path("v3", "rooms", room_id, "invite"), bot, {"user_id": ghost.user_id})
    await (_come_in if is_ghost else join)(homeserver, ghost, room_id)
    return Done()


async def _come_in(homeserver: Homeserver, ghost: Acting, room_id: str) -> None:
    """Joins with a membership that says what it is; Synapse adds name and picture."""
    own = path("v3", "rooms", room_id, "state", "m.room.member", ghost.user_id)
    await homeserver.call(Method.PUT, own, ghost, {"membership": "join", GHOST: True})


async def join(homeserver: Homeserver, acting: Acting, room_id: str) -> None:
    await homeserver.call(Method.POST, path("v3", "rooms", room_id, "join"), acting)


async def leave(homeserver: Homeserver, acting: Acting, room_id: str) -> Outcome:
    """Leaves the room or declines the invitation; whoever is not there may not leave, which is as good."""
    try:
        await homeserver.call(Method.POST, path("v3", "rooms", room_id, "leave"), acting)
    except Refused as refused:
        if refused.status not in (403, 404) or refused.errcode is None:
            raise
    return Done()


async def read_state(homeserver: Homeserver, bot: Acting, room_id: str, journal: Journal) -> Sequence[Event]:
    """Journals the room's present state, which was never pushed to us if it is older than our coming; and gives it."""
    state = slices.events(await homeserver.raw(Method.GET, path("v3", "rooms", room_id, "state"), bot))
    await journal.append(homeserver.name, [Arrival(event, "state") for event in state])
    return state


async def encrypt(homeserver: Homeserver, bot: Acting, room_id: str, journal: Journal) -> Outcome:
    """Sets the room's encryption where there is none (Client-Server API, "m.room.encryption"); when this returns, the
    journal has it, and whatever is sent from then on is encrypted.
    """
    address = path("v3", "rooms", room_id, "state", "m.room.encryption", "")
    try:
        await homeserver.call(Method.GET, address, bot)
    except Refused as refused:
        if refused.status != 404:
            raise
        await homeserver.call(Method.PUT, address, bot, {"algorithm": "m.megolm.v1.aes-sha2"})
    state = slices.events(await homeserver.raw(Method.GET, path("v3", "rooms", room_id, "state"), bot))
    found = [event for event in state if event.type == "m.room.encryption"]
    await journal.append(homeserver.name, [Arrival(event, "state") for event in found])
    return Done()


def body(action: CreateRoom) -> Mapping[str, Any]:
    """What is asked for (Client-Server API, "POST /createRoom")."""
    common = {"preset": "private_chat", "room_alias_name": action.alias, "invite": list(action.invite)}
    match action.kind:
        case "room":
            return {**common, "name": action.title}
        case "space":
            # Who is in it sees what it holds; only the bot puts anything in.
            levels = {"events_default": 100}
            content = {"type": "m.space"}
            return {**common, "name": action.title, "creation_content": content, "power_level_content_override": levels}
        case "private":
            return {**common, "is_direct": True, "initial_state": [_initial("m.room.canonical_alias", {})]}
        case "direct":
            # Clients name it by who is in it, but for the bot; an alias that they saw would be taken for its name.
            hidden = _initial("io.element.functional_members", {"service_members": [action.as_user]})
            return {**common, "is_direct": True, "initial_state": [hidden, _initial("m.room.canonical_alias", {})]}


def _initial(kind: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": kind, "state_key": "", "content": content}


async def nest(homeserver: Homeserver, bot: Acting, room_id: str, space_id: str) -> Outcome:
    """Puts a room into a space (Client-Server API, "Spaces"). The same again changes nothing."""
    via = {"via": [homeserver.name]}
    child = path("v3", "rooms", space_id, "state", "m.space.child", room_id)
    parent = path("v3", "rooms", room_id, "state", "m.space.parent", space_id)
    await homeserver.call(Method.PUT, child, bot, via)
    await homeserver.call(Method.PUT, parent, bot, {**via, "canonical": True})
    return Done()


async def create(homeserver: Homeserver, bot: Acting, action: CreateRoom) -> str:
    """Makes the room, or finds the one that an earlier attempt made; gives its id."""
    try:
        return await _make(homeserver, bot, action)
    except Refused as refused:
        if refused.errcode != "M_ROOM_IN_USE":
            raise
    alias = path("v3", "directory", "room", f"#{action.alias}:{homeserver.name}")
    room_id = said(await homeserver.call(Method.GET, alias, bot), "room_id")
    if await _is_whole(homeserver, bot, room_id, action):
        await _invite_missing(homeserver, bot, room_id, action)
        return room_id
    await homeserver.call(Method.DELETE, alias, bot)
    return await _make(homeserver, bot, action)


async def _make(homeserver: Homeserver, bot: Acting, action: CreateRoom) -> str:
    return said(await homeserver.call(Method.POST, path("v3", "createRoom"), bot, body(action)), "room_id")


async def _is_whole(homeserver: Homeserver, bot: Acting, room_id: str, action: CreateRoom) -> bool:
    """Whether a room has all but perhaps its invitations. A homeserver that is killed while it makes a room leaves a
    stump that has the alias already, and that nobody but we can be in.
    """
    last = "io.element.functional_members" if action.kind == "direct" else "m.room.name"
    try:
        await homeserver.call(Method.GET, path("v3", "rooms", room_id, "state", last, ""), bot)
    except Refused as refused:
        if refused.status not in (403, 404) or refused.errcode is None:
            raise
        return False
    return True


async def _invite_missing(homeserver: Homeserver, bot: Acting, room_id: str, action: CreateRoom) -> None:
    for user_id in action.invite:
        if await membership(homeserver, bot, room_id, user_id) is None:
            await homeserver.call(Method.POST, path("v3", "rooms", room_id, "invite"), bot, {"user_id": user_id})
