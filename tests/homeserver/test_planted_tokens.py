"""Nothing that people write or are called is at rest in clear: not in the database's files, its log, nor in Setu's."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bridge.lab.client import Client
from bridge.lab.site import Site
from bridge.store.embedded import EmbeddedPostgres
from tests.deadline import until
from tests.homeserver.administrator import change, settings
from tests.homeserver.files import sets
from tests.homeserver.planted import Planted, found_in
from tests.homeserver.sites import NewSite
from tests.homeserver.talk import hears

BODY, HINDI, MARKUP = Planted.latin("body"), Planted.devanagari("hindi body"), Planted.latin("formatted body")
NAME, TOPIC, PERSON = Planted.latin("room name"), Planted.latin("topic"), Planted.latin("display name")
PLANTED = [BODY, HINDI, MARKUP, NAME, TOPIC, PERSON]
CONTROL = Planted.latin("written by the test")
PASSWORD = "chai-at-four"


async def test_words_that_people_plant_are_in_no_file(new_site: NewSite) -> None:
    site = new_site()
    await linked_with_a_database_of_its_own(site)
    await plant(site)
    await site.setu.stop()
    log = site.setu.log.read_text()
    assert " DEBUG " in log and "events, " in log  # it said all that it ever says
    assert found_in(site.setu.folder, [*PLANTED, CONTROL]) == set()
    await write_in_clear(site, CONTROL.word)
    assert found_in(site.setu.folder, [*PLANTED, CONTROL]) == {CONTROL.where}


async def linked_with_a_database_of_its_own(site: Site) -> None:
    await site.make_room("bridge-repairs")
    await site.set_up()
    change(site, database={"embedded": "postgres"}, log={"level": "debug"})
    await site.setu.migrate()
    await site.setu.start()
    await site.open_link("bridge-repairs")


async def plant(site: Site) -> None:
    """A person with a telling name tells, in words and in markup, in a room with a telling name and topic."""
    link = site.links["bridge-repairs"]
    ravi, asha = link.department.people[0], link.hub.people[0]
    await sets(ravi, link.department.room, "m.room.name", {"name": f"Room {NAME.word}"})
    await sets(ravi, link.department.room, "m.room.topic", {"topic": f"About {TOPIC.word}"})
    async with named(site, f"Lata {PERSON.word}") as lata:
        await ravi.invite(link.department.room, lata.user_id)
        await lata.join(link.department.room)
        await lata.say(link.department.room, f"{BODY.word} {HINDI.word}", f"<b>{MARKUP.word}</b>")
        await hears(asha, link.hub.room, f"{BODY.word} {HINDI.word}")
    assert any(PERSON.word in name for name in (await asha.names(link.hub.room)).values())

    async def on_record() -> bool:
        status = (await site.setu.status()).link(link.name)
        return status is not None and all(side.settled for side in status.sides)

    await until(on_record)


@asynccontextmanager
async def named(site: Site, name: str) -> AsyncIterator[Client]:
    """A new person of the department, under this display name, at their client."""
    synapse = site.ground.departments[0].synapse
    person = Client(synapse.url)
    try:
        localpart = f"lata.{secrets.token_hex(3)}"
        await person.log_in(await synapse.register(localpart, PASSWORD, name), PASSWORD)
        yield person
    finally:
        await person.close()


async def write_in_clear(site: Site, word: str) -> None:
    """What would be found if Setu wrote it: a row in its database, and the database at rest."""
    postgres = EmbeddedPostgres(site.setu.folder / settings(site)["database"]["embedded"])
    connection = await asyncpg.connect(await postgres.start())
    try:
        await connection.execute("insert into alarm (cause, what) values ('test', to_jsonb($1::text))", word)
        await connection.execute("checkpoint")
    finally:
        await connection.close()
        await postgres.stop()
