"""The rules of the settings that no type can tell: what may stand only once, what must name something that is there.
Each yields refusals with the place they are about, so that `bridge.config_file` can name the line. `bridge.config`
calls them while it validates.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Formatter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from bridge import languages
from bridge.config_problem import shown

Refusal = tuple[tuple[str | int, ...], str, str]
"""Where, counted from what is validated; what is wrong; the mend."""

KIND = "setu"
"""The type of a pydantic error whose context holds our own words."""

KEY_BYTES = 32
PLACEHOLDERS = ("name", "designation", "department", "user_id")


def refuse(refusals: Iterable[Refusal]) -> None:
    """Raises one ValidationError that places each refusal where it belongs; does nothing when there are none."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(KIND, "{what}; {mend}", {"what": what, "mend": mend}), loc=where, input=None
        )
        for where, what, mend in refusals
    ]
    if details:
        raise ValidationError.from_exception_data("settings", details)


def language_spoken(language: str) -> Iterator[Refusal]:
    """There are texts in it."""
    if not languages.is_spoken(language):
        near = languages.nearest(language)
        mend = f"did you mean {near}?" if near else f"these are: {', '.join(languages.known())}"
        yield (), f'Setu does not speak "{shown(language)}"', mend


def zone_known(zone: str) -> Iterator[Refusal]:
    """There is such a time zone (IANA)."""
    try:
        ZoneInfo(zone)
    except (
        ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ):  # no name, or a folder of them
        yield (), f"there is no time zone {shown(zone)}", "give one such as Asia/Kolkata or UTC"


def one_of(given: Sequence[str], choices: Sequence[str]) -> Iterator[Refusal]:
    """Exactly one of the choices is to be given."""
    if not given:
        yield (), f"none of {', '.join(choices)} is given", "give one of them"
    for name in given[1:]:
        yield (name,), f"{given[0]} and {name} are both given", "keep one of them"


def names_once(departments: Sequence[str], hub: str | None) -> Iterator[Refusal]:
    """No server is two homeservers; the hub is no department."""
    for index, name in enumerate(departments):
        if name == hub:
            yield (index, "server_name"), f"{name} is the hub, and a department too", "remove one of them"
        elif name in departments[:index]:
            yield (index, "server_name"), f"the department {name} is given twice", "remove one of them"


def links_once(names: Sequence[str], rooms: Sequence[tuple[str, str]]) -> Iterator[Refusal]:
    """Each link has a name of its own, and each room of a department one link."""
    seen: Counter[str | tuple[str, str]] = Counter()
    for index, (name, room) in enumerate(zip(names, rooms, strict=True)):
        seen.update((name, room))
        if seen[name] > 1:
            yield (index, "name"), f"two links are named {name}", "give this one a name of its own"
        if seen[room] > 1:
            yield (index, "room"), f"the room {room[1]} is linked twice", "remove one of the two links"


def departments_known(linked: Sequence[str], known: Sequence[str]) -> Iterator[Refusal]:
    """A link is with one of the departments."""
    for index, name in enumerate(linked):
        if name not in known:
            yield (index, "department"), f"{name} is not one of the departments", f"these are: {', '.join(known)}"


def history_into_a_new_room(history: str, hub_room: str | None) -> Iterator[Refusal]:
    """A room only grows at its end, so the past can go nowhere but into a room that nobody has written in."""
    if history != "none" and hub_room is not None:
        yield (
            ("history",),
            "what was said before can only go into a room that Setu makes",
            "remove this, or hub_room",
        )


def admins_known(admins: Sequence[str], servers: Sequence[str]) -> Iterator[Refusal]:
    """An administrator speaks for the homeserver of their id, which is one of ours."""
    for index, admin in enumerate(admins):
        server = admin.partition(":")[2]
        if server not in servers:
            yield (index,), f"{server} is neither the hub nor a department", f"these are: {', '.join(servers)}"


def keys_decode(signers: Mapping[str, str], teller: str = "the other bridge") -> Iterator[Refusal]:
    """A signer is known by the 32 bytes of an Ed25519 public key (RFC 8032) in base64, its padding or not."""
    for signer, key in signers.items():
        if len(_decoded(key)) != KEY_BYTES:
            yield (signer,), "this is no Ed25519 key", f"give its 32 bytes in base64, as {teller} tells it"


def _decoded(key: str) -> bytes:
    try:
        return base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    except ValueError:
        return b""


def placeholders_known(template: str) -> Iterator[Refusal]:
    """A template holds nothing but the bare placeholders that Setu fills."""
    mend = "only {name}, {designation}, {department} and {user_id} may stand in it"
    try:
        pieces = list(Formatter().parse(template))
    except ValueError:
        yield (), "it has a brace without its partner", mend
        return
    for _, field, form, conversion in pieces:
        # A form ({name:>9999999}) or an attribute would make names of any length, or show what is inside of Setu.
        if field is not None and (field not in PLACEHOLDERS or form or conversion):
            yield (), f"it has a placeholder that Setu does not fill: {field[:40]!a}", mend
