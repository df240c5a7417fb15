"""`python -m tests.faults FAULT,… COMMAND ...`: the real `setu` command, with faults planted before it starts."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from bots.retention import record
from bridge import __main__, run
from bridge.actions import Send
from bridge.customs import Customs
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.perform import Performer
from bridge.mirror import follower, speaker
from bridge.model import Event
from bridge.origin import Origin
from bridge.store.outbox import Order
from tests.faults.mirrored import FAULTS as MIRRORED
from tests.faults.planting import plant

Sending = Callable[[Order], Awaitable[Outcome]]
HELD_SECONDS = 1.0
"""How long a message waits for one to overtake it; two of one breath come far closer."""


def lost() -> None:
    """Every third copy is said to be sent, and is not."""
    sent = iter(range(1, sys.maxsize))

    async def losing(send: Sending, order: Order) -> Outcome:
        return Done("$lost") if next(sent) % 3 == 0 else await send(order)

    _plant_in_sending(losing)


def doubled() -> None:
    """Every copy is sent again under another transaction id."""

    async def twice(send: Sending, order: Order) -> Outcome:
        await send(replace(order, cause=f"{order.cause} again"))
        return await send(order)

    _plant_in_sending(twice)


def disordered() -> None:
    """Of two copies that follow close on each other, the second goes first."""
    overtaken = dict[int, asyncio.Event]()
    held = set[asyncio.Task[None]]()

    async def later(turn: asyncio.Event, send: Sending, order: Order) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(turn.wait(), HELD_SECONDS)
        turn.set()
        await send(order)

    async def swapped(send: Sending, order: Order) -> Outcome:
        turn = overtaken.pop(order.lane.endpoint, None)
        if turn is None or turn.is_set():
            turn = overtaken[order.lane.endpoint] = asyncio.Event()
            held.add(asyncio.create_task(later(turn, send, order)))
            return Done("$held")
        outcome = await send(order)
        turn.set()
        return outcome

    _plant_in_sending(swapped)


def nameless() -> None:
    """Every ghost is called the same."""
    plant(Customs, "ghost_name", lambda customs, origin: "a user of Setu")


def echoing() -> None:
    """A copy is copied back once."""
    returns = speaker.returns

    def once(event: Event, origin: Origin, target: str | None) -> bool:
        return len(origin.via) > 2 and returns(event, origin, target)

    plant(follower, "returns", once)


def altered() -> None:
    """Copies have no markup."""

    async def plain(send: Sending, order: Order) -> Outcome:
        assert isinstance(order.action, Send)
        content = {key: value for key, value in order.action.content.items() if "format" not in key}
        return await send(replace(order, action=replace(order.action, content=content)))

    _plant_in_sending(plain)


def unrecorded() -> None:
    """The retention bot reads, and writes nothing."""

    async def nothing(*_: Any) -> None:
        return None

    plant(record, "write", nothing)


def talkative() -> None:
    """The log repeats what people write."""

    async def told(send: Sending, order: Order) -> Outcome:
        assert isinstance(order.action, Send)
        logging.getLogger("bridge.gateway").info("sends %s", dict(order.action.content))
        return await send(order)

    _plant_in_sending(told)


def deaf() -> None:
    """It does not end when it is asked to."""

    async def forever(*_: Any) -> None:
        await asyncio.Event().wait()

    plant(run, "_until", forever)


FAULTS = {
    fault.__name__: fault
    for fault in (lost, doubled, disordered, nameless, echoing, altered, unrecorded, talkative, deaf)
}


def _plant_in_sending(fault: Callable[[Sending, Order], Awaitable[Outcome]]) -> None:
    """Lets the fault do what the gateway does with a message."""
    perform = Performer.perform

    async def performed(performer: Performer, order: Order) -> Outcome:
        send = partial(perform, performer)
        return await (fault(send, order) if isinstance(order.action, Send) else send(order))

    plant(Performer, "perform", performed)


if __name__ == "__main__":
    for planted in sys.argv[1].split(","):
        {**FAULTS, **MIRRORED}[planted]()
    sys.exit(__main__.main(sys.argv[2:]))
