"""Ravi sends a file and lines that are too high for the other side, though not so high that they are taken back: they
wait at the border until Farid lets them go, or refuses them. What is said meanwhile crosses.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bridge.lab.checked import expect
from bridge.lab.classified import counted
from bridge.lab.classified.document import MIMETYPE, docx
from bridge.lab.classified.letters import Letters
from bridge.lab.classified.officers import Officers, number
from bridge.lab.classified.post import Post
from bridge.lab.steps.step import answered, same


@dataclass
class Held:
    """What was held, by what became of it."""

    post: Post
    officers: Officers
    letters: Letters
    file: str = ""
    reply: str = ""
    number: int = 0
    tender: str = ""
    tender_number: int = 0
    beside: list[int] = field(default_factory=list)
    """The numbers of the edit, the topic and the reaction."""
    known: set[int] = field(default_factory=set)
    """Numbers that are something else's."""

    async def waits(self) -> int:
        """The number of the next thing that is held in this room, as officers hear of it."""
        notice = await self.officers.hears("!mark release", self.post.here.room, but=self.known)
        self.known.add(number(notice))
        return number(notice)

    async def refuse_the_rest(self) -> None:
        """Farid refuses the edit, the topic and the reaction."""
        for case in self.beside:
            await self.officers.asks(f"!mark refuse {case} {self.post.words.new('they stay here')}")

    def begins(self) -> None:
        """Of what officers were told until now nothing is meant."""
        self.known.update(map(number, self.officers.told()))


async def _held(one: Held) -> None:
    post, room = one.post, one.post.here.room
    one.begins()
    data = docx("CONFIDENTIAL", post.words.new("The estimate for the culvert."))
    name = f"{post.words.new('estimate')}.docx"
    file = {"msgtype": "m.file", "body": name, "info": {"mimetype": MIMETYPE, "size": len(data)}}
    one.file = await post.ravi.send(room, "m.room.message", {**file, "url": await post.ravi.upload(data, MIMETYPE)})
    one.reply = await post.ravi.reply(room, one.file, post.words.new("See its second page."))
    post.to_cross.extend((one.file, one.reply))
    one.number = await one.waits()
    await post.carried("Lunch is at one.")
    same([post.arrived(event) for event in (one.file, one.reply)], [False, False], "whether file and reply are there")


async def _released(one: Held) -> None:
    told = await one.officers.asks(f"!mark release {one.number} {one.post.words.new('the owner agrees')}")
    expect("goes on" in told, f"the officer read: {told}")
    file, reply = [await one.post.copy(event) for event in (one.file, one.reply)]
    same(file.content.get("msgtype"), "m.file", "what came")
    same(answered(reply.event), file.event["event_id"], "what the reply answers")
    await one.letters.hears(one.post.here.room, "अनुमति")


async def _refused(one: Held) -> None:
    post = one.post
    one.begins()
    one.tender = await post.ravi.say(post.here.room, post.words.new("CONFIDENTIAL: the tender opens at noon,"))
    one.tender_number = await one.waits()
    told = await one.officers.asks(f"!mark refuse {one.tender_number} {post.words.new('not for the hub')}")
    expect("stays on its side" in told, f"the officer read: {told}")
    await post.carried("The tender is a matter for Monday.")
    expect(not post.arrived(one.tender), "it arrived")


async def _counted_held(one: Held) -> str:
    return await counted.adds_up(one.post)


DEEDS: Mapping[str, tuple[str, Callable[[Held], Awaitable[str | None]]]] = {
    "held": (
        "a docx marked CONFIDENTIAL stays at the border with the reply to it; what is said after it crosses",
        _held,
    ),
    "counted_held": ("while something is held, setu reconcile counts it, and all else adds up", _counted_held),
    "released": ("an officer lets it go: it arrives late, with its reply", _released),
    "refused": ("what an officer refuses never arrives", _refused),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
