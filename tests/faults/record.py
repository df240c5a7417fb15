"""`python -m tests.faults.record FAULT,… COMMAND ...`: the real `setu` command, with faults planted before it starts:
one for each check of the scenario `record`, by its name.
"""

import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bots.retention import record, relation, sealed_words, work
from bots.retention.facts import timer
from bots.retention.facts.cause import Bridges, Cause, Redaction
from bots.retention.facts.timer import Timer
from bots.retention.leaf import Record, record_leaf
from bots.retention.openly import status
from bots.retention.relation import NONE, Relation
from bots.retention.search import rows, whisper
from bots.retention.search.vocabulary import Vocabulary
from bots.retention.search.words import words
from bridge import __main__
from bridge.actions import Send
from bridge.gateway.outcome import Outcome
from bridge.gateway.perform import Performer
from bridge.hearing import Content, Hearing
from bridge.model import Entry, Room, UserId
from bridge.saying import Saying
from bridge.store import alarms, links, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.store.outbox import Order
from tests.faults import handed_over, unverified
from tests.faults.planting import Fault, Perform, lost, plant, said

COMMAND = (sys.executable, "-m", "tests.faults.record")

DEPARTMENT, HUB, NEHA = "mha.lab", "nic.lab", "@neha."
LAST = "by telephone"
"""Words of the last thing that is said: what is done after it spoils nothing else."""


def _in_english(action: Send) -> Send:
    room = str(action.content["body"]).split()[2].rstrip(".,")
    told = f"You have joined {room}. It is recorded. Write `!records status` in the room to learn more."
    return replace(action, content={**action.content, "body": told})


def _knows_nothing() -> None:
    async def figures(_connection: Connection, _room: Room) -> None:
        return None

    plant(status, "_figures", figures)


def _unrelated(kind: str) -> Fault:
    """Nothing of this kind is related to anything."""

    def planted() -> None:
        related = relation.of

        def of(entry: Entry) -> Relation:
            found = related(entry)
            return NONE if found[0] == kind else found

        plant(relation, "of", of)

    return planted


def _blamed(right: Cause, wrong: Cause) -> Fault:
    """A cause is told as another one."""

    def planted() -> None:
        cause = Bridges.cause

        def told(bridges: Bridges, redaction: Redaction) -> Cause:
            found = cause(bridges, redaction)
            return wrong if found == right else found

        plant(Bridges, "cause", told)

    return planted


def _a_moment_later() -> None:
    of_message = timer.of_message

    def later(content: Mapping[str, Any]) -> Timer | None:
        found = of_message(content)
        return replace(found, due=found.due + 1) if found is not None and found.due is not None else found

    plant(timer, "of_message", later)


def _half_as_long() -> None:
    of_room = timer.of_room

    def half(kind: str | None, content: Mapping[str, Any]) -> Timer | None:
        found = of_room(kind, content)
        length = found.milliseconds if found is not None else None
        return replace(found, milliseconds=length // 2) if found is not None and length is not None else found

    plant(timer, "of_room", half)


def _no_beginnings() -> None:
    async def nothing(*_: object) -> None:
        return None

    plant(Vocabulary, "add", nothing)


def _as_typed() -> None:
    """Words that are not of Latin letters are found only as they were typed."""
    plant(rows, "words", lambda text: words(text) if text.isascii() else tuple(text.split()))


def _vanishes_from_search() -> None:
    row = rows._row

    def kept(room: Room, entry: Entry, month: Any) -> bytes | None:
        return None if timer.of_message(entry.event.content) is not None else row(room, entry, month)

    plant(rows, "_row", kept)


def _says_it_aloud() -> None:
    """What was found is told before everybody too."""
    say = whisper.say

    async def said(hearing: Hearing, end: Endpoint, content: Content) -> None:
        here = await links.endpoint_of(hearing.connection, hearing.room.homeserver, hearing.room.room_id)
        assert here is not None
        told = Send(UserId(f"@setu:{here.homeserver}"), "m.room.message", content)
        await outbox.put(hearing.connection, hearing.kek, here.lane, f"{hearing.cause}:aloud", [told])
        await say(hearing, end, content)

    plant(whisper, "say", said)


def _everybody_is_an_officer() -> None:
    plant(work, "BY_OFFICERS", work.ANYWHERE)


def _searched_unseen() -> None:
    async def nothing(*_: object) -> None:
        return None

    plant(sealed_words, "note", nothing)


def _wrong_leaf() -> None:
    """Of each reaction on the hub."""

    def leaf(organisation: str, room_id: str, one: Record) -> bytes:
        right = record_leaf(organisation, room_id, one)
        return right[::-1] if organisation == HUB and one.type == "m.reaction" else right

    plant(record, "record_leaf", leaf)


def _afterwards(more: Callable[[Performer, str], Awaitable[None]]) -> Fault:
    """When the copy of the last words is sent, more is done with them."""

    def planted() -> None:
        perform: Perform = Performer.perform

        async def performed(performer: Performer, order: Order) -> Outcome:
            outcome = await perform(performer, order)
            body = str(order.action.content.get("body")) if isinstance(order.action, Send) else ""
            if LAST in body:
                await more(performer, body)
            return outcome

        plant(Performer, "perform", performed)

    return planted


async def _alarmed(performer: Performer, _body: str) -> None:
    async with performer._pool.acquire() as connection:
        await alarms.raise_alarm(connection, "planted", Saying.of("dead-letters"))


async def _written_down(performer: Performer, body: str) -> None:
    async with performer._pool.acquire() as connection:
        await connection.execute("update endpoint set why = $1", Saying.of("kept-words", text=body).stored())


async def _put_beside(_performer: Performer, body: str) -> None:
    """The settings file is the first thing that `setu run` is given."""
    (Path(sys.argv[-1]).parent / "media" / "words").write_text(body)


async def _logged(_performer: Performer, body: str) -> None:
    logging.getLogger("bots.retention").warning("says %s", body)


FAULTS: Mapping[str, Fault] = {
    "openly": said("house:", lost),
    "privately": said("records:welcome:", _in_english, of=NEHA),
    "status": _knows_nothing,
    "revisions": _unrelated("m.replace"),
    "taken_back": _blamed("sender", "remote"),
    "moderated": _blamed("moderator", "sender"),
    "related": _unrelated("m.annotation"),
    "vanishing": _a_moment_later,
    "timed": _half_as_long,
    "warned": said("records:timer:", lost),
    "words": _no_beginnings,
    "script": _as_typed,
    "person": _vanishes_from_search,
    "officer": _says_it_aloud,
    "refused": _everybody_is_an_officer,
    "noted": _searched_unseen,
    "exported": handed_over.without_the_last,
    "readable": handed_over.edits_unmailed,
    "photo": handed_over.another_picture,
    "audience": handed_over.always_there,
    "content": _wrong_leaf,
    "stranger": unverified.another_key,
    "altered": handed_over.credulous,
    "calm": _afterwards(_alarmed),
    "database": _afterwards(_written_down),
    "folder": _afterwards(_put_beside),
    "log": _afterwards(_logged),
    "row": unverified.believes_rows,
    "sealed": unverified.believes_journal,
    "others": unverified.passes_files_by,
    "mended": unverified.resentful,
}


if __name__ == "__main__":
    for planted in sys.argv[1].split(","):
        FAULTS[planted]()
    sys.exit(__main__.main(sys.argv[2:]))
