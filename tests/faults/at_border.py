"""Faults of the border: what crosses all the same, what waits that should not, and what is counted of it."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from bots.classification.room import releasing
from bots.classification.room.border import Posted
from bridge.mirror import border
from bridge.mirror.batch import Batch
from bridge.model import Entry, Fate, Room, RoomRef
from bridge.store import held, reconcile
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.links import Endpoint
from tests.faults.planting import Fault, plant


def crosses(meant: Callable[[Entry, Fate], bool]) -> Fault:
    """What stays at the border crosses all the same."""

    def planted() -> None:
        fate = Posted.fate

        def found(posted: Posted, entry: Entry, target: Endpoint) -> Fate | None:
            known = fate(posted, entry, target)
            return None if known is not None and meant(entry, known) else known

        plant(Posted, "fate", found)

    return planted


def beside(entry: Entry, _fate: Fate) -> bool:
    return entry.event.type in ("m.reaction", "m.room.topic") or "m.new_content" in entry.event.content


def blocked() -> None:
    """What is said after something that is held waits for it too."""
    stays = border.stays
    waiting = dict[tuple[RoomRef, int], int]()

    async def stayed(batch: Batch, entry: Entry, target: Endpoint) -> bool:
        here = (batch.room.ref, target.ref)
        if here in waiting and not entry.released and not entry.event.related and entry.event.type == "m.room.message":
            batch.crossings.hold(entry.pos, target.ref, Fate.HELD, waiting.pop(here))
            return True
        stay = await stays(batch, entry, target)
        if stay and entry.event.content.get("msgtype") == "m.file":
            waiting[here] = entry.pos
        return stay

    plant(border, "stays", stayed)


def alone() -> None:
    """What is released goes on without what depends on it."""
    go_on = held._go_on

    async def alone(connection: Connection, journal: Journal, entries: Sequence[Entry], room: Room) -> int:
        return await go_on(connection, journal, entries[:1], room)

    plant(held, "_go_on", alone)


def first_refusal_releases() -> None:
    """What an officer refuses first goes on."""
    refuse, refusals = releasing.refuse, count()

    async def refused(*given: Any) -> bool:
        return await (refuse(*given) if next(refusals) else releasing.release(*given))

    plant(releasing, "refuse", refused)


def held_is_refused() -> None:
    """What is held is counted as what does not cross."""
    reason = reconcile._reason
    plant(reconcile, "_reason", lambda became: "refused" if became == Fate.HELD else reason(became))


def held_for_ever() -> None:
    """What is refused is never written down as such."""

    async def refused(*_: object) -> Sequence[int]:
        return []

    plant(held, "refuse", refused)
