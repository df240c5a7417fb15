"""Looks out for those who call themselves as an official is called, or show an official's picture. The security room
hears of it, and the person's tag says so, until they call themselves otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bots.identity import presence
from bots.identity.account import ACCOUNT
from bots.identity.desk import Desk
from bots.identity.lookalikes.resemblance import How, Resemblance
from bridge import private
from bridge.actions import Send
from bridge.mirror.kinds.members import picture
from bridge.model import Entry, Event, Room, UserId, user_id
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms, links, outbox
from bridge.store.database import Connection

HOW = {
    How.INVISIBLE: "id-how-invisible",
    How.CONFUSABLE: "id-how-confusable",
    How.TITLE: "id-how-title",
    How.SAME_NAME: "id-how-same-name",
}


@dataclass
class Likenesses:
    """What was found in one step."""

    of: dict[UserId, UserId | None] = field(default_factory=dict)
    """Of those whose name was looked at: whose it is, where it is another's."""
    found: list[tuple[UserId, Resemblance, bytes]] = field(default_factory=list)
    """Who resembles whom, and the MAC of the name by which."""
    faces: list[tuple[UserId, UserId, bytes]] = field(default_factory=list)
    """Who shows whose picture, and its MAC."""


async def look(desk: Desk, connection: Connection, room: Room, entries: Sequence[Entry]) -> Likenesses:
    """Looks at each display name and picture that these entries bring."""
    found = Likenesses()
    for entry in entries:
        event = entry.event
        if event.membership in ("join", "invite", "knock") and not entry.late and event.id is not None:
            person = user_id(event.state_key)
            if person is not None and not desk.ours(person, room.homeserver):
                await _name(desk, connection, room, event, person, found)
                await _face(desk, connection, event, person, found)
    return found


async def _name(
    desk: Desk, connection: Connection, room: Room, event: Event, person: UserId, found: Likenesses
) -> None:
    """The name in an invitation is told by who invites: it is an alarm, and neither makes nor takes away a mark."""
    name, joins = event.text("displayname") or person[1:].partition(":")[0], event.membership == "join"
    mac = desk.keyring.hashes.mac_of(name)
    if joins and not await presence.looked_at(connection, room.ref, person, mac) and event.was == "join":
        return
    alike = desk.known.lookalikes.resembling(name, person, desk.known.clock())
    if joins:
        whose = alike[0].person if alike else None
        found.of[person] = await presence.bears(connection, room.ref, person, whose)
    found.found.extend((person, one, mac) for one in alike[:1])


async def _face(desk: Desk, connection: Connection, event: Event, person: UserId, found: Likenesses) -> None:
    """A picture under the address of an official's: who copies a profile copies it as well."""
    mxc = picture(event)
    if mxc is None:
        return
    mac = desk.keyring.hashes.mac_of(mxc)
    if desk.known.person(person) is not None:
        await connection.execute(
            "insert into identity_face (user_id, avatar_mac) values ($1, $2)"
            " on conflict (user_id) do update set avatar_mac = $2 where identity_face.avatar_mac <> $2",
            person, mac,
        )  # fmt: skip
        return
    other = await connection.fetchval(
        "select user_id from identity_face where avatar_mac = $1 and user_id <> $2 limit 1", mac, person
    )
    if other is not None and found.of.get(person) is None:
        found.faces.append((person, UserId(other), mac))


async def alarm(desk: Desk, connection: Connection, kek: Kek, found: Likenesses) -> None:
    """The security room is told of each, once for each name of a person, in however many rooms they bear it; without
    such a room it is an alarm of the admin room.
    """
    for person, one, mac in found.found:
        what = Saying.of("id-resembles", person=person, official=one.person, how=Saying.of(HOW[one.how]))
        await _tell(desk, connection, kek, f"identity-resembles:{person}", mac, what)
    for person, official, mac in found.faces:
        what = Saying.of("id-same-picture", person=person, official=official)
        await _tell(desk, connection, kek, f"identity-picture:{person}", mac, what)
    for person, whose in found.of.items():
        if whose is None and desk.settings.security_room is None:
            await alarms.clear(connection, f"identity-resembles:{person}")


async def _tell(desk: Desk, connection: Connection, kek: Kek, cause: str, mac: bytes, what: Saying) -> None:
    room = desk.settings.security_room
    end = await links.endpoint_of(connection, desk.host.hub, room) if room is not None else None
    if end is None or end.state != "open":
        await alarms.raise_alarm(connection, cause, what)
        return
    voice = await desk.host.tongues.in_room(connection, end.ref)
    bot = await private.voice(connection, desk.customs, ACCOUNT.localpart, end)
    said = Send(bot, "m.room.message", voice.notice(what))
    key = f"{cause}:{mac.hex()[:16]}"
    if not await outbox.has(connection, f"{key}#0"):
        await outbox.put(connection, kek, end.lane, key, [said])
