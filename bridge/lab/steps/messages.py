"""Messages without files: each kind arrives as it was written."""

from typing import Any

from bridge.lab.steps.step import Step, Way, Wrong, contents_equal, original, same

HTML = "org.matrix.custom.html"
GEO = "geo:26.7,92.8;u=35"


async def text(way: Way) -> None:
    await way.carried({"msgtype": "m.text", "body": "text: पुल टूट गया & <b>mended</b>\nby Friday"})


async def formatted(way: Way) -> None:
    markup = "<p><strong>formatted</strong>: ₹ 48.6 lakh &amp; <em>no more</em></p>"
    await way.carried({"msgtype": "m.text", "body": "formatted: ₹ 48.6 lakh", "format": HTML, "formatted_body": markup})


async def notice(way: Way) -> None:
    await way.carried({"msgtype": "m.notice", "body": "notice: the gauge stands at 4.2 m"})


async def emote(way: Way) -> None:
    await way.carried({"msgtype": "m.emote", "body": "emote: signs the order"})


async def location(way: Way) -> None:
    place = {"uri": GEO, "description": "the culvert"}
    content = {"msgtype": "m.location", "body": "location: km 42", "geo_uri": GEO, "m.location": place}
    await way.carried({**content, "m.asset": {"type": "m.self"}})


async def beacon(way: Way) -> None:
    """A beacon tells its place again and again; each arrives as a location."""
    event_id = await way.write({"org.matrix.msc3488.location": {"uri": GEO}}, "org.matrix.msc3672.beacon")
    copy = await way.copy_of(event_id)
    same((copy["type"], copy["content"].get("msgtype")), ("m.room.message", "m.location"), "the type")
    same(copy["content"].get("geo_uri"), GEO, "the place")


async def mention(way: Way) -> None:
    """A colleague is their ghost over there; the ghost of somebody from there is that person."""
    here, there = way.colleague.user_id, way.reader.user_id
    ghost_here, ghost_there = await _called(way, there), await _called_there(way, here)
    copy = await way.copy_of(await way.write(_mention(here, ghost_here)))
    expected = _mention(ghost_there, there)
    same(copy["content"].get("m.mentions"), expected["m.mentions"], "m.mentions")
    same(copy["content"].get("formatted_body"), expected["formatted_body"], "the pills")


def _mention(*users: str) -> dict[str, Any]:
    pills = " ".join(f'<a href="https://matrix.to/#/{user}">them</a>' for user in users)
    body = {"msgtype": "m.text", "body": "mention", "format": HTML, "formatted_body": f"mention {pills}"}
    return {**body, "m.mentions": {"user_ids": list(users)}}


async def _called(way: Way, person: str) -> str:
    """The ghost in the source's room of a person of the target's, found by its name as people find it."""
    return _named(await way.writer.names(way.source.room), (await way.reader.names(way.target.room))[person])


async def _called_there(way: Way, person: str) -> str:
    return _named(await way.reader.names(way.target.room), (await way.writer.names(way.source.room))[person])


def _named(names: dict[str, str], name: str) -> str:
    found = [user for user, called in names.items() if called.startswith(name)]
    if len(found) != 1:
        raise Wrong(f"{len(found)} are called {name}")
    return found[0]


async def poll(way: Way) -> None:
    answers = [{"m.id": "yes", "m.text": [{"body": "yes"}]}, {"m.id": "no", "m.text": [{"body": "no"}]}]
    question = {"question": {"m.text": [{"body": "poll: reopen?"}]}, "kind": "m.disclosed", "answers": answers}
    start = {"m.poll": {**question, "max_selections": 1}, "m.text": [{"body": "poll: reopen?"}]}
    vote = {"m.selections": ["yes"]}
    await _poll(way, "m.poll", start, vote, {"m.text": [{"body": "closed"}]})


async def poll_unstable(way: Way) -> None:
    prefix, words = "org.matrix.msc3381.poll", "org.matrix.msc1767.text"
    answers = [{"id": "yes", words: "yes"}, {"id": "no", words: "no"}]
    question = {"question": {words: "poll, unstable?"}, "kind": f"{prefix}.disclosed", "answers": answers}
    start = {f"{prefix}.start": {**question, "max_selections": 1}, words: "poll, unstable?"}
    await _poll(
        way, prefix, start, {f"{prefix}.response": {"answers": ["yes"]}}, {f"{prefix}.end": {}, words: "closed"}
    )


async def _poll(way: Way, prefix: str, start: dict[str, Any], vote: dict[str, Any], end: dict[str, Any]) -> None:
    started = await way.write(start, f"{prefix}.start")
    copied = await way.copy_of(started)
    contents_equal(copied["content"], start)
    for kind, content in ((f"{prefix}.response", vote), (f"{prefix}.end", end)):
        written = {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": started}}
        copy = await way.copy_of(await way.write(written, kind))
        same(copy["type"], kind, "the type")
        relation = {"rel_type": "m.reference", "event_id": copied["event_id"]}
        contents_equal(copy["content"], {**content, "m.relates_to": relation})


async def unknown(way: Way) -> None:
    """What comes after it has arrived, so it would have arrived as well."""
    written = await way.write({"body": "unknown: nobody listed this type"}, "lab.setu.unlisted")
    await way.copy_of(await way.say("after the unknown"))
    if any(original(seen.event) == written for seen in way.reader.seen_in(way.target.room)):
        raise Wrong("it was mirrored")


MESSAGES = (
    Step("text", "text arrives as it was written", text),
    Step("formatted", "formatted text keeps its markup", formatted),
    Step("notice", "a notice is a notice", notice),
    Step("emote", "an emote is an emote", emote),
    Step("location", "a location keeps its place", location),
    Step("beacon", "a beacon arrives as a location", beacon),
    Step("mention", "mentions and pills name the person, or the ghost, of the other side", mention),
    Step("poll", "a poll starts, is voted in and ends", poll),
    Step("poll_unstable", "a poll of older clients (MSC3381) starts, is voted in and ends", poll_unstable),
    Step("unknown", "a type that nobody listed does not cross", unknown),
)
