"""Ravi sends a file and lines that are too high for the other side, though not so high that they are taken back: they
wait at the border until Farid lets them go, or refuses them. What is said meanwhile crosses.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bridge.lab.checked import expect
from bridge.lab.classified.document import MIMETYPE, docx
from bridge.lab.classified.letters import Letters
from bridge.lab.classified.officers import Officers, number
from bridge.lab.classified.post import Post, bot
from bridge.lab.hindi import is_hindi
from bridge.lab.steps.step import Wrong, answered, same

RULE = "in.banner"
"""Which says that a line began with a marking."""


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


async def _why(one: Held) -> None:
    post = one.post
    told = await post.asks(post.here, post.ravi, "!mark why", about=one.tender)
    expect(is_hindi(told) and RULE not in told and "CONFIDENTIAL" not in told, f"the room read: {told}")
    await one.letters.hears(f"#{one.tender_number}", RULE)


async def _wrong(one: Held) -> None:
    post = one.post
    await post.asks(post.here, post.ravi, "!mark wrong", about=one.tender)
    await one.officers.hears("false alarm", f"#{one.tender_number}", post.ravi.user_id)


async def _beside(one: Held) -> None:
    post, room = one.post, one.post.here.room
    one.begins()
    event, _ = await post.carried("The minutes are attached.")
    marked = [post.words.new(f"CONFIDENTIAL: {what},") for what in ("minutes", "roads of the border", "noted")]
    await post.ravi.edit(room, event, marked[0])
    await post.ravi.set_state(room, "m.room.topic", {"topic": marked[1]})
    await post.ravi.react(room, event, marked[2])
    await post.carried("That is all for the morning.")
    one.beside = [await one.waits() for _ in marked]
    seen = [str(one.event) for one in post.asha.seen_in(post.there.room)]
    same([words for words in marked if any(words in event for event in seen)], [], "what crossed")


async def _nobodys(one: Held) -> None:
    """Meera in a chat with the bot; Ravi, who moderates the room and wrote it, in the room."""
    post, held = one.post, one.beside[0]
    chat = await post.meera.call_up(bot(post.here.homeserver.name))
    await post.meera.meets(chat, bot(post.here.homeserver.name), post.patience_seconds)
    asked = await post.meera.say(chat, f"!mark release {held} it is urgent")
    await post.meera.wait_for(
        chat, lambda seen: answered(seen.event) == asked, post.patience_seconds, "answer to Meera"
    )
    await post.asks(post.here, post.ravi, f"!mark release {held} it is mine")
    await post.carried("Whoever is no officer waits.")
    waiting = await one.officers.asks("!mark held")
    if f"#{held}:" not in waiting:
        raise Wrong(f"what is held is: {waiting}")


DEEDS: Mapping[str, tuple[str, Callable[[Held], Awaitable[str | None]]]] = {
    "held": (
        "a docx marked CONFIDENTIAL stays at the border with the reply to it; what is said after it crosses",
        _held,
    ),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""

DECISIONS: Mapping[str, tuple[str, Callable[[Held], Awaitable[str | None]]]] = {
    "released": ("an officer lets it go: it arrives late, with its reply", _released),
    "refused": ("what an officer refuses never arrives", _refused),
    "why": ("whoever asks why is answered in private, with the rule", _why),
    "wrong": ("whoever calls it a false alarm reaches the officers", _wrong),
    "beside": ("an edit, a topic and a reaction above the ceiling do not cross either", _beside),
    "nobodys": ("whoever is no officer releases nothing, the writer and the room's moderator neither", _nobodys),
}
