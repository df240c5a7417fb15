"""Who comes and goes: a guest of one side does, and their ghost follows on the other; and what is done there to the
ghost reaches the guest. The steps follow one another; each brings the guest to where it begins.
"""

import os

from bridge.lab.steps.step import Step, Way, same

MEMBER = "m.room.member"


async def join(way: Way) -> None:
    await _come_in(way)
    name, organisation = way.guest_name, way.source.homeserver.organisation.name
    called = (await way.reader.state(way.target.room, MEMBER, way.ghost)).get("displayname", "")
    same((name in called, organisation in called), (True, True), f"that {called!r} names {name} and {organisation}")


async def rename(way: Way) -> None:
    new = f"{way.guest_name} IAS"
    await way.guest.set_name(new)
    await way.seen(lambda seen: _is(seen.event, way.ghost) and new in seen.content.get("displayname", ""), "new name")


async def picture(way: Way) -> None:
    data = os.urandom(9_000)
    await way.guest.set_picture(await way.guest.upload(data, "image/png"))
    shown = await way.seen(lambda seen: _is(seen.event, way.ghost) and "avatar_url" in seen.content, "picture")
    same(await way.reader.download(shown["content"]["avatar_url"]) == data, True, "that the bytes are equal")


async def leave(way: Way) -> None:
    await _come_in(way)
    await way.guest.leave(way.source.room)
    await _ghost_is(way, "leave")
    await _by(way, way.ghost)


async def kick(way: Way) -> None:
    await _come_in(way)
    await way.writer.kick(way.source.room, way.guest.user_id, "kick: the meeting is over")
    await _ghost_is(way, "leave", "kick: the meeting is over")
    await _by(way, way.bot)


async def invitation(way: Way) -> None:
    await _go_out(way)
    await way.reader.invite(way.target.room, way.ghost)
    await way.guest.invited_into(way.source.room, way.source.homeserver.bot, way.patience_seconds)
    await way.guest.join(way.source.room)
    await _ghost_is(way, "join")


async def removal(way: Way) -> None:
    await _come_in(way)
    await way.reader.kick(way.target.room, way.ghost, "removal: the wrong room")
    await way.becomes(lambda: _membership(way), ("leave", "removal: the wrong room"), "the guest at home")


async def ban(way: Way) -> None:
    await _go_out(way)
    await way.writer.ban(way.source.room, way.guest.user_id, "ban: an account in wrong hands")
    await _ghost_is(way, "ban", "ban: an account in wrong hands")


async def unban(way: Way) -> None:
    if await _membership(way) != ("ban", "ban: an account in wrong hands"):
        await way.writer.ban(way.source.room, way.guest.user_id)
    await _ghost_is(way, "ban", ...)
    await way.writer.unban(way.source.room, way.guest.user_id)
    await _ghost_is(way, "leave")
    await _come_in(way)


async def _membership(way: Way) -> tuple[object, object]:
    """Of the guest, at home."""
    state = await way.writer.state(way.source.room, MEMBER, way.guest.user_id)
    return state.get("membership"), state.get("reason")


async def _come_in(way: Way) -> None:
    """The guest is in the room, and so is the ghost."""
    if (await _membership(way))[0] != "join":
        await way.writer.invite(way.source.room, way.guest.user_id)
        await way.guest.join(way.source.room)
    await _ghost_is(way, "join")


async def _go_out(way: Way) -> None:
    """Neither the guest nor the ghost is in the room."""
    if (await _membership(way))[0] == "join":
        await way.guest.leave(way.source.room)
    await _ghost_is(way, "leave")


async def _ghost_is(way: Way, membership: str, reason: object = ...) -> None:
    """Waits until the ghost's membership is so; the reason too, where one is named."""

    async def now() -> tuple[object, object]:
        state = await way.reader.state(way.target.room, MEMBER, way.ghost)
        return state.get("membership"), (... if reason is ... else state.get("reason"))

    await way.becomes(now, (membership, reason), "the ghost")


async def _by(way: Way, sender: str) -> None:
    """Raises Wrong where the ghost's membership is not this user's doing."""
    same((await way.reader.state_event(way.target.room, MEMBER, way.ghost))["sender"], sender, "who did it")


def _is(event: object, ghost: str) -> bool:
    return isinstance(event, dict) and (event["type"], event.get("state_key")) == (MEMBER, ghost)


PEOPLE = (
    Step("join", "who joins is there as a ghost that names the person and the organisation", join),
    Step("rename", "a new display name is the ghost's, too", rename),
    Step("picture", "a new picture is the ghost's, too", picture),
    Step("leave", "who leaves takes the ghost along", leave),
    Step("kick", "who is removed is removed there, with the reason", kick),
    Step("invitation", "an invitation of a ghost reaches its person, who comes in on both sides", invitation),
    Step("removal", "the removal of a ghost reaches its person, with the reason", removal),
    Step("ban", "a ban holds on the other side, with its reason", ban),
    Step("unban", "a ban that is lifted is lifted there", unban),
)
