"""`python -m tests.faults.secret FAULT,… COMMAND ...`: the real `setu` command, with faults planted before it starts:
one for each check of the scenario `encrypted`, by its name; and `impatient`, which is no fault: it waits shorter.
"""

import json
import logging
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mautrix.api import Method

from bots.retention.follower import Retention
from bridge import __main__, reading
from bridge.actions import Action, Redact, Send
from bridge.e2ee.devices import Device
from bridge.gateway.e2ee.directory import Directory
from bridge.gateway.e2ee.encryption import Policy
from bridge.gateway.homeserver import Acting, path
from bridge.gateway.outcome import Outcome
from bridge.gateway.perform import Performer
from bridge.mirror import unread
from bridge.model import Entry, Room, UserId
from bridge.saying import Saying
from bridge.store import alarms
from bridge.store.database import Connection
from bridge.store.outbox import Order
from tests.faults.planting import Fault, orders, plant

Content = dict[str, Any]

COMMAND = (sys.executable, "-m", "tests.faults.secret")

LATE = "from now on"
"""Words of the last copies: what is done to a room after them spoils nothing else."""


def _afterwards(words: str, more: Callable[[Performer, Order, Send], Awaitable[None]]) -> Fault:
    """When the copy that holds these words is sent, something more is done."""

    def planted() -> None:
        perform = Performer.perform

        async def performed(performer: Performer, order: Order) -> Outcome:
            outcome = await perform(performer, order)
            if isinstance(order.action, Send) and _holds(order.action, words):
                await more(performer, order, order.action)
            return outcome

        plant(Performer, "perform", performed)

    return planted


def _holds(action: Send, words: str) -> bool:
    return action.type != "m.room.encrypted" and words in json.dumps(action.content, ensure_ascii=False)


def _copies(words: str, wrong: Callable[[Content], Content]) -> Fault:
    """The copy that holds these words is another one."""

    def otherwise(action: Action) -> Action | None:
        if not isinstance(action, Send) or not _holds(action, words):
            return action
        return replace(action, content=wrong(dict(action.content)))

    return orders(otherwise)


def _without_relation(content: Content) -> Content:
    return {key: value for key, value in content.items() if key != "m.relates_to"}


def _elsewhere(content: Content) -> Content:
    return {**content, "m.relates_to": {**content["m.relates_to"], "event_id": "$elsewhere"}}


def _in_clear(content: Content) -> Content:
    """A picture as it is shown in rooms that are not encrypted."""
    return {key: value for key, value in content.items() if key != "file"} | {"url": content["file"]["url"]}


def _nobodys(words: str) -> Fault:
    """A copy is sent by the bot, and not under its author's name."""

    def otherwise(action: Action) -> Action | None:
        mine = isinstance(action, Send) and str(action.content.get("body", "")).startswith(words)
        return replace(action, as_user=_bot(action.as_user)) if mine else action

    return orders(otherwise)


def _bot(ghost: UserId) -> UserId:
    return UserId(f"@setu:{ghost.partition(':')[2]}")


def _not_taken_back(action: Action) -> Action | None:
    return None if isinstance(action, Redact) else action


def _first_device_only() -> None:
    """Whoever had a device when first met never gets another."""
    first = defaultdict[str, set[str]](set)
    ask = Directory.devices

    async def devices(directory: Directory, acting: Acting, users: Collection[UserId]) -> tuple[Sequence[Device], int]:
        found, change = await ask(directory, acting, users)
        for user in {device.user_id for device in found} - first.keys():
            first[user] = {device.device_id for device in found if device.user_id == user}
        return [device for device in found if device.device_id in first[device.user_id]], change

    plant(Directory, "devices", devices)


def _nothing_for_meera() -> None:
    """One colleague gets no keys."""
    refusal = Policy.refusal

    def refused(policy: Policy, device: Device) -> str | None:
        return "m.unauthorised" if device.user_id.startswith("@meera") else refusal(policy, device)

    plant(Policy, "refusal", refused)


async def _unencrypted(performer: Performer, order: Order, action: Send) -> None:
    """The hub's room says no more that it is encrypted."""
    side, room = performer._side, str(order.room_id)
    if side.homeserver.name == "nic.lab":
        address = path("v3", "rooms", room, "state", "m.room.encryption", "")
        await side.homeserver.call(Method.PUT, address, await side.accounts.ready(side.bot), {})


def _leaks(homeserver: str) -> Fault:
    """A copy is sent in clear too, where no client shows it."""

    async def leak(performer: Performer, order: Order, action: Send) -> None:
        side, room = performer._side, str(order.room_id)
        if side.homeserver.name == homeserver:
            address = path("v3", "rooms", room, "send", "lab.setu.leak", f"leak{order.id}")
            acting = await side.accounts.ready(action.as_user)
            await side.homeserver.call(Method.PUT, address, acting, {"leak": action.content["body"]})

    return _afterwards(LATE, leak)


def _clear_on_record() -> None:
    """The retention bot passes by what was said encrypted."""
    step = Retention.step

    async def stepped(retention: Retention, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        if not any(entry.encrypted for entry in entries):
            await step(retention, connection, room, entries)

    plant(Retention, "step", stepped)


async def _written_down(performer: Performer, order: Order, action: Send) -> None:
    async with performer._pool.acquire() as connection:
        await alarms.raise_alarm(
            connection, f"leak:{order.id}", Saying.of("kept-words", text=str(action.content["body"]))
        )


async def _logged(performer: Performer, order: Order, action: Send) -> None:
    logging.getLogger("bridge.gateway").warning("sends %s", action.content["body"])


FAULTS: Mapping[str, Fault] = {
    "there": _nobodys("there "),
    "back": _nobodys("back "),
    "reply": _copies("reply: two metres", _without_relation),
    "edit": _copies("edit: at 15:00", _without_relation),
    "reaction": _copies("👍", _elsewhere),
    "image": _copies('"m.image"', _in_clear),
    "taken_back": orders(_not_taken_back),
    "device": _first_device_only,
    "colleague": _nothing_for_meera,
    "both": _afterwards(LATE, _unencrypted),
    "sealed_here": _leaks("mha.lab"),
    "sealed_there": _leaks("nic.lab"),
    "record": _clear_on_record,
    "database": _afterwards(LATE, _written_down),
    "log": _afterwards(LATE, _logged),
}


def impatient() -> None:
    """A room is told soon of what cannot be read, and no event waits long for its key."""
    plant(unread, "PERSISTS", timedelta(seconds=1))
    plant(reading, "PATIENCE", timedelta(seconds=1.5))


if __name__ == "__main__":
    for planted in sys.argv[1].split(","):
        {**FAULTS, "impatient": impatient}[planted]()
    sys.exit(__main__.main(sys.argv[2:]))
