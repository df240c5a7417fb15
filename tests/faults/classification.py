"""`python -m tests.faults.classification FAULT,… COMMAND ...`: the real `setu` command, with faults planted before it
starts: one for each check of the scenario `classification`, by its name.
"""

import logging
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bots.classification.engine import Engine
from bots.classification.gate.porter import Porter
from bots.classification.room import cases, ceilings, containment, officers, revisions
from bots.classification.room.acting import Acting
from bots.classification.room.commands import asking, deciding, rights
from bots.classification.verdict import Finding, Level, Verdict
from bridge import __main__
from bridge.actions import Action, Send, SetState
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.perform import Performer
from bridge.languages import ENGLISH
from bridge.model import Fate, HomeserverName, RoomRef
from bridge.saying import Saying
from bridge.store import alarms
from bridge.store.database import Connection
from bridge.store.outbox import Order
from bridge.voice import Voice
from tests.faults import at_border
from tests.faults.planting import Fault, Perform, lost, plant, said

COMMAND = (sys.executable, "-m", "tests.faults.classification")

CONFIDENTIAL = Level("IN", "CONFIDENTIAL", 30)
HUB = "nic.lab"
ROOM = re.compile(r"![^ ]+")


def _in_english(action: Send) -> Action:
    room = ROOM.search(str(action.content["body"]))
    assert room is not None
    english = f"Your message in {room[0]} carries the marking **SECRET**. `!mark why` tells the grounds."
    return replace(action, content={**action.content, "body": english})


def _false_alarm() -> None:
    """Secret Santa is taken for a marking."""
    judge = Engine.judge_event

    def judged(engine: Engine, event_type: str, content: Mapping[str, Any]) -> Verdict:
        if "Secret Santa" not in str(content.get("body")):
            return judge(engine, event_type, content)
        return Verdict((Finding("in.banner", "MARKING", "marking", "body", 0, 6, ("banner",), 0.9, CONFIDENTIAL),))

    plant(Engine, "judge_event", judged)


def _porter_speaks_english() -> None:
    async def english(porter: Porter, _homeserver: HomeserverName, _room: str, _sender: object) -> Voice:
        return Voice(porter.host.tongues.catalogues, ENGLISH)

    plant(Porter, "_voice", english)


def _left_standing() -> None:
    """What was said and is far above the ceiling does not cross, and stays where it was said."""
    contain = containment.contain

    async def contained(desk: Any, connection: Connection, kek: Any, case: cases.Case) -> None:
        if case.occasion != "said":
            await contain(desk, connection, kek, case)

    plant(containment, "contain", contained)


def _says_it_aloud() -> None:
    """What the writer is told privately is told to the room too."""
    remind = Acting._remind

    async def reminded(one: Acting) -> None:
        await remind(one)
        if "redact" in one.case.deeds:
            what = Saying.of("mark-warn", ceiling=one.ceiling)
            cause = f"aloud:{one.case.number}"
            await one.desk.letters.tell_room(one.connection, one.kek, one.end, cause, what)

    plant(Acting, "_remind", reminded)


def _tells_content() -> None:
    """Officers read what was said."""
    said: list[str] = []
    judge, tell = Engine.judge_event, officers.tell

    def judged(engine: Engine, event_type: str, content: Mapping[str, Any]) -> Verdict:
        verdict = judge(engine, event_type, content)
        if verdict.level is not None and "body" in content:
            said.append(str(content["body"]))
        return verdict

    async def told(desk: Any, connection: Connection, kek: Any, cause: str, what: Saying) -> None:
        if what.message == "mark-officer-incident":
            what = replace(what, words={**what.words, "user": f"{what.words['user']} ({said[-1]})"})
        await tell(desk, connection, kek, cause, what)

    plant(Engine, "judge_event", judged)
    plant(officers, "tell", told)


def _never_closed() -> None:
    put = cases.set_incident

    async def set_incident(connection: Connection, case: cases.Case, state: str) -> None:
        if state != "closed":
            await put(connection, case, state)

    plant(cases, "set_incident", set_incident)


def _answers_before_everybody() -> None:
    plant(asking, "is_at_home", lambda *_: True)


def _everybody_is_an_officer() -> None:
    plant(rights, "OF_OFFICERS", rights.ANYWHERE)
    plant(deciding, "is_at_home", lambda _desk, _hearing: True)


def _edit_forgotten() -> None:
    async def itself(_connection: Connection, _room: RoomRef, event_id: str) -> Sequence[str]:
        return [event_id]

    plant(revisions, "of", itself)


def _shown_on_one_side() -> None:
    perform: Perform = Performer.perform

    async def performed(performer: Performer, order: Order) -> Outcome:
        shows = isinstance(order.action, SetState) and order.action.content.get("ceiling") == "IN:RESTRICTED"
        return Done("$lost") if shows and order.lane.homeserver == HUB else await perform(performer, order)

    plant(Performer, "perform", performed)


def _higher_counts() -> None:
    plant(ceilings, "min", max)


def _afterwards(more: Callable[[Connection, str], Awaitable[None]]) -> Fault:
    """When something ordinary is copied, more is done with it."""

    def planted() -> None:
        perform: Perform = Performer.perform

        async def performed(performer: Performer, order: Order) -> Outcome:
            outcome = await perform(performer, order)
            body = str(order.action.content.get("body")) if isinstance(order.action, Send) else ""
            if "Restricted Holidays" in body:
                async with performer._pool.acquire() as connection:
                    await more(connection, body)
            return outcome

        plant(Performer, "perform", performed)

    return planted


async def _alarmed(connection: Connection, _body: str) -> None:
    await alarms.raise_alarm(connection, "planted", Saying.of("dead-letters"))


async def _written_down(connection: Connection, body: str) -> None:
    await connection.execute("update endpoint set why = $1", Saying.of("kept-words", text=body).stored())


async def _logged(_connection: Connection, body: str) -> None:
    logging.getLogger("bots.classification").warning("says %s", body)


FAULTS: Mapping[str, Fault] = {
    "everyday": _false_alarm,
    "unsent": _porter_speaks_english,
    "taken_back": _left_standing,
    "kept_here": at_border.crosses(lambda _entry, fate: fate is Fate.REFUSED),
    "told": said("classification:remind:", _in_english),
    "reported": _tells_content,
    "contained": said("classification:contained:", lost),
    "closed": _never_closed,
    "discreet": _says_it_aloud,
    "held": at_border.blocked,
    "counted_held": at_border.held_is_refused,
    "released": at_border.alone,
    "refused": at_border.first_refusal_releases,
    "why": _answers_before_everybody,
    "wrong": said("classification:wrong:", lost),
    "beside": at_border.crosses(at_border.beside),
    "nobodys": _everybody_is_an_officer,
    "marked": _edit_forgotten,
    "counted_after": at_border.held_for_ever,
    "shown": _shown_on_one_side,
    "lower": _higher_counts,
    "calm": _afterwards(_alarmed),
    "database": _afterwards(_written_down),
    "log": _afterwards(_logged),
}


if __name__ == "__main__":
    for planted in sys.argv[1].split(","):
        FAULTS[planted]()
    sys.exit(__main__.main(sys.argv[2:]))
