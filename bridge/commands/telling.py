"""What commands tell: what can be asked for, which links there are, and how each stands."""

from collections.abc import Mapping, Sequence

from bridge import status
from bridge.commands.house import House
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.rights import Place
from bridge.saying import Saying
from bridge.status import LinkStatus, Side
from bridge.store import linked, pauses, proposals
from bridge.store.proposals import Proposal

MOST = 30
"""Links that one answer names."""

HELP: Mapping[Place, Saying] = {
    Place.ADMIN_ROOM: Saying.of("help-admin-room"),
    Place.DEPARTMENT: Saying.of("help-department"),
    Place.HUB: Saying.of("help-hub"),
}
STATES: Mapping[str, Saying] = {
    "open": Saying.of("link-open"),
    "opening": Saying.of("link-opening"),
    "parked": Saying.of("link-parked"),
}
"""Of links, as `bridge.status` has them."""
PAUSED: Mapping[str, Saying] = {
    "department": Saying.of("link-paused-by-department"),
    "hub": Saying.of("link-paused-by-hub"),
}
"""By the side that paused it."""


async def tell_help(hearing: Hearing, _house: House) -> Content:
    """`help`: what may be asked for in this room."""
    return hearing.voice.notice(HELP[hearing.place])


async def tell_links(hearing: Hearing, house: House) -> Content:
    """`links`: names and rooms; those of this room, or all in the admin room."""
    found = await _links(hearing, house)
    lines = [await _line(hearing, link) for link in found]
    lines += [Saying.of("proposal-line", name=one.name, sender=one.by) for one in await _proposals(hearing)]
    return _told(hearing, lines)


async def tell_status(hearing: Hearing, house: House) -> Content:
    """`status [NAME]`: how each link stands."""
    name = hearing.name
    found = [link for link in await _links(hearing, house) if name in (None, link.name)]
    lines = [line for link in found for line in (await _line(hearing, link), *map(_side_line, link.sides))]
    return _told(hearing, lines)


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


async def _line(hearing: Hearing, link: LinkStatus) -> Saying:
    none_yet = Saying.of("no-room-yet")
    return Saying.of(
        "link-line",
        name=link.name,
        state=await _state(hearing, link),
        room=link.room or none_yet,
        hub_room=link.hub_room or none_yet,
    )


async def _state(hearing: Hearing, link: LinkStatus) -> Saying:
    paused = await pauses.sides(hearing.connection, link.name)
    if len(paused) > 1:
        return Saying.of("link-paused-by-both")
    return PAUSED[next(iter(paused))] if paused else STATES[link.state]


def _side_line(side: Side) -> Saying:
    oldest = side.oldest_unhandled_seconds
    line = Saying.of(
        "side-line",
        homeserver=side.homeserver,
        mirrored=side.mirrored,
        oldest=Saying.of("waits-seconds", seconds=round(oldest)) if oldest is not None else Saying.of("waits-nothing"),
        depth=side.outbox_depth,
        dead=side.dead_letters,
    )
    return line if side.parked is None else Saying.of("side-line-parked", line=line, parked=side.parked)


def _told(hearing: Hearing, lines: Sequence[Saying]) -> Content:
    if not lines:
        return hearing.voice.notice("no-links")
    more = [Saying.of("more-lines", times=len(lines) - MOST)] if len(lines) > MOST else []
    return together([hearing.voice.notice(line) for line in (*lines[:MOST], *more)])
