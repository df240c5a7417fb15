"""Which language was chosen for a person, and for a room: by itself, or by the link that it is an end of."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.model import EndpointRef, HomeserverName, RoomRef, UserId
from bridge.store.database import Connection


@dataclass(frozen=True)
class Chosen:
    """What is known of the language of an endpoint's room."""

    homeserver: HomeserverName
    language: str | None
    """The room's own, or else its link's; None where neither has one."""


async def in_room(connection: Connection, endpoint: EndpointRef) -> Chosen:
    """A room that replaced another has that one's language until it is given its own. A link that has ended still
    counts where the room has no other: its end is told there too.
    """
    row = await connection.fetchrow(
        """
        select e.homeserver, coalesce(
            (select c.language from endpoint known
             join room r on r.homeserver = known.homeserver and r.room_id = known.room_id
             join room_language c on c.room = r.id
             where e.id in (known.id, known.replaced_by) order by known.id = e.id desc, known.id desc limit 1),
            (select l.language from link l where e.id in (l.department, l.hub) and l.language is not null
             order by l.active desc, l.id limit 1)
        ) as language from endpoint e where e.id = $1
        """,
        endpoint,
    )  # fmt: skip
    assert row is not None, "an endpoint is never deleted"
    return Chosen(HomeserverName(row["homeserver"]), row["language"])


async def of_person(connection: Connection, person: UserId) -> str | None:
    """What a person chose for themselves, or a roster says of them."""
    chosen: str | None = await connection.fetchval("select language from person_language where user_id = $1", person)
    return chosen


async def set_of_person(connection: Connection, person: UserId, language: str | None) -> None:
    """None: the room's language is theirs again."""
    if language is None:
        await connection.execute("delete from person_language where user_id = $1", person)
        return
    await connection.execute(
        "insert into person_language (user_id, language) values ($1, $2)"
        " on conflict (user_id) do update set language = $2, chosen = true",
        person, language,
    )  # fmt: skip


async def suggest(connection: Connection, languages: Mapping[UserId, str | None]) -> None:
    """What a roster says that people read, where they have not chosen themselves; None: it says nothing any more."""
    said = {person: language for person, language in languages.items() if language is not None}
    await connection.execute(
        "insert into person_language (user_id, language, chosen) select *, false from unnest($1::text[], $2::text[])"
        " on conflict (user_id) do update set language = excluded.language where not person_language.chosen",
        list(said), list(said.values()),
    )  # fmt: skip
    silent = [person for person, language in languages.items() if language is None]
    await connection.execute("delete from person_language where not chosen and user_id = any($1)", silent)


async def set_of_room(connection: Connection, room: RoomRef, language: str | None) -> None:
    """None: the link's or the organisation's language is the room's again."""
    if language is None:
        await connection.execute("delete from room_language where room = $1", room)
        return
    await connection.execute(
        "insert into room_language (room, language) values ($1, $2) on conflict (room) do update set language = $2",
        room, language,
    )  # fmt: skip
