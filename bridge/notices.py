"""What bots say: written in Markdown, sent as text and as HTML. What people wrote goes into it as plain words, whatever
signs are in them.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import markdown

LINKED = (
    "This room is linked with **{organisation}**. What is said here is carried there under each writer's own name,"
    " and is kept on record."
)

NOT_CARRIED = (
    "{name}, your message was not carried to **{organisation}**: {why}. Whoever is in this room can read it; nobody"
    " there can."
)
NOT_CARRIED_AGAIN = "{name}, {times} of your messages were not carried to **{organisation}**: {why}."

UNENCRYPTED = (
    "What is said here is encrypted. Its copy at **{organisation}** is not: whoever runs the homeserver there can read"
    " it."
)
UNREADABLE = (
    "Some messages in this room cannot be read by {bot}, since their writers' devices have not given it the key. They"
    " are not carried to the other side, and the record holds them only as unreadable. If their writers open this room"
    " in their client once more, or write again, this mends itself."
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

DECLINED = "{homeserver}: {sender} invited the bot into {room}, which was declined; who may is told by invite_from"
PUT_OUT = "{bot} was put out of {room}: {why}; invite it again, or unlink the room"
UNHANDLED = "{link}: what was said at {homeserver} waits for longer than {limit:g} s"
DEAD_LETTERS = "messages and other orders were refused for good; `setu status` names them"
PARKED = "{link}: nothing moves at {homeserver}: {why}"
GAPS = "something is known to be missing or was set aside; `setu status` counts it, `setu reconcile` looks for it"
ALARM = "**Alarm**: {what}"
ALARM_TIMES = "**Alarm**: {what} ({times}×)"
ALARM_OVER = "**Over**: {what}"

WHY = {
    "M_FORBIDDEN": "the room there does not let you write",
    "M_TOO_LARGE": "it is too large{limit}",
    "M_LIMIT_EXCEEDED": "too much was sent at once",
    "no counterpart": "what it refers to does not exist there",
    "not encrypted": "the room there is not encrypted, and what is said here is not to be read by others",
}
"""What a refusal means to the person who wrote; the first key that stands in the technical reason counts."""

_TAKEN = re.compile(r"takes at most (\d+) bytes")
"""How the gateway names the limit of a homeserver (`gateway.media`)."""

UNKNOWN_WHY = "the homeserver there refused it"

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Private characters that stand around a placeholder's name while Markdown is made into HTML."""


def notice(template: str, **words: str) -> Mapping[str, Any]:
    """The content of an `m.notice` (Client-Server API): `template` in Markdown, its placeholders filled with words."""
    formatted = _html(template)
    for name, text in words.items():
        formatted = formatted.replace(f"{_OPEN}{name}{_CLOSE}", html.escape(_one_line(text)))
    return {
        "msgtype": "m.notice",
        "body": template.replace("**", "").format(**{name: _one_line(text) for name, text in words.items()}),
        "format": "org.matrix.custom.html",
        "formatted_body": formatted,
        "m.mentions": {},
    }


def together(contents: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Several notices as one, a line each."""
    return {
        **contents[0],
        "body": "\n".join(content["body"] for content in contents),
        "formatted_body": "<br>".join(content["formatted_body"] for content in contents),
    }


def why(reason: str) -> str:
    """A dead letter's reason in plain words."""
    plain = next((plain for sign, plain in WHY.items() if sign in reason), UNKNOWN_WHY)
    taken = _TAKEN.search(reason)
    return plain.format(limit=f"; a file there has at most {int(taken[1]) / 2**20:.3g} MiB" if taken else "")


def edit(content: Mapping[str, Any], event_id: Any) -> Mapping[str, Any]:
    """The content that replaces an earlier notice (Client-Server API, "Event replacements")."""
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


@cache
def _html(template: str) -> str:
    marked = template.replace("{", _OPEN).replace("}", _CLOSE)
    return markdown.markdown(marked, output_format="html").removeprefix("<p>").removesuffix("</p>")


def _one_line(text: str) -> str:
    """Without line breaks, so that no word of a person begins a line of the bot's."""
    return " ".join(text.replace(_OPEN, "").replace(_CLOSE, "").split())
