"""Users named in a message, as the other side knows them: a person of here is a ghost there, a ghost here is a person
there, in mentions and in pills.
"""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from bridge.model import UserId, storable

Rename = Callable[[UserId], UserId]
"""Gives the other side's id of a user of this side."""

MOST_MENTIONS = 100
"""Users that one message may mention; more is no mention, it is noise."""

_PILL = re.compile(r"""(href\s*=\s*["'])(https://matrix\.to/#/|matrix:u/)([^"'?]+)""", re.IGNORECASE)


def mentions(content: Mapping[str, Any], rename: Rename) -> dict[str, Any]:
    """`m.mentions` (Client-Server API, "User and room mentions") for the other side; nothing where there is none."""
    given = content.get("m.mentions")
    if not isinstance(given, dict):
        return {}
    listed = given.get("user_ids")
    users = [user for user in map(_user, listed if isinstance(listed, list) else []) if user is not None]
    named = {"user_ids": [rename(user) for user in users[:MOST_MENTIONS]]} if users else {}
    room = {"room": True} if given.get("room") is True else {}
    return {"m.mentions": {**named, **room}}


def pills(formatted: str, rename: Rename) -> str:
    """HTML in which links to users of this side are links to the same people on the other."""

    def other(match: re.Match[str]) -> str:
        start, scheme, linked = match.groups()
        user = unquote(html.unescape(linked))
        known = _user(user if scheme.startswith("http") else f"@{user}")
        if known is None:
            return match[0]
        return f"{start}https://matrix.to/#/{quote(rename(known), safe='@:=/+')}"

    return _PILL.sub(other, formatted)


def _user(value: object) -> UserId | None:
    user = storable(value)
    return UserId(user) if user is not None and user.startswith("@") and ":" in user else None
