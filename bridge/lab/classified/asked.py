"""What everybody may ask about something that was held, what nobody but officers may decide, and what else is held: an
edit, a topic and a reaction.
"""

from collections.abc import Awaitable, Callable, Mapping

from bridge.lab.checked import expect
from bridge.lab.classified import counted, marked
from bridge.lab.classified.held import Held
from bridge.lab.classified.post import bot
from bridge.lab.hindi import is_hindi
from bridge.lab.steps.step import answered, same

RULE = "in.banner"
"""Which says that a line began with a marking."""


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
    expect(f"#{held}:" in waiting, f"what is held is: {waiting}")


async def _marked(one: Held) -> None:
    await marked.gone(one.post)


async def _counted_after(one: Held) -> str:
    await one.refuse_the_rest()
    return await counted.adds_up(one.post)


DEEDS: Mapping[str, tuple[str, Callable[[Held], Awaitable[str | None]]]] = {
    "why": ("whoever asks why is answered in private, with the rule", _why),
    "wrong": ("whoever calls it a false alarm reaches the officers", _wrong),
    "beside": ("an edit, a topic and a reaction above the ceiling do not cross either", _beside),
    "nobodys": ("whoever is no officer releases nothing, the writer and the room's moderator neither", _nobodys),
    "marked": ("what its writer marks SECRET after it crossed is gone on both sides, with its edit", _marked),
    "counted_after": ("when all is decided, it adds up again, and nothing waits", _counted_after),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
