"""What `setu records read` tells of the room: of each thing that was said what became of it, by whom and why."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mautrix.errors import MNotFound

from bridge.lab.checked import expect
from bridge.lab.child import LabError, until
from bridge.lab.hindi import is_hindi
from bridge.lab.nio_device import TIMER
from bridge.lab.recorded.cell import bots
from bridge.lab.recorded.talk import LIFETIME, Line, Talk
from bridge.lab.steps.step import Wrong, same

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Recall:
    """The record as the officer reads it, by event; and what was said indeed."""

    talk: Talk
    told: Mapping[str, Told]
    trouble: str = "it is not on record"
    """Of what is not told."""

    def of(self, event_id: str) -> Told:
        """Raises Wrong where it is not on record."""
        if event_id not in self.told:
            raise Wrong(f"{event_id}: {self.trouble}")
        return self.told[event_id]

    def stands(self, line: Line) -> Told:
        """What is told of something that was said, which must stand there as it was said."""
        told = self.of(line.id)
        content = told["event"]["content"]
        same(content.get("m.new_content", content).get("body"), line.text, "what stands there")
        return told


async def read(talk: Talk) -> Recall:
    """Reads the department's room."""
    setu, room = talk.cell.site.setu, talk.cell.here.room
    purpose = ("--purpose", "the lab reads what was said", "--json")
    try:
        printed = await setu.call("records", "read", str(setu.settings_file), "--room", room, *purpose)
    except LabError as error:
        return Recall(talk, {}, str(error))
    told = [json.loads(line) for line in printed.splitlines()]
    # What could be read only later stands there twice; the entry that came tells what became of it.
    return Recall(talk, {one["event"]["event_id"]: one for one in reversed(told)})


async def _revisions(one: Recall) -> str:
    message, *edits = one.talk.plan
    places = [one.stands(edit)["pos"] for edit in edits]
    same(one.stands(message).get("revisions"), places, "where its revisions stand")
    return f"{len(edits)} edits"


async def _taken_back(one: Recall) -> None:
    talk = one.talk
    await _deleted(one, talk.slip, talk.slip_reason, "sender")


async def _moderated(one: Recall) -> None:
    talk = one.talk
    await _deleted(one, talk.gossip, talk.gossip_reason, "moderator")


async def _deleted(one: Recall, line: Line, reason: str, cause: str) -> None:
    """Ravi deletes each of them, and it is gone at the homeserver."""
    deletion = one.stands(line).get("deleted", {})
    same((deletion.get("by"), deletion.get("cause")), (one.talk.cell.ravi.user_id, cause), "who deleted it, and why")
    [redaction] = [told["event"] for told in one.told.values() if told["pos"] == deletion["pos"]]
    same(redaction["content"].get("reason") or redaction.get("reason"), reason, "the reason that was given")
    side = one.talk.cell.here
    same((await side.people[0].event(side.room, line.id))["content"], {}, "what the homeserver has of it")


async def _related(one: Recall) -> None:
    talk = one.talk
    reply = one.stands(talk.answer)
    answered = reply["event"]["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
    same(answered, talk.question.id, "what the reply answers")
    same(reply.get("reactions"), [one.of(talk.reaction)["pos"]], "where the reactions to it stand")


async def _vanishing(one: Recall) -> None:
    talk = one.talk
    same(one.stands(talk.vanishing).get("timer"), {"what": TIMER, "due": talk.due}, "the timer on record")
    side = talk.cell.here

    async def vanished() -> bool:
        try:
            return not (await side.people[0].event(side.room, talk.vanishing.id))["content"]
        except MNotFound:
            return True

    if not await until(vanished, talk.cell.patience_seconds):
        raise LabError("the homeserver still has it")


async def _timed(one: Recall) -> None:
    told = one.of(one.talk.timer).get("timer")
    same(told, {"what": "m.room.retention", "milliseconds": LIFETIME}, "the timer on record")


async def _warned(one: Recall) -> None:
    """In the room, encrypted as it is, with a mention of its moderator."""
    cell = one.talk.cell
    spoken, mention = bots(cell.here.homeserver.name), {"user_ids": [cell.ravi.user_id]}
    for what in ("संदेश भेजे जा रहे", "टाइमर लगाया गया"):
        seen = await cell.ravi.wait_for(
            cell.here.room, lambda seen: seen.sender in spoken and what in (seen.body or ""),  # noqa: B023
            cell.patience_seconds, "warning",
        )  # fmt: skip
        expect(is_hindi(seen.body or "") and seen.was_encrypted, f"they read: {seen.body}")
        same(seen.content.get("m.mentions"), mention, "who is mentioned")


DEEDS: Mapping[str, tuple[str, Callable[[Recall], Awaitable[str | None]]]] = {
    "revisions": ("of a message that was edited twice, all three versions are on record, in order", _revisions),
    "taken_back": ("what its sender took back stands on record, with who, when, why, and the words", _taken_back),
    "moderated": ("so does what a moderator deleted, as deleted by a moderator", _moderated),
    "related": ("a reply and a reaction stand there with what they are about", _related),
    "vanishing": ("a message that has vanished at its homeserver stands there, and so does its timer", _vanishing),
    "timed": ("a timer that is set for the room is on record", _timed),
    "warned": ("the room's moderator is told of both timers, before all", _warned),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
