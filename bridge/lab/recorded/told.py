"""That the room is recorded is no secret: all in it are told, who comes later in private, and anybody may ask."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bridge.lab.checked import expect
from bridge.lab.hindi import is_hindi
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import NioSeen
from bridge.lab.recorded.cell import Cell, bots
from bridge.lab.recorded.talk import Talk
from bridge.lab.site import Side
from bridge.lab.steps.step import same

COMMAND = "!records status"
ENTRIES = re.compile(r"; (\d+) ")
ENGLISH, HINDI = "kept on record", "अभिलेख में रखा जाता है"


async def _openly(talk: Talk) -> None:
    for side, words in ((talk.cell.here, HINDI), (talk.cell.there, ENGLISH)):
        spoken = bots(side.homeserver.name)
        events = await side.people[0].history(side.room)
        said = [str(event["content"].get("body")) for event in events if event["sender"] in spoken]
        told = [text for text in said if words in text]
        same(len(told), 1, f"how often the room of {side.homeserver.name} was told of the record")


async def _privately(talk: Talk) -> None:
    cell = talk.cell
    for person, side, language in ((cell.neha, cell.here, True), (cell.kiran, cell.there, False)):
        letter = await _once(cell, person, side)
        text = (letter.body or "").replace(side.room, "")
        expect(is_hindi(text) is language and side.room in (letter.body or ""), f"{person.user_id} read: {letter.body}")
        same(letter.content.get("m.mentions"), {"user_ids": [person.user_id]}, "who is mentioned")


async def _once(cell: Cell, person: NioClient, side: Side) -> NioSeen:
    """The only letter, encrypted."""
    letters = await cell.letter(person, side)
    about = [letter for letter in letters if COMMAND in (letter.body or "")]
    same(len(about), 1, f"how often {person.user_id} was told")
    expect(about[0].was_encrypted, f"{person.user_id} was told in clear")
    return about[0]


async def _status(talk: Talk) -> str:
    cell = talk.cell
    answer = await cell.asks(cell.neha, cell.here, COMMAND)
    told = answer.body or ""
    expect(is_hindi(told) and answer.was_encrypted, f"she read: {told}")
    entries = ENTRIES.search(told)
    expect(entries is not None and int(entries[1]) > len(talk.lines), f"she read: {told}")
    return told.partition("।")[0].replace("*", "")


DEEDS: Mapping[str, tuple[str, Callable[[Talk], Awaitable[str | None]]]] = {
    "openly": ("each room was told once, in its language, that what is said there is kept on record", _openly),
    "privately": ("who comes later is told so once, in private, encrypted, in their language", _privately),
    "status": ("anybody there may ask how the record of the room stands", _status),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
