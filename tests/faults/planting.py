"""How a fault is planted in the program before it starts."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from bridge.actions import Action, Send
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.perform import Performer
from bridge.store.outbox import Order

Fault = Callable[[], None]
Perform = Callable[[Performer, Order], Awaitable[Outcome]]


def plant(where: Any, name: str, what: Any) -> None:
    """Replaces what is there; a name that is not there is an error, so that no fault can wither unseen."""
    patch.object(where, name, what).start()


def orders(wrong: Callable[[Action], Action | None]) -> Fault:
    """An order is done as another one; None: it is said to be done, and is not."""

    def planted() -> None:
        perform = Performer.perform

        async def performed(performer: Performer, order: Order) -> Outcome:
            action = wrong(order.action)
            return Done("$lost") if action is None else await perform(performer, replace(order, action=action))

        plant(Performer, "perform", performed)

    return planted


def said(beginning: str, wrong: Callable[[Send], Action | None], *, of: str = "") -> Fault:
    """What is said for causes that begin so, and name this, is said as something else; None: it is said to be sent, and
    is not.
    """

    def planted() -> None:
        perform: Perform = Performer.perform

        async def performed(performer: Performer, order: Order) -> Outcome:
            concerned = order.cause.startswith(beginning) and of in order.cause
            if not concerned or not isinstance(order.action, Send):
                return await perform(performer, order)
            action = wrong(order.action)
            return Done("$lost") if action is None else await perform(performer, replace(order, action=action))

        plant(Performer, "perform", performed)

    return planted


def lost(_action: Send) -> None:
    """It is never sent."""
    return None
