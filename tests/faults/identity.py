"""`python -m tests.faults.identity FAULT,… COMMAND ...`: the real `setu` command, with faults planted before it starts:
one for each check of the scenario `identity`, by its name.
"""

import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bots.identity import capacities, claims, letters
from bots.identity.commands.asking import Asking
from bots.identity.desk import Desk
from bots.identity.heard import Heard
from bots.identity.place import Place
from bots.identity.tag import STATE, Tag
from bridge import __main__, speaking
from bridge.actions import Action, Name, Send, SetMember, SetPower, SetProfile, SetState
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.perform import Performer
from bridge.hearing import Content, Hearing
from bridge.model import Entry, Room, UserId
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.speaking import Dressing
from bridge.store import alarms, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.store.outbox import Order
from tests.faults.planting import Fault, Perform, plant

COMMAND = (sys.executable, "-m", "tests.faults.identity")

HUB = "nic.lab"
NEHA, KIRAN = "@neha.", "@kiran."
Wrong = Callable[[Action], Action | None]


def _orders(concerned: Callable[[Order], bool], wrong: Wrong) -> Fault:
    """These orders are done as others; None: they are said to be done, and are not."""

    def planted() -> None:
        perform: Perform = Performer.perform

        async def performed(performer: Performer, order: Order) -> Outcome:
            if not concerned(order):
                return await perform(performer, order)
            action = wrong(order.action)
            return Done("$lost") if action is None else await perform(performer, replace(order, action=action))

        plant(Performer, "perform", performed)

    return planted


def _because(beginning: str, *, of: str = "", kind: type[Action] = Action) -> Callable[[Order], bool]:
    """Orders whose cause begins so and names somebody."""
    return lambda order: (
        order.cause.startswith(beginning) and of in order.cause and isinstance(order.action, kind)
    )  # fmt: skip


def _lost(_action: Action) -> Action | None:
    return None


def _in_english(action: Action) -> Action | None:
    assert isinstance(action, Send)
    return replace(action, content={**action.content, "body": "Please say who you are: `!id me NAME`"})


def _in_the_room_too() -> None:
    """What is said in a direct chat is said before everybody."""
    tell = letters.tell

    async def told(
        desk: Desk, connection: Connection, kek: Kek, there: Place, room: Room, person: UserId, cause: str, *rest: Any
    ) -> None:
        await tell(desk, connection, kek, there, room, person, cause, *rest)
        end = there.end_of(room)
        assert end is not None
        said = {"msgtype": "m.notice", "body": f"Nobody knows {person}"}
        bot = desk.customs.bot_on(end.homeserver)
        await outbox.put(connection, kek, end.lane, f"aloud:{cause}", [Send(bot, "m.room.message", said)])

    plant(letters, "tell", told)


def _powers(level: int | None, *, on_hub: bool) -> Callable[[Order], bool]:
    """Orders on one side that give somebody this level."""

    def concerned(order: Order) -> bool:
        here = (order.lane.homeserver == HUB) is on_hub
        return here and isinstance(order.action, SetPower) and level in order.action.users.values()

    return concerned


def _toothless(action: Action) -> Action | None:
    """From now on those may write who are meant not to."""
    assert isinstance(action, SetPower)
    return replace(action, events_default=-1)


def _unforgiving(action: Action) -> Action | None:
    assert isinstance(action, SetPower)
    return replace(action, users={user: -5 if level is None else level for user, level in action.users.items()})


def _tags(status: str, *, on_hub: bool) -> Callable[[Order], bool]:
    """Orders that show Neha so in one side's room."""

    def concerned(order: Order) -> bool:
        action = order.action
        here = (order.lane.homeserver == HUB) is on_hub and isinstance(action, SetState) and action.type == STATE
        return (
            here and isinstance(action, SetState) and _is_nehas(action.content) and action.content["status"] == status
        )

    return concerned


def _is_nehas(tag: Mapping[str, Any]) -> bool:
    return str(tag.get("user_id")).startswith(NEHA)


def _nobody_waits() -> None:
    async def nobody(*_: object) -> Sequence[object]:
        return []

    plant(claims, "waiting", nobody)


def _profiles(order: Order) -> bool:
    action = order.action
    return isinstance(action, SetProfile) and action.value is not None and _is_nehas(action.value)


def _subject_left_out() -> None:
    dressing = Heard.dressing

    async def dressed(heard: Heard, entry: Entry, target: Endpoint) -> Dressing:
        found = await dressing(heard, entry, target)
        return replace(found, before="[Official]") if found.before else found

    plant(Heard, "dressing", dressed)


def _untagged() -> None:
    tag = Heard.tag

    async def tagged(heard: Heard, person: UserId) -> speaking.Tag | None:
        found = await tag(heard, person)
        return replace(found, shown={}) if found is not None else None

    plant(Heard, "tag", tagged)


def _endless() -> None:
    begin: Callable[..., Awaitable[object]] = capacities.begin

    async def begun(*given: Any) -> object:
        *words, length = given
        return await begin(*words, length + timedelta(hours=1))

    plant(capacities, "begin", begun)


def _likeness_left_out() -> None:
    shown = Tag.shown
    assert isinstance(shown, property)
    read: Callable[[Tag], Mapping[str, Any]] = shown.fget
    plant(Tag, "shown", property(lambda tag: {key: value for key, value in read(tag).items() if key != "resembles"}))


def _of_ghosts(order: Order) -> bool:
    """Orders that put a ghost out of the hub's room."""
    action = order.action
    ghost = isinstance(action, SetMember) and action.user_id.startswith("@_setu_") and action.membership == "leave"
    return ghost and order.lane.homeserver == HUB


def _knows_nobody() -> None:
    async def unknown(_asking: Asking, hearing: Hearing) -> Content:
        return hearing.voice.notice("id-who-unknown", user=hearing.rest)

    plant(Asking, "who", unknown)


def _afterwards(more: Callable[[Connection, str], Awaitable[None]]) -> Fault:
    """When Neha is told that she was verified, something more is done with what she is told."""

    def planted() -> None:
        perform: Perform = Performer.perform
        concerned = _because("identity:decided:", kind=Send)

        async def performed(performer: Performer, order: Order) -> Outcome:
            outcome = await perform(performer, order)
            if concerned(order) and isinstance(order.action, Send):
                async with performer._pool.acquire() as connection:
                    await more(connection, str(order.action.content["body"]))
            return outcome

        plant(Performer, "perform", performed)

    return planted


async def _alarmed(connection: Connection, _body: str) -> None:
    await alarms.raise_alarm(connection, "planted", Saying.of("dead-letters"))


async def _written_down(connection: Connection, body: str) -> None:
    await connection.execute("update command set verb = $1", body)


async def _logged(_connection: Connection, body: str) -> None:
    logging.getLogger("bots.identity").warning("says %s", body)


FAULTS: Mapping[str, Fault] = {
    "told": _orders(_because("identity:told:", of=NEHA, kind=Send), _in_english),
    "restricted": _orders(_powers(-1, on_hub=False), _toothless),
    "restricted_there": _orders(_powers(-1, on_hub=True), _toothless),
    "reminded": _orders(_because("identity:reminded:"), _lost),
    "restored": _orders(_powers(None, on_hub=False), _unforgiving),
    "restored_there": _orders(_powers(None, on_hub=True), _unforgiving),
    "claimed": _orders(_tags("claimed", on_hub=True), _lost),
    "discreet": _in_the_room_too,
    "waits": _orders(_because("alarm:identity-claims:"), _lost),
    "pending": _nobody_waits,
    "verified": _orders(_because("identity:profile:", kind=Name), _lost),
    "shown": _orders(_tags("verified", on_hub=False), _lost),
    "profile": _orders(_profiles, _lost),
    "heard_of_it": _orders(_because("identity:decided:"), _lost),
    "badge": _subject_left_out,
    "origin": _untagged,
    "over": _endless,
    "caught": _orders(_because("identity-resembles:"), _lost),
    "marked": _likeness_left_out,
    "uninvited": _orders(_because("identity:turned-away:"), _lost),
    "put_out": _orders(_because("identity:removed:", kind=SetMember), _lost),
    "told_why": _orders(_because("identity:removed:", kind=Send), _lost),
    "no_ghost": _orders(_of_ghosts, _lost),
    "who": _knows_nobody,
    "sealed": _orders(_because("identity:told:", of=KIRAN, kind=Send), _lost),
    "calm": _afterwards(_alarmed),
    "database": _afterwards(_written_down),
    "log": _afterwards(_logged),
}


if __name__ == "__main__":
    for planted in sys.argv[1].split(","):
        FAULTS[planted]()
    sys.exit(__main__.main(sys.argv[2:]))
