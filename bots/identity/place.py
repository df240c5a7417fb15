"""A place: the rooms that mirror one another, which their people know as one. The ladder, restrictions and policies are
a place's; its number is that of the hub's end, or of a room that is not linked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bots.identity.policy import Rules, rules
from bots.identity.settings import IdentitySettings, Policy
from bridge.model import EndpointRef, Room
from bridge.store import links
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Place:
    """The ends of links that belong together."""

    ref: EndpointRef
    ends: Sequence[Endpoint]
    links: frozenset[str]
    rules: Rules

    def end_of(self, room: Room) -> Endpoint | None:
        """The end that a room is."""
        return next(
            (end for end in self.ends if (end.homeserver, end.room_id) == (room.homeserver, room.room_id)), None
        )


async def of(connection: Connection, settings: IdentitySettings, room: Room) -> Place | None:
    """The place that a room belongs to; None where Setu does not stand in it."""
    end = await links.endpoint_of(connection, room.homeserver, room.room_id)
    return await _place(connection, settings, end) if end is not None and end.state != "left" else None


async def by_ref(connection: Connection, settings: IdentitySettings, ref: EndpointRef) -> Place:
    """The place of this number."""
    return await _place(connection, settings, await links.by_ref(connection, ref))


async def all_of(connection: Connection, settings: IdentitySettings) -> Sequence[Place]:
    """Every place that is linked, or that the settings name."""
    rows = await connection.fetch(
        "select distinct e.id from endpoint e where exists (select from link l where l.active and l.hub = e.id)"
        " or (e.room_id = any($1) and not exists (select from link l where l.active and l.department = e.id))"
        " order by e.id",
        [policy.room for policy in settings.rooms if policy.room is not None],
    )
    return [await by_ref(connection, settings, EndpointRef(row["id"])) for row in rows]


async def _place(connection: Connection, settings: IdentitySettings, end: Endpoint) -> Place:
    rows = await connection.fetch(
        """
        with hub as (
            select coalesce((select l.hub from link l where l.active and l.department = $1 order by l.id limit 1), $1)
                   as id
        )
        select hub.id as hub, l.name, l.department from hub left join link l on l.active and l.hub = hub.id
        order by l.id
        """,
        end.ref,
    )
    ref = EndpointRef(rows[0]["hub"])
    others = [EndpointRef(row["department"]) for row in rows if row["department"] is not None]
    ends = [await links.by_ref(connection, one) for one in dict.fromkeys([ref, *others])]
    names = frozenset(row["name"] for row in rows if row["name"] is not None)
    return Place(ref, ends, names, await _rules(connection, settings, ref, ends, names))


async def _rules(
    connection: Connection, settings: IdentitySettings, ref: EndpointRef, ends: Sequence[Endpoint],
    names: frozenset[str],
) -> Rules:  # fmt: skip
    rooms = {end.room_id for end in ends}
    named = [policy for policy in settings.rooms if policy.link in names or (policy.room and policy.room in rooms)]
    said = await connection.fetch("select key, value from identity_policy where place = $1", ref)
    return rules(spoken({row["key"]: row["value"] for row in said}), *named, settings.default)


def spoken(said: Mapping[str, str]) -> Policy:
    """The policy that moderators gave in chat."""
    words: dict[str, object] = dict(said)
    if "public" in words:
        words["public"] = words["public"] == "yes"
    return Policy.model_validate(words)
