"""Who is in a room from when to when, and who may read back in it: facts of each membership and of the visibility of
history (Client-Server API, "Room History Visibility"). The view `record_presence` makes intervals of them.
"""

from collections.abc import Mapping, Sequence

from bots.retention.facts import ghosts
from bots.retention.facts.fact import fact
from bots.retention.facts.moment import Moment, moments
from bots.retention.facts.watched import Watched
from bots.retention.leaf import Deed
from bridge.customs import Customs
from bridge.model import Entry, Room, UserId, user_id
from bridge.store.database import Connection

VISIBILITIES = frozenset({"world_readable", "shared", "invited", "joined"})
DEFAULT = "shared"
"""What holds where a room says nothing, or something else."""


async def facts(connection: Connection, customs: Customs, room: Room, found: Watched) -> list[Deed]:
    """Of these entries."""
    if not found.members and not found.visibilities:
        return []
    at = await moments(connection, room, [*found.members, *found.visibilities])
    people = await _people(connection, customs, room, found.members)
    members = [made for entry in found.members if (made := _member(room, entry, at[entry.pos], people)) is not None]
    return [*members, *(_visibility(room, entry, at[entry.pos]) for entry in found.visibilities)]


Told = Mapping[UserId, tuple[str, UserId | None]]
"""What each account is, and whose ghost."""


async def _people(connection: Connection, customs: Customs, room: Room, entries: Sequence[Entry]) -> Told:
    users = [user for entry in entries if (user := user_id(entry.event.state_key)) is not None]
    behind = await ghosts.behind(connection, customs, room.homeserver, users)
    return {
        user: ("ghost", behind[user]) if user in behind else ("bot" if customs.of_setu(user) else "person", None)
        for user in users
    }


def _member(room: Room, entry: Entry, moment: Moment, people: Told) -> Deed | None:
    event = entry.event
    user = user_id(event.state_key)
    if user is None or event.membership is None:
        return None
    kind, person = people[user]
    return fact(
        room, "member", event.sender or user, moment.at, entry=entry.pos, after=moment.after, rank=moment.rank,
        user=user, membership=event.membership, kind=kind, person=person,
    )  # fmt: skip


def _visibility(room: Room, entry: Entry, moment: Moment) -> Deed:
    said = entry.event.text("history_visibility")
    return fact(
        room, "visibility", entry.event.sender or "", moment.at, entry=entry.pos, after=moment.after, rank=moment.rank,
        visibility=said if said in VISIBILITIES else DEFAULT,
    )  # fmt: skip
