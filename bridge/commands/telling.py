"""What commands tell: what can be asked for, which links there are, and how each stands."""

from collections.abc import Sequence

from bridge import notices, status
from bridge.commands.house import House
from bridge.hearing import Content, Hearing
from bridge.notices import notice, together
from bridge.rights import Place
from bridge.status import LinkStatus, Side
from bridge.store import linked, pauses, proposals
from bridge.store.proposals import Proposal

MOST = 30
"""Links that one answer names."""


async def tell_help(hearing: Hearing, _house: House) -> Content:
    """`help`: what may be asked for in this room."""
    return notice(notices.HELP[hearing.place.value])


async def tell_links(hearing: Hearing, house: House) -> Content:
    """`links`: names and rooms; those of this room, or all in the admin room."""
    found = await _links(hearing, house)
    lines = [
        notice(notices.LINK_LINE, name=link.name, state=await _state(hearing, link), **_rooms(link)) for link in found
    ]
    lines += [notice(notices.PROPOSAL_LINE, name=one.name, sender=one.by) for one in await _proposals(hearing)]
    return _cut(lines) if lines else notice(notices.NO_LINKS)


async def tell_status(hearing: Hearing, house: House) -> Content:
    """`status [NAME]`: how each link stands."""
    name = hearing.name
    found = [link for link in await _links(hearing, house) if name in (None, link.name)]
    lines = [
        line
        for link in found
        for line in (
            notice(notices.LINK_LINE, name=link.name, state=await _state(hearing, link), **_rooms(link)),
            *(notice(notices.SIDE_LINE, **_figures(side)) for side in link.sides),
        )
    ]
    return _cut(lines) if lines else notice(notices.NO_LINKS)


async def _links(hearing: Hearing, house: House) -> Sequence[LinkStatus]:
    """The links that this room may know of."""
    all_links = (await status.read(hearing.connection, house.bots, house.followers)).links
    if hearing.place is Place.ADMIN_ROOM:
        known = await hearing.connection.fetch("select name from link where source = any($1)", list(linked.TOLD))
        names = {row["name"] for row in known}
    else:
        names = {link.name for link in await linked.of(hearing.connection, hearing.here.ref)}
    return [link for link in all_links if link.name in names]


async def _proposals(hearing: Hearing) -> Sequence[Proposal]:
    if hearing.place is Place.ADMIN_ROOM:
        return await proposals.waiting(hearing.connection)
    return await proposals.waiting(hearing.connection, hearing.here.ref)


async def _state(hearing: Hearing, link: LinkStatus) -> str:
    paused = await pauses.sides(hearing.connection, link.name)
    return f"paused by the {' and the '.join(paused)}" if paused else link.state


def _rooms(link: LinkStatus) -> dict[str, str]:
    return {"room": link.room or notices.NO_ROOM_YET, "hub_room": link.hub_room or notices.NO_ROOM_YET}


def _figures(side: Side) -> dict[str, str]:
    oldest = side.oldest_unhandled_seconds
    return {
        "homeserver": side.homeserver,
        "mirrored": str(side.mirrored),
        "oldest": f"{oldest:.0f} s" if oldest is not None else "none",
        "depth": str(side.outbox_depth),
        "dead": str(side.dead_letters),
        "parked": f" · {side.parked}" if side.parked else "",
    }


def _cut(lines: Sequence[Content]) -> Content:
    more = [notice(notices.MORE, times=str(len(lines) - MOST))] if len(lines) > MOST else []
    return together([*lines[:MOST], *more])
