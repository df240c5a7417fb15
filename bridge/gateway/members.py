"""Memberships, power and pictures: what is so already is left alone, so each may be asked for again."""

from mautrix.api import Method

from bridge import power
from bridge.actions import SetMember, SetPower
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.gateway.rooms import membership
from bridge.model import UserId


async def set_member(homeserver: Homeserver, bot: Acting, acting: Acting, room_id: str, action: SetMember) -> Outcome:
    """Invites, removes, bans or lets back in; a person who leaves does so as themselves."""
    now = await membership(homeserver, bot, room_id, action.user_id)
    verb = _verb(now, action, acting)
    if verb is None or (verb == "unban" and not await _bans(homeserver, bot, room_id, action.user_id)):
        return Done()
    if action.direct and verb == "invite":
        return await _call(homeserver, acting, room_id, action.user_id)
    body: dict[str, str] = {} if verb == "leave" else {"user_id": action.user_id}
    if action.reason is not None:
        body["reason"] = action.reason
    await homeserver.call(Method.POST, path("v3", "rooms", room_id, verb), acting, body)
    return Done()


async def _call(homeserver: Homeserver, acting: Acting, room_id: str, user_id: UserId) -> Outcome:
    """Invites to a direct chat: only the membership event itself can say that it is one. It looks whether the account
    exists, since a ghost's id may have been guessed.
    """
    try:
        await homeserver.call(Method.GET, path("v3", "profile", user_id), acting)
    except Refused as refused:
        if refused.status == 404:
            return Dead(f"{user_id} has no account")
        raise
    address = path("v3", "rooms", room_id, "state", "m.room.member", user_id)
    await homeserver.call(Method.PUT, address, acting, {"membership": "invite", "is_direct": True})
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
        case "unban", "ban":
            return "unban"
        case "leave", "join" | "invite" | "knock":
            return "leave" if acting.user_id == action.user_id else "kick"
        case _:
            return None


async def _bans(homeserver: Homeserver, bot: Acting, room_id: str, user_id: UserId) -> bool:
    """Whether the ban is the bot's own: what a moderator of this side decided, no other side lifts."""
    address = path("v3", "rooms", room_id, "state", "m.room.member", user_id)
    event = await homeserver.call(Method.GET, address, bot, query={"format": "event"})
    return bool(event.get("sender") == bot.user_id)


async def set_power(homeserver: Homeserver, bot: Acting, room_id: str, action: SetPower) -> Outcome:
    """Patches what the action names into the room's power levels, and nothing else. What is so already is left."""
    address = path("v3", "rooms", room_id, "state", "m.room.power_levels", "")
    levels = await homeserver.call(Method.GET, address, bot)
    wanted = power.patched(levels, action)
    if wanted == levels:
        return Done()
    try:
        await homeserver.call(Method.PUT, address, bot, wanted)
    except Refused as refused:
        if refused.status == 403:
            return Dead("the bot may not change power levels in this room")
        raise
    return Done()
