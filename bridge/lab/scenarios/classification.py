"""Nothing above a room's ceiling stays, or crosses: what is far above it is refused before it is sent, and taken back
where it was encrypted; what is a little above it waits at the border for an officer. In one linked room in clear and
one that its people encrypt, as they see it on both sides; then it is asked what is counted, and what is at rest.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TypeVar

from bridge.lab import at_rest
from bridge.lab.checked import checked
from bridge.lab.classified import asked, ceiling, everyday, held, spill
from bridge.lab.classified.everyday import Everyday
from bridge.lab.classified.held import Held
from bridge.lab.classified.letters import Letters
from bridge.lab.classified.officers import Officers
from bridge.lab.classified.post import Post
from bridge.lab.classified.rules import CLEAR, SEALED, prepare
from bridge.lab.classified.spill import Spill
from bridge.lab.fresh import Words
from bridge.lab.nio_client import NioClient
from bridge.lab.people import Inhabitants, home_affairs, informatics_centre
from bridge.lab.scenario import Check, Table
from bridge.lab.settled import settled
from bridge.lab.site import Side, Site

__all__ = ["LINKS", "inhabitants", "play", "prepare"]

LINKS = (CLEAR, SEALED)
One = TypeVar("One")
Deeds = Mapping[str, tuple[str, Callable[[One], Awaitable[str | None]]]]


def inhabitants() -> Inhabitants:
    """The department speaks Hindi; both homeservers ask before they send."""
    return Inhabitants(
        replace(informatics_centre(), gate="open"), (replace(home_affairs(), language="hi", gate="open"),)
    )


async def play(site: Site) -> AsyncIterator[Check | Table]:
    """First what nobody hears of, then both rooms at once."""
    words = Words()
    post = Post(site, site.links[CLEAR], words)
    officers = Officers(site)
    letters = Letters(post.ravi, post.here.homeserver.name, site.patience_seconds)
    async with AsyncExitStack() as stack:
        spilled = await _set_up(post, officers, letters, stack)
        for check in await _played(everyday.DEEDS, Everyday(post, officers, letters)):
            yield check
        tasks = [
            asyncio.create_task(_played(spill.DEEDS, spilled)),
            asyncio.create_task(_played({**held.DEEDS, **asked.DEEDS}, Held(post, officers, letters))),
        ]
        try:
            for task in tasks:
                for check in await task:
                    yield check
        finally:
            for task in tasks:
                task.cancel()
        yield await checked("shown", ceiling.SHOWN, ceiling.shown(post))
        yield await checked("lower", ceiling.LOWER, ceiling.lower(post))
    yield _read(officers, letters)
    yield await _calm(site)
    yield await _database(site, words)
    yield _log(site, words)


async def _set_up(post: Post, officers: Officers, letters: Letters, stack: AsyncExitStack) -> Spill:
    """The bot comes into the offices; the second room is encrypted."""
    site, sealed = post.site, post.site.links[SEALED]
    for room in site.rooms_beside.values():
        await post.asha.bring_in(room, post.there.homeserver.bot, site.patience_seconds)
    ravi, asha = [await _seat(side, site, stack) for side in sealed.sides]
    await ravi.encrypt(sealed.department.room)
    return Spill(sealed, ravi, asha, officers, letters, post.words)


async def _seat(side: Side, site: Site, stack: AsyncExitStack) -> NioClient:
    """The first person of a side at a new device that encrypts."""
    client = NioClient(side.homeserver.synapse.url, site.setu.folder / "clients" / secrets.token_hex(4))
    stack.push_async_callback(client.close)
    await client.log_in(side.people[0].user_id, side.homeserver.organisation.people[0].password)
    return client


async def _played(deeds: Deeds[One], one: One) -> Sequence[Check]:
    """Each deed after the one before it."""
    return [await checked(name, sentence, deed(one)) for name, (sentence, deed) in deeds.items()]


def _read(officers: Officers, letters: Letters) -> Table:
    """What people were told, for people."""
    rows = [("Ravi", seen.body or "") for seen in letters.read()]
    rows += [("security", seen.body or "") for seen in officers.told()]
    return Table(("told", "words"), [(who, " ".join(text.split())) for who, text in rows])


async def _calm(site: Site) -> Check:
    """As an administrator asks, once nothing is left to do."""
    for link in site.links.values():
        await settled(site, link)
    alarms = (await site.setu.status()).alarms
    return Check("calm", "no alarm stands: nothing that was decided was refused", not alarms, str(alarms or ""))


async def _database(site: Site, words: Words) -> Check:
    tables = await at_rest.found(site.database_url, words.marks)
    sentence = "what was said, in messages, files and reasons, stands nowhere in clear in the database"
    return Check("database", sentence, not tables, ", ".join(tables))


def _log(site: Site, words: Words) -> Check:
    lines = site.setu.log.read_text(encoding="utf-8", errors="replace")
    told = sum(mark in lines for mark in words.marks)
    detail = f"{told} of them" if told else ""
    return Check("log", "Setu's log holds none of it", bool(lines) and not told, detail)
