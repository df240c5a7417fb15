"""What refers to another event: the copy refers to that event's copy, and what is taken back is taken back there."""

from collections.abc import Mapping
from typing import Any

from bridge.lab.steps.step import Step, Way, Wrong, contents_equal, same


async def reply(way: Way) -> None:
    event_id = await way.say("reply: to this")
    copied = await way.copy_of(event_id)
    answer = await way.copy_of(await way.colleague.reply(way.source.room, event_id, "reply: so it is"))
    same(answer["content"].get("m.relates_to"), {"m.in_reply_to": {"event_id": copied["event_id"]}}, "what it answers")


async def reply_to_copy(way: Way) -> None:
    """Somebody answers a message of the other side: over there it is an answer to the message itself."""
    event_id = await way.reader.say(way.target.room, "reply to a copy: of this")
    copied = await way.back.copy_of(event_id)
    answer = await way.copy_of(await way.writer.reply(way.source.room, copied["event_id"], "reply to a copy: well"))
    same(answer["content"].get("m.relates_to"), {"m.in_reply_to": {"event_id": event_id}}, "what it answers")


async def thread(way: Way) -> None:
    root = await way.say("thread: its root")
    copied = await way.copy_of(root)
    written = _in_thread(root, root)
    answer = await way.copy_of(await way.write(written))
    contents_equal(answer["content"], _in_thread(copied["event_id"], copied["event_id"]))


def _in_thread(root: str, last: str) -> dict[str, Any]:
    relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": last}}
    return {"msgtype": "m.text", "body": "thread: its first answer", "m.relates_to": relation}


async def edit(way: Way) -> None:
    event_id = await way.say("edit: at 13:00")
    await _edited(way, event_id, await way.copy_of(event_id), "edit: at 14:00")


async def edit_again(way: Way) -> None:
    event_id = await way.say("edited twice: 1")
    copied = await way.copy_of(event_id)
    await _edited(way, event_id, copied, "edited twice: 2")
    await _edited(way, event_id, copied, "edited twice: 3")
    await way.becomes(lambda: _shown(way, copied["event_id"]), "edited twice: 3", "what people see")


async def _edited(way: Way, event_id: str, copied: Mapping[str, Any], text: str) -> None:
    change = await way.copy_of(await way.writer.edit(way.source.room, event_id, text))
    same(change["content"].get("m.new_content"), {"msgtype": "m.text", "body": text}, "the new content")
    relation = {"rel_type": "m.replace", "event_id": copied["event_id"]}
    same(change["content"].get("m.relates_to"), relation, "what it changes")
    same(change["sender"], copied["sender"], "who changes it")


async def _shown(way: Way, event_id: str) -> object:
    """The text of a message as its homeserver gives it with its newest edit."""
    event = await way.reader.event(way.target.room, event_id)
    newest = event.get("unsigned", {}).get("m.relations", {}).get("m.replace", {})
    return newest.get("content", {}).get("m.new_content", {}).get("body")


async def reaction(way: Way) -> None:
    event_id = await way.say("reaction: to this")
    copied = await way.copy_of(event_id)
    given = await way.copy_of(await way.colleague.react(way.source.room, event_id, "👍"))
    relation = {"rel_type": "m.annotation", "event_id": copied["event_id"], "key": "👍"}
    contents_equal(given["content"], {"m.relates_to": relation})


async def unreaction(way: Way) -> None:
    event_id = await way.say("unreaction: to this")
    given = await way.colleague.react(way.source.room, event_id, "🙏")
    copied = await way.copy_of(given)
    await way.colleague.redact(way.source.room, given)
    await _gone(way, copied)


async def redaction(way: Way) -> None:
    event_id = await way.say("redaction: of this")
    copied = await way.copy_of(event_id)
    await way.writer.redact(way.source.room, event_id, "redaction: said too early")
    redacted = await _gone(way, copied)
    same(redacted["content"].get("reason"), "redaction: said too early", "the reason")
    same(redacted["sender"], copied["sender"], "who took it back")


async def moderation(way: Way) -> None:
    event_id = await way.colleague.say(way.source.room, "moderation: of this")
    copied = await way.copy_of(event_id)
    await way.writer.redact(way.source.room, event_id, "moderation: off topic")
    redacted = await _gone(way, copied)
    same(redacted["content"].get("reason"), "moderation: off topic", "the reason")


async def local_moderation(way: Way) -> None:
    """What comes after it has crossed, and the original stands."""
    event_id = await way.colleague.say(way.source.room, "local moderation: of the copy only")
    copied = await way.copy_of(event_id)
    await way.reader.redact(way.target.room, copied["event_id"], "local moderation: not here")
    await way.back.copy_of(await way.back.say("after the local moderation"))
    if not (await way.writer.event(way.source.room, event_id))["content"]:
        raise Wrong("the original was taken back as well")


async def _gone(way: Way, copied: Mapping[str, Any]) -> Mapping[str, Any]:
    """Waits until a copy is taken back; the redaction."""

    async def content() -> object:
        return (await way.reader.event(way.target.room, copied["event_id"]))["content"]

    await way.becomes(content, {}, "what is left of it")
    event = await way.reader.event(way.target.room, copied["event_id"])
    because: Mapping[str, Any] = event["unsigned"]["redacted_because"]
    return because


RELATIONS = (
    Step("reply", "a reply answers the copy of what it answered", reply),
    Step("reply_to_copy", "a reply to a copy answers the message itself", reply_to_copy),
    Step("thread", "a thread hangs on the copy of its root", thread),
    Step("edit", "an edit changes the copy, by the same ghost", edit),
    Step("edit_again", "a second edit changes it again", edit_again),
    Step("reaction", "a reaction stands at the copy", reaction),
    Step("unreaction", "a reaction that is taken back is gone", unreaction),
    Step("redaction", "what its author takes back is taken back by the ghost, with the reason", redaction),
    Step("moderation", "what a moderator takes back is taken back in the copy, with the reason", moderation),
    Step("local_moderation", "a copy that a moderator takes back leaves the original alone", local_moderation),
)
