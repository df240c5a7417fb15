"""Links that end or rest by a command. Nothing of a link is deleted: its ghosts go, its rooms and its record stay."""

from bridge.actions import Leave
from bridge.commands.house import House
from bridge.hearing import Content, Hearing
from bridge.model import EndpointRef
from bridge.rights import Place
from bridge.saying import Saying
from bridge.store import linked, links, outbox, pauses
from bridge.store.linked import Linked
from bridge.store.links import Endpoint


async def unlink(hearing: Hearing, _house: House) -> Content:
    """`unlink NAME`: for good where it was made in chat; a link of the configuration rests until the next start."""
    link = await _link(hearing)
    if link is None:
        return hearing.voice.notice("no-link")
    if link.source == "yaml":
        await pauses.begin(hearing.connection, link.name, _side(hearing), hearing.room, hearing.pos, until_start=True)
        return hearing.voice.notice("in-configuration", name=link.name)
    await linked.stop(hearing.connection, link.name)
    await _tell(hearing, link, Saying.of("unlinked-there", name=link.name, sender=hearing.sender))
    for ref in (link.department, link.hub):
        await _send_off(hearing, await links.by_ref(hearing.connection, ref))
    return hearing.voice.notice("unlinked", name=link.name)


async def pause(hearing: Hearing, _house: House) -> Content:
    """`pause NAME`: what is said from here on is not carried, also not later; it is on record."""
    link = await _link(hearing)
    if link is None:
        return hearing.voice.notice("no-link")
    if _side(hearing) in await pauses.sides(hearing.connection, link.name):
        return hearing.voice.notice("paused-already", name=link.name)
    await pauses.begin(hearing.connection, link.name, _side(hearing), hearing.room, hearing.pos)
    await _tell(hearing, link, Saying.of("paused-there", name=link.name, sender=hearing.sender))
    return hearing.voice.notice("paused", name=link.name)


async def resume(hearing: Hearing, _house: House) -> Content:
    """`resume NAME`: each side lets go on what it has paused itself."""
    link = await _link(hearing)
    if link is None:
        return hearing.voice.notice("no-link")
    sides, own = await pauses.sides(hearing.connection, link.name), _side(hearing)
    if own not in sides:
        if sides:
            return hearing.voice.notice("paused-by-others", name=link.name)
        return hearing.voice.notice("not-paused", name=link.name)
    missed = await pauses.end(hearing.connection, link.name, own, hearing.room, hearing.pos)
    if len(sides) > 1:
        return hearing.voice.notice("paused-by-others", name=link.name)
    await _tell(hearing, link, Saying.of("resumed-there", name=link.name, sender=hearing.sender, times=missed))
    return hearing.voice.notice("resumed", name=link.name, times=missed)


async def _link(hearing: Hearing) -> Linked | None:
    """The link at work that the command names."""
    found = await linked.named(hearing.connection, hearing.name or "")
    return found if found is not None and found.active and found.source in linked.TOLD else None


def _side(hearing: Hearing) -> str:
    """The side that the sender speaks for."""
    return "department" if hearing.place is Place.DEPARTMENT else "hub"


async def _tell(hearing: Hearing, link: Linked, what: Saying) -> None:
    """The rooms of the link in which the command was not said are told of it."""
    for ref in (link.department, link.hub):
        end = await links.by_ref(hearing.connection, ref)
        if end.ref != hearing.here.ref:
            await hearing.say(end, what)


async def _send_off(hearing: Hearing, end: Endpoint) -> None:
    """The ghosts that this link alone brought leave."""
    for ghost in await linked.send_off(hearing.connection, EndpointRef(end.ref)):
        cause = f"{hearing.cause}:leaves:{end.ref}:{ghost}"
        await outbox.put(hearing.connection, hearing.kek, end.lane, cause, [Leave(ghost)])
