"""A conversation between a department and the hub, in English and Hindi, with markup: plays it, then compares what
people wrote with what people got.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bridge.lab.conversation import Conversation, Delivery, Said
from bridge.lab.scenario import Check, Table
from bridge.lab.script import TURNS
from bridge.lab.settled import settled
from bridge.lab.setu import STOP_SECONDS, Ended
from bridge.lab.site import Site
from bridge.lab.status import SideStatus

SHOWN = 3
"""Wrong ones that a check names."""


async def play(site: Site) -> AsyncIterator[Check | Table]:
    """The conversation in the site's first linked room; then Setu is asked to end."""
    link = next(iter(site.links.values()))
    conversation = Conversation(link, site.patience_seconds)
    await conversation.hold(TURNS)
    sides = await settled(site, link)
    deliveries = await conversation.deliveries()
    yield _table(deliveries, on_record=all(side.all_recorded for side in sides))
    for check in (_arrived, _in_order, _readable, _not_back, _unchanged):
        yield check(deliveries)
    yield _on_record(deliveries, sides)
    deadline = min(STOP_SECONDS, site.patience_seconds)
    yield _stopped(await site.setu.stop(deadline), deadline)
    yield _silent(site.setu.log, deliveries)


def _table(deliveries: Sequence[Delivery], on_record: bool) -> Table:
    head = ("written by", "from", "to", "words", "arrived as", "ms", "on record")
    return Table(head, [_row(delivery, on_record) for delivery in deliveries])


def _row(delivery: Delivery, on_record: bool) -> tuple[str, ...]:
    said, taken = delivery.said, delivery.milliseconds
    return (
        said.author.partition(" (")[0],
        said.side.homeserver.name,
        delivery.to.homeserver.name if delivery.copies else "nowhere",
        said.words.text,
        ", ".join(delivery.names),
        "" if taken is None else f"{taken:.0f}",
        "yes" if on_record else "no",
    )


def _arrived(deliveries: Sequence[Delivery]) -> Check:
    wrong = [f"{len(one.copies)} × {one.said.event_id}" for one in deliveries if len(one.copies) != 1]
    return Check(
        "arrival", f"each of the {len(deliveries)} messages arrived on the other side, once", not wrong, _some(wrong)
    )


def _in_order(deliveries: Sequence[Delivery]) -> Check:
    by_side: dict[str, list[int]] = {}
    for one in deliveries:
        by_side.setdefault(one.to.homeserver.name, []).extend(one.places[:1])
    ok = any(by_side.values()) and all(places == sorted(places) for places in by_side.values())
    return Check("order", "they stand there in the order in which they were written", ok, "" if ok else str(by_side))


def _readable(deliveries: Sequence[Delivery]) -> Check:
    wrong = [repr(name) for one in deliveries for name in one.names if not _names_the_author(name, one.said)]
    named = any(one.names for one in deliveries)
    return Check("names", "each copy names its author and their organisation", named and not wrong, _some(wrong))


def _names_the_author(name: str, said: Said) -> bool:
    return said.author in name and said.side.homeserver.organisation.name in name


def _not_back(deliveries: Sequence[Delivery]) -> Check:
    back = [f"{one.came_back} × {one.said.event_id}" for one in deliveries if one.came_back]
    return Check("loop", "none came back to the side that it was written on", not back, _some(back))


def _unchanged(deliveries: Sequence[Delivery]) -> Check:
    wrong = [one.said.event_id for one in deliveries if not one.unchanged]
    return Check("text", "text, Hindi and markup arrived as they were written", not wrong, _some(wrong))


def _on_record(deliveries: Sequence[Delivery], sides: Sequence[SideStatus]) -> Check:
    written = Counter(one.said.side.homeserver.name for one in deliveries)
    ok = bool(sides) and all(side.all_recorded and side.recorded >= written[side.homeserver] for side in sides)
    counts = ", ".join(f"{side.homeserver}: {side.recorded} of {side.journalled}" for side in sides)
    return Check("record", "all that the rooms saw is on the record", ok, counts)


def _stopped(ended: Ended, deadline: float) -> Check:
    detail = f"{ended.seconds:.1f} s, exit code {ended.code}"
    return Check("end", f"Setu ends within {deadline:g} s when it is asked to", ended.code == 0, detail)


def _silent(log: Path, deliveries: Sequence[Delivery]) -> Check:
    lines = log.read_text(encoding="utf-8", errors="replace")
    said = [one.said.event_id for one in deliveries if any(trace in lines for trace in one.said.words.traces())]
    return Check("log", "Setu's log holds none of the words", bool(lines) and not said, _some(said))


def _some(wrong: Sequence[str]) -> str:
    more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return ", ".join(wrong[:SHOWN]) + more
