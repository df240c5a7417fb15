"""Who comes and goes. A person's ghost follows them; what happens to a ghost on the other side happens to the person,
as far as our bot may do it.
"""

from bridge.actions import Action, CopyMedia, Join, Name, SetAvatar, SetMember
from bridge.mirror.kinds.files import LONGEST_MXC
from bridge.mirror.scene import Scene
from bridge.model import GHOST, Event, UserId, storable
from bridge.references import made

LONGEST_REASON = 500


def person(event: Event, scene: Scene) -> list[Action]:
    """What a membership event of a person leads to for the ghost."""
    ghost = scene.ghost
    match event.membership:
        case "join" if not ghost.joined and (is_ghost(event) or event.was == "join"):
            return []
        case "join":
            named = [] if ghost.named else [Name(ghost.user_id, ghost.name)]
            brought = [] if ghost.joined else [Join(ghost.user_id)]
            return [*named, *brought, *_picture(event, scene, len(named) + len(brought))]
        case "leave" if event.sender == event.state_key:
            return [SetMember(ghost.user_id, ghost.user_id, "leave")] if ghost.joined else []
        case "leave":
            return [SetMember(scene.bot, ghost.user_id, "unban" if event.was == "ban" else "leave", reason(event))]
        case "ban":
            return [SetMember(scene.bot, ghost.user_id, "ban", reason(event))]
        case _:
            return []


def ghost(event: Event, person: UserId, bot: UserId) -> list[Action]:
    """What somebody did to a ghost leads to for its person, at home."""
    match event.membership:
        case "invite":
            return [SetMember(bot, person, "invite")]
        case "leave" if event.was == "ban":
            return [SetMember(bot, person, "unban")]
        case "leave" | "ban" as removed:
            return [SetMember(bot, person, removed, reason(event))]
        case _:
            return []


def is_ghost(event: Event) -> bool:
    """Whether the membership is that of a bridge's ghost, ours or another's.

    Such a one gets no ghost for coming: else two bridges that link the same rooms would breed ghosts of ghosts. Anybody
    may claim it, and is then brought over when they speak. A change of name afterwards, which loses the sign, brings
    nobody either.
    """
    return event.content.get(GHOST) is True


def reason(event: Event) -> str | None:
    given = event.text("reason")
    return given[:LONGEST_REASON] if given else None


def picture(event: Event) -> str | None:
    """The address of the person's picture, where the membership event names one."""
    mxc = storable(event.content.get("avatar_url"), LONGEST_MXC)
    return mxc if mxc is not None and mxc.startswith("mxc://") else None


def _picture(event: Event, scene: Scene, before: int) -> list[Action]:
    """The actions for the picture, where so many stand before them in the chain."""
    if scene.ghost.pictured:
        return []
    mxc = picture(event)
    if mxc is None:
        return [SetAvatar(scene.ghost.user_id, "")]
    return [CopyMedia(scene.bot, scene.source, scene.reader, mxc), SetAvatar(scene.ghost.user_id, made(before))]
