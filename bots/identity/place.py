"""A place (`bridge.store.places`), and what it asks of its people: ladder, restrictions and policies are a place's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bots.identity.policy import Rules, rules
from bots.identity.settings import IdentitySettings, Policy
from bridge.model import EndpointRef, Room
from bridge.store import places
from bridge.store.database import Connection

former = places.former


@dataclass(frozen=True)
class Place(places.Place):
    """The ends of links that belong together, and their rules."""

    rules: Rules


async def of(connection: Connection, settings: IdentitySettings, room: Room) -> Place | None:
    """The place that a room belongs to; None where Setu does not stand in it, and for a chat of two."""
    found = await places.of(connection, room)
    return (await _ruled(connection, settings, [found])).get(found.ref) if found is not None else None


async def by_ref(connection: Connection, settings: IdentitySettings, ref: EndpointRef) -> Place | None:
    """The place of this number, where it is one."""
    return (await _ruled(connection, settings, (await places.by_refs(connection, [ref])).values())).get(ref)


async def all_of(connection: Connection, settings: IdentitySettings) -> Mapping[EndpointRef, Place]:
    """Every place that is linked, or that the settings name."""
    named = [policy.room for policy in settings.rooms if policy.room is not None]
    return await _ruled(connection, settings, (await places.all_of(connection, named)).values())


async def _ruled(
    connection: Connection, settings: IdentitySettings, found: Collection[places.Place]
) -> Mapping[EndpointRef, Place]:
    said: dict[int, dict[str, str]] = {}
    for row in await connection.fetch(
        "select place, key, value from identity_policy where place = any($1)", [place.ref for place in found]
    ):
        said.setdefault(row["place"], {})[row["key"]] = row["value"]
    return {place.ref: _place(settings, place, said.get(place.ref, {})) for place in found}


def _place(settings: IdentitySettings, place: places.Place, said: Mapping[str, str]) -> Place:
    named = [policy for policy in settings.rooms if place.named(policy.link, policy.room)]
    return Place(place.ref, place.ends, place.links, place.former, rules(spoken(said), *named, settings.default))


def spoken(said: Mapping[str, str]) -> Policy:
    """The policy that moderators gave in chat."""
    words: dict[str, object] = dict(said)
    if "public" in words:
        words["public"] = words["public"] == "yes"
    return Policy.model_validate(words)
