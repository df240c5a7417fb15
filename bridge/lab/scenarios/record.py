"""What is said in an encrypted room stays on record, whatever becomes of it there: edits, deletions, a message that
vanishes, a photo. People know of it; it is found, handed over and verified by a stranger; then somebody changes one
byte behind Setu's back.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TypeVar

from bridge.lab.checked import checked
from bridge.lab.people import Inhabitants, home_affairs, informatics_centre
from bridge.lab.recorded import found, handed, kept, recall, stranger, told, verifying
from bridge.lab.recorded.cell import entered
from bridge.lab.recorded.handed import Handed
from bridge.lab.recorded.recall import Recall
from bridge.lab.recorded.rules import prepare
from bridge.lab.recorded.stranger import Stranger
from bridge.lab.recorded.talk import Line, Talk
from bridge.lab.recorded.verifying import Verifying
from bridge.lab.scenario import Check, Table
from bridge.lab.site import Site

__all__ = ["inhabitants", "play", "prepare"]

One = TypeVar("One")
Deeds = Mapping[str, tuple[str, Callable[[One], Awaitable[str | None]]]]


def inhabitants() -> Inhabitants:
    """The department speaks Hindi."""
    return Inhabitants(informatics_centre(), (replace(home_affairs(), language="hi"),))


async def play(site: Site) -> AsyncIterator[Check | Table]:
    """They talk; then it is asked what is on record of it, and last the record is changed."""
    async with AsyncExitStack() as stack:
        talk = Talk(await entered(site, stack))
        await _held(talk)
        async for check in _played(told.DEEDS, talk):
            yield check
        await kept.all_kept(talk)
        remembered = await recall.read(talk)
        yield _remembered(remembered)
        async for check in _played(recall.DEEDS, remembered):
            yield check
        async for check in _played(found.DEEDS, talk):
            yield check
        verifies, hands = Verifying(talk), Handed(talk)
        async for check in _played(handed.DEEDS, hands):
            yield check
        async for check in _played(verifying.BEFORE, verifies):
            yield check
        async for check in _played(stranger.DEEDS, Stranger(hands, verifies)):
            yield check
        async for check in _played(kept.DEEDS, talk):
            yield check
        async for check in _played(verifying.AFTER, verifies):
            yield check


async def _held(talk: Talk) -> None:
    """Neha and Kiran come in the middle of it."""
    cell = talk.cell
    await talk.begins()
    for host, guest, side in ((cell.ravi, cell.neha, cell.here), (cell.asha, cell.kiran, cell.there)):
        await host.invite(side.room, guest.user_id)
        await guest.join(side.room)
    await talk.goes_on()


async def _played(deeds: Deeds[One], one: One) -> AsyncIterator[Check]:
    """Each deed after the one before it."""
    for name, (sentence, deed) in deeds.items():
        yield await checked(name, sentence, deed(one))


def _remembered(remembered: Recall) -> Table:
    """What the record tells of what was said, for people."""
    rows = [(line.text.rpartition(" ")[0], _became(remembered, line)) for line in remembered.talk.lines]
    return Table(("said", "on record"), rows)


def _became(remembered: Recall, line: Line) -> str:
    beside = remembered.told.get(line.id)
    if beside is None:
        return "no"
    marks = [f"edited {len(beside['revisions'])} times"] if "revisions" in beside else []
    marks += [f"deleted by {beside['deleted']['by']}: {beside['deleted']['cause']}"] if "deleted" in beside else []
    marks += ["with a timer"] if "timer" in beside else []
    marks += ["with a reaction"] if "reactions" in beside else []
    return ", ".join(["yes", *marks])
