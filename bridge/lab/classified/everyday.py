"""Words of an office that only sound like markings, and one line that is one: it is refused before it is sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from mautrix.errors import MForbidden

from bridge.lab.checked import expect
from bridge.lab.classified.letters import Letters
from bridge.lab.classified.officers import Officers
from bridge.lab.classified.post import Post, bots
from bridge.lab.classified.rules import CEILING
from bridge.lab.hindi import is_hindi
from bridge.lab.settled import settled
from bridge.lab.steps.step import Wrong, same

PHRASES = (
    "The list of Restricted Holidays is out.",
    "Secret Santa is on Friday, bring something small.",
    "The Official Secrets Act is on the syllabus.",
    "The secret of good tea is patience.",
    "गुप्ता जी आज छुट्टी पर हैं।",
)
MARKED = "SECRET: the convoy leaves at five,"


@dataclass
class Everyday:
    """Ravi at his desk."""

    post: Post
    officers: Officers
    letters: Letters


async def _passes(one: Everyday) -> None:
    post = one.post
    before = _told(one)
    for event_id in [await post.says(phrase) for phrase in PHRASES]:
        await post.copy(event_id)
    await settled(post.site, post.link)
    same([words for words in _told(one) if words not in before], [], "what somebody was told")
    same(post.ravi.invited_by(*bots(one.letters.server)), (), "the chats into which bots call Ravi")


def _told(one: Everyday) -> list[str]:
    """All that bots said in the two rooms, and in the officers'."""
    said = [notice.body or "" for notice in one.officers.told()]
    for side in one.post.link.sides:
        seen = side.people[0].seen_in(side.room)
        spoken = bots(side.homeserver.name)
        said += [event.body for event in seen if event.sender in spoken and event.body is not None]
    return said


async def _unsent(one: Everyday) -> None:
    post, line = one.post, one.post.words.new(MARKED)
    try:
        await post.ravi.say(post.here.room, line)
    except MForbidden as refused:
        told = str(refused.message)
    else:
        raise Wrong("it was sent")
    expect(is_hindi(told) and "SECRET" in told and CEILING in told, f"he read: {told}")
    sent = [event["event_id"] for event in await post.ravi.history(post.here.room) if line in str(event["content"])]
    same(sent, [], "what the homeserver has of it")


DEEDS: Mapping[str, tuple[str, Callable[[Everyday], Awaitable[str | None]]]] = {
    "everyday": ("Secret Santa, Restricted Holidays and Mr. Gupta cross, and nobody is told anything", _passes),
    "unsent": ("a SECRET line is refused before it is sent, in words of the language of who writes it", _unsent),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
