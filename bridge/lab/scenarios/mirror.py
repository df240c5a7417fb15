"""Every kind of event that the mirror carries, both ways: people do it, and each sentence is one line. Messages go
several at once, as in a busy room; what is done to the room or to a guest, one after the other.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from bridge.lab.scenario import Check, Table
from bridge.lab.seat import seated
from bridge.lab.settled import settled
from bridge.lab.site import LinkedRoom, Side, Site
from bridge.lab.steps import whole
from bridge.lab.steps.files import FILES
from bridge.lab.steps.messages import MESSAGES
from bridge.lab.steps.people import PEOPLE
from bridge.lab.steps.relations import RELATIONS
from bridge.lab.steps.room import ROOM
from bridge.lab.steps.step import Step, Way

AT_ONCE = 4
"""Messages on their way in each direction."""
FULL_POWER = 100


async def play(site: Site) -> AsyncIterator[Check | Table]:
    """All of it in the site's first linked room."""
    link = next(iter(site.links.values()))
    async with AsyncExitStack() as stack:
        ways = [await _way(site, side, link, stack) for side in link.sides]
        await _give_power(link, stack)
        played = [_one_by_one(ROOM, ways), _beside(PEOPLE, ways)]
        played += [_at_once([*MESSAGES, *RELATIONS, *FILES], ways)]
        tasks = [asyncio.create_task(checks) for checks in played]
        try:
            for task in reversed(tasks):
                for check in await task:
                    yield check
        finally:
            for task in tasks:
                task.cancel()
        for check in await _whole(site, link):
            yield check


async def _way(site: Site, source: Side, link: LinkedRoom, stack: AsyncExitStack) -> Way:
    localpart = f"guest.{secrets.token_hex(4)}"
    name = f"Neha {localpart[-4:]}"
    guest = await seated(source.homeserver, localpart, name, stack)
    return Way(source, link.across(source), site.patience_seconds, guest, name)


async def _give_power(link: LinkedRoom, stack: AsyncExitStack) -> None:
    """The department lets the bot act in its room; the hub's administrator makes an official moderate the hub's."""
    department, hub = link.sides
    await department.people[0].empower(department.room, {department.homeserver.bot: FULL_POWER})
    administrator = await seated(hub.homeserver, f"admin.{secrets.token_hex(4)}", "Administrator", stack, admin=True)
    await administrator.make_moderator(hub.room, hub.people[0].user_id)


async def _one_by_one(steps: Sequence[Step], ways: Sequence[Way]) -> list[Check]:
    """Each step one way, then the other; where the first went wrong, that is known already."""
    checks = []
    for step in steps:
        there, back = ways
        checks.append(_check(step, [await step.outcome(there) or await step.outcome(back)]))
    return checks


async def _beside(steps: Sequence[Step], ways: Sequence[Way]) -> list[Check]:
    return [_check(step, await asyncio.gather(*(step.outcome(way) for way in ways))) for step in steps]


async def _at_once(steps: Sequence[Step], ways: Sequence[Way]) -> list[Check]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def check(step: Step) -> Check:
        async with turn:
            return _check(step, await asyncio.gather(*(step.outcome(way) for way in ways)))

    return list(await asyncio.gather(*map(check, steps)))


def _check(step: Step, wrong: Sequence[str]) -> Check:
    return Check(step.name, step.text, not any(wrong), "; ".join(filter(None, wrong)))


async def _whole(site: Site, link: LinkedRoom) -> list[Check]:
    told = await settled(site, link)
    seen = {side.homeserver.name: [one.event for one in side.people[0].seen_in(side.room)] for side in link.sides}
    held = {side.homeserver.name: await _held(side) for side in link.sides}
    people = frozenset(person.user_id for side in link.sides for person in side.people)
    bots = frozenset(side.homeserver.bot for side in link.sides)
    return [whole.none_came_back(seen), whole.each_once(seen, people, bots), whole.on_record(held, told)]


async def _held(side: Side) -> whole.Events:
    """What the homeserver has of the room since Setu came in."""
    return whole.since_joined(await side.people[0].history(side.room), side.homeserver.bot)
