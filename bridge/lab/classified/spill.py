"""Ravi writes a SECRET line in the room that its people encrypt, at a client that is not ours (matrix-nio): it was sent
before anybody could read it. It is taken back; he is told in private; the officers work through it.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bridge.lab.checked import expect
from bridge.lab.classified.letters import Letters
from bridge.lab.classified.officers import Officers, number
from bridge.lab.classified.post import bots
from bridge.lab.fresh import Words
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import NioSeen
from bridge.lab.site import LinkedRoom, Side
from bridge.lab.steps.step import same

MARKED = "SECRET: the convoy leaves at five,"
CHECKLIST = ("readers", "devices", "servers", "owner", "lesson")


@dataclass
class Spill:
    """The encrypted room's people, and what was spilled."""

    link: LinkedRoom
    ravi: NioClient
    asha: NioClient
    officers: Officers
    letters: Letters
    words: Words
    event_id: str = ""
    line: str = ""
    incident: int = 0

    @property
    def patience_seconds(self) -> float:
        return self.officers.site.patience_seconds

    @property
    def here(self) -> Side:
        return self.link.department

    @property
    def there(self) -> Side:
        return self.link.hub

    async def crosses(self, text: str) -> None:
        """Ravi says it, and Asha reads it, encrypted."""
        words = self.words.new(text)
        await self.ravi.say(self.here.room, words)
        copy = await self.asha.wait_for(
            self.there.room, lambda seen: seen.body == words, self.patience_seconds, "copy of what was said encrypted"
        )
        expect(copy.was_encrypted, "the copy was not encrypted")


async def _taken_back(one: Spill) -> str:
    await one.crosses("Good morning.")
    one.line = one.words.new(MARKED)
    one.event_id = await one.ravi.say(one.here.room, one.line)
    sent = time.monotonic()
    gone = await one.ravi.wait_for(
        one.here.room, lambda seen: _redacts(seen, one.event_id), one.patience_seconds, "end of it"
    )
    same(gone.sender in bots(one.here.homeserver.name), True, "that a bot took it back")
    left = await one.here.people[0].event(one.here.room, one.event_id)
    same(left["content"], {}, "what the homeserver has of it")
    return f"after {gone.at - sent:.1f} s"


def _redacts(seen: NioSeen, event_id: str) -> bool:
    target = seen.event.get("redacts") or seen.content.get("redacts")
    return seen.event["type"] == "m.room.redaction" and target == event_id


async def _kept_here(one: Spill) -> None:
    await one.crosses("What is said afterwards is said in the same order.")
    read = [seen.event_id for seen in one.asha.seen_in(one.there.room) if one.line in str(seen.content)]
    same(read, [], "what Asha has read of it")
    unread = [seen.event_id for seen in one.asha.seen_in(one.there.room) if seen.undecryptable]
    same(unread, [], "what Asha cannot read")


async def _told(one: Spill) -> None:
    notice = await one.letters.hears(one.here.room, "SECRET", "!mark why")
    expect(one.line not in str(notice.content), "the notice repeats it")
    same(notice.content.get("m.mentions"), {"user_ids": [one.ravi.user_id]}, "who is mentioned")


async def _reported(one: Spill) -> None:
    notice = await one.officers.hears("!mark incident", one.here.room, one.ravi.user_id)
    one.incident = number(notice)
    expect(one.incident > 0, f"it bears no number: {notice.body}")
    said = [mark for mark in one.words.marks if mark in str(notice.event)]
    expect(not said and "convoy" not in str(notice.event), f"it tells what was said: {notice.body}")


async def _contained(one: Spill) -> None:
    await one.officers.hears(f"#{one.incident} is contained")
    told = await one.officers.asks("!mark incidents")
    expect(f"#{one.incident} (contained)" in told, f"the officer read: {told}")


async def _closed(one: Spill) -> None:
    for item in CHECKLIST:
        told = await one.officers.asks(f"!mark check {one.incident} {item} {one.words.new('as ordered')}")
        expect(f"✓ `{item}`" in told, f"the officer read: {told}")
    await one.officers.asks(f"!mark close {one.incident} {one.words.new('all is done')}")
    told = await one.officers.asks("!mark incidents")
    expect(f"#{one.incident} " not in told, f"the officer read: {told}")
    closed = await one.officers.asks("!mark incidents all")
    expect(f"#{one.incident} (closed)" in closed, f"the officer read: {closed}")


async def _discreet(one: Spill) -> None:
    for side, reader in ((one.here, one.ravi), (one.there, one.asha)):
        spoken = bots(side.homeserver.name)
        said = [
            seen.body
            for seen in reader.seen_in(side.room)
            if seen.was_encrypted and seen.sender in spoken and seen.body is not None
        ]
        same(said, [], f"what bots said in the room of {side.homeserver.name}")


DEEDS: Mapping[str, tuple[str, Callable[[Spill], Awaitable[str | None]]]] = {
    "taken_back": ("a SECRET line in an encrypted room is taken back there within seconds", _taken_back),
    "kept_here": ("it never reaches the other side, where what is said afterwards does", _kept_here),
    "told": ("its writer is told so in private, in their language", _told),
    "reported": (
        "the security room hears of an incident: a number, whose, where, and nothing of what was said",
        _reported,
    ),
    "contained": ("the incident becomes contained", _contained),
    "closed": ("an officer works through its checklist and closes it", _closed),
    "discreet": ("no word of it was said in either room", _discreet),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
