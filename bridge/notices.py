"""The contents of what bots say: a text in Markdown (`bridge.catalogues`) becomes text and HTML. What people wrote goes
into it as plain words, whatever signs are in them. What is said, and in which language, is a `bridge.voice.Voice`'s.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from bridge.catalogues import CLOSE, OPEN
from bridge.saying import Saying

Content = Mapping[str, Any]
"""Of a message."""

WHY: Mapping[str, Saying] = {
    "M_FORBIDDEN": Saying.of("why-forbidden"),
    "M_TOO_LARGE": Saying.of("why-too-large"),
    "M_LIMIT_EXCEEDED": Saying.of("why-limit-exceeded"),
    "no counterpart": Saying.of("why-no-counterpart"),
    "not encrypted": Saying.of("why-not-encrypted"),
}
"""What a refusal means to the person who wrote; the first key that stands in the technical reason counts."""

_TAKEN = re.compile(r"takes at most (\d+) bytes")
"""How the gateway names the limit of a homeserver (`gateway.media`)."""

_MARK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def plain(text: str, words: Mapping[str, str]) -> str:
    """The text without its markup, its words put in; each of them must have passed `one_line`."""
    return _filled(text.replace("**", ""), words)


def formatted(text: str, words: Mapping[str, str]) -> str:
    """The text as HTML, its words put in; each of them must be HTML itself (`escaped`)."""
    return _filled(_html(text), words)


def content(body: str, formatted_body: str) -> Content:
    """The content of an `m.notice` (Client-Server API)."""
    return {
        "msgtype": "m.notice",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": formatted_body,
        "m.mentions": {},
    }


def together(contents: Sequence[Content]) -> Content:
    """Several notices as one, a line each."""
    return {
        **contents[0],
        "body": "\n".join(content["body"] for content in contents),
        "formatted_body": "<br>".join(content["formatted_body"] for content in contents),
    }


def why(reason: str) -> Saying:
    """A dead letter's reason, which is technical and English, as a person is told it."""
    taken = _TAKEN.search(reason)
    if "M_TOO_LARGE" in reason and taken:
        return Saying.of("why-too-large-for", mebibytes=int(taken[1]) / 2**20)
    return next((saying for sign, saying in WHY.items() if sign in reason), Saying.of("why-unknown"))


def edit(content: Content, event_id: Any) -> Content:
    """The content that replaces an earlier notice (Client-Server API, "Event replacements")."""
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def one_line(text: str) -> str:
    """Without line breaks, so that no word of a person begins a line of the bot's; and without marks of ours."""
    return " ".join(text.replace(OPEN, "").replace(CLOSE, "").split())


def escaped(text: str) -> str:
    """The same as HTML that shows just these words."""
    return html.escape(one_line(text))


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: words[mark[1]], text)


@lru_cache(maxsize=512)
def _html(text: str) -> str:
    import markdown  # only where something is said in a room

    return markdown.markdown(text, output_format="html").removeprefix("<p>").removesuffix("</p>")


# TEMPORARY
LINKED = (
    "This room is linked with **{organisation}**. What is said here is carried there under each writer's own name,"
    " and is kept on record."
)

CAME_IN = (
    "Nothing is carried from this room yet. An administrator who is a moderator here can ask for a link:"
    " `!setu link NAME`."
)
HELP = {
    "admin room": (
        "`!setu links` · `status [NAME]` · `accept NAME` or `refuse NAME` what a department asks for ·"
        " `pause NAME`, `resume NAME` · `unlink NAME`"
    ),
    "department": (
        "`!setu link NAME [HUB_ROOM_ID]` asks the hub for a link of this room · `refuse NAME` takes that back ·"
        " `links` · `status` · `pause NAME`, `resume NAME` · `unlink NAME`"
    ),
    "hub": "`!setu links` · `status` · `pause NAME`, `resume NAME` · `unlink NAME`",
}
"""By the place in which it is asked for."""

DENIED = {
    "NOT_ADMIN": "Only the administrators that Setu's configuration names may ask for that.",
    "NOT_HERE": "That cannot be asked for in this room; `!setu help` tells what can.",
    "NO_POWER": "That takes a moderator of this room (power level 50).",
    "NOT_OF_THIS_ROOM": "This room has no link of that name; `!setu links` names those that it has.",
}
"""By the verdict."""

LINK_USAGE = (
    "Write `!setu link NAME` or `!setu link NAME HUB_ROOM_ID`. A name is of a-z, 0-9, `.`, `_` and `-`; a room id"
    " begins with `!`."
)
PROPOSED = "Asked for. An administrator of **{organisation}** has to accept it: `!setu accept {name}`."
PROPOSAL = (
    "{sender} of **{organisation}** asks to link the room {room} as **{name}** with {hub_room}. To consent:"
    " `!setu accept {name}`; else `!setu refuse {name}`."
)
NEW_ROOM = "a new room"
ASKED_ALREADY = "**{name}** has been asked for already and waits; `!setu refuse {name}` takes it back."
ACCEPTED = "**{name}** is linked."
REFUSED = "**{name}** is refused; nothing was linked."
REFUSED_THERE = "{sender} refused the link **{name}**; nothing was linked."
NO_PROPOSAL = "Nothing of that name waits for consent; `!setu links` names what does."
ASKED_BY_NOBODY = "{sender}, who asked for it, may not ask for it any more. Nothing was linked."
NO_ADMIN_ROOM = (
    "There is nobody to ask for consent: Setu's configuration names no `admin_room`, or the bot has not been invited"
    " into it."
)
NOT_ENTERED = "{bot} is not in the department's room any more; invite it first."
ROOM_LINKED = "This room is linked already, as **{name}**."
NAME_TAKEN = "Another link is, or was, named **{name}**; choose another name."
ROOM_IS_ITSELF = "That is this room itself."
ROOM_IS_NOT_TO_BE_LINKED = "That room cannot be linked."
ROOM_NOT_ENTERED = (
    "{bot} is in no room of that id. Room ids count letter by letter; whoever may do so there has to invite it first."
)
NO_LINK = "There is no link of that name; `!setu links` names those that there are."
IN_CONFIGURATION = (
    "**{name}** stands in the configuration and ends for good only there. It is paused until Setu starts again."
)
UNLINKED = "**{name}** is no longer linked. Nothing was deleted: both rooms and the record stay."
UNLINKED_THERE = "{sender} ended the link **{name}**. Nothing was deleted: this room and the record stay."
PAUSED = (
    "**{name}** is paused. What is said from now on is not carried, also not later; it is on record. `!setu resume"
    " {name}` lets it go on."
)
PAUSED_THERE = "{sender} paused the link **{name}**: what is said from now on is not carried; it is on record."
PAUSED_ALREADY = "**{name}** is paused already."
NOT_PAUSED = "**{name}** is not paused."
PAUSED_BY_OTHERS = "**{name}** is still paused by the other side, which alone can let it go on."
RESUMED = "**{name}** goes on. Messages that were not carried meanwhile: {times}."
RESUMED_THERE = "{sender} let the link **{name}** go on. Messages that were not carried meanwhile: {times}."
LINK_LINE = "**{name}**: {state} · {room} · {hub_room}"
SIDE_LINE = (
    "{homeserver}: mirrored {mirrored} · oldest unhandled {oldest} · outbox {depth} · dead letters {dead}{parked}"
)
PROPOSAL_LINE = "**{name}**: asked for by {sender}, waits for consent"
NO_LINKS = "No link."
NO_ROOM_YET = "(no room yet)"
MORE = "… and {times} more lines; `setu status` tells all."


def notice(template: str, **words: str) -> Content:
    """TEMPORARY, until the commands speak by catalogues."""
    text = template
    for name in words:
        text = text.replace("{" + name + "}", f"{OPEN}{name}{CLOSE}")
    plain_words = {name: one_line(word) for name, word in words.items()}
    return content(plain(text, plain_words), formatted(text, {name: escaped(word) for name, word in words.items()}))
