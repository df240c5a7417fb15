"""Memberships, power and pictures: what is so already is left alone, so each may be asked for again."""

from collections.abc import Mapping
from typing import Any

from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.gateway.rooms import membership
from bridge.model import SetMember, UserId


async def set_member(homeserver: Homeserver, bot: Acting, acting: Acting, room_id: str, action: SetMember) -> Outcome:
    """Invites, removes, bans or lets back in; a person who leaves does so as themselves."""
    now = await membership(homeserver, bot, room_id, action.user_id)
    verb = _verb(now, action, acting)
    if verb is None:
        return Done()
    if verb == "leave" and acting.user_id == action.user_id:
        body: dict[str, Any] = {}
    else:
        body = {"user_id": action.user_id}
    if action.reason is not None:
        body["reason"] = action.reason
    await homeserver.call(Method.POST, path("v3", "rooms", room_id, verb), acting, body)
    return Done()


def _verb(now: str | None, action: SetMember, acting: Acting) -> str | None:
    """The endpoint that brings the membership about; None where it is so already."""
    match action.membership, now:
        case "invite", "join" | "invite":
            return None
        case "invite", _:
            return "invite"
        case "ban", "ban":
            return None
        case "ban", _:
            return "ban"
        case "leave", "ban":
            return "unban"
        case "leave", "join" | "invite" | "knock":
            return "leave" if acting.user_id == action.user_id else "kick"
        case _:
            return None


async def set_power(homeserver: Homeserver, bot: Acting, room_id: str, users: Mapping[UserId, int]) -> Outcome:
    """Patches these users' levels into the room's power levels, none above the bot's own reach."""
    address = path("v3", "rooms", room_id, "state", "m.room.power_levels", "")
    levels = await homeserver.call(Method.GET, address, bot)
    before = levels.get("users") if isinstance(levels.get("users"), dict) else {}
    assert isinstance(before, dict)
    default = levels.get("users_default", 0)
    wanted = {user: level for user, level in users.items() if before.get(user, default) != level}
    if not wanted:
        return Done()
    try:
        await homeserver.call(Method.PUT, address, bot, {**levels, "users": {**before, **wanted}})
    except Refused as refused:
        if refused.status == 403:
            return Dead("the bot may not change power levels in this room")
        raise
    return Done()
