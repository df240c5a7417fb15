"""Who is spoken to in which language: a room in its own, its link's or its organisation's, a person in theirs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import asyncpg
import pytest

from bridge import status, status_table
from bridge.actions import Send
from bridge.config import Link
from bridge.languages import ENGLISH, known
from bridge.mirror.declare import declare
from bridge.mirror.undelivered import Undelivered
from bridge.mirror.unread import Unread
from bridge.model import Event, UserId
from bridge.saying import Saying
from bridge.store import alarms, links, migrate, outbox, replaced, tongues
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.links import Endpoint
from bridge.voice import Voice
from bridge.watch import Watch
from tests.people import CELL, MHA, NIC, RAVI
from tests.postgres import Cluster
from tests.store import chat as rooms
from tests.store.chat import ASHA, BOTS, HALL, MEERA, OFFICE, Chat
from tests.tongues import CATALOGUES, in_hindi

LINKED_IN_HINDI = "यह कक्ष"
PAUSED_IN_HINDI = "रोक दिया गया है"


@pytest.fixture
async def chat(pool: Pool, journal: Journal, keyring: Keyring) -> Chat:
    """Ravi's room of Home Affairs, which reads Hindi, is linked with the hall of the hub, which reads English."""
    return await rooms.linked(pool, journal, keyring, {MHA: "hi"})


async def told(chat: Chat, room_id: str, sender: str, body: str) -> Mapping[str, Sequence[str]]:
    """Somebody writes: what Setu says because of it, by room."""
    return await happens(chat, chat.event(room_id, sender, "m.room.message", msgtype="m.text", body=body))


async def happens(chat: Chat, what: Event) -> Mapping[str, Sequence[str]]:
    before = await chat.last_order()
    await chat.happens(what)
    found: dict[str, list[str]] = defaultdict(list)
    for room, action in await chat.orders(before):
        if isinstance(action, Send) and action.origin is None:
            found[room or ""].append(str(action.content["body"]))
    return found


async def end_of(chat: Chat, room_id: str) -> Endpoint:
    async with chat.pool.acquire() as connection:
        found = await links.endpoint_of(connection, NIC if room_id.endswith(NIC) else MHA, room_id)
    assert found is not None
    return found


async def language_in(chat: Chat, room_id: str) -> str:
    end = await end_of(chat, room_id)
    async with chat.pool.acquire() as connection:
        return (await chat.house.tongues.in_room(connection, end.ref)).language


async def language_to(chat: Chat, person: str, room_id: str) -> str:
    end = await end_of(chat, room_id)
    async with chat.pool.acquire() as connection:
        return (await chat.house.tongues.to_person(connection, UserId(person), end.ref)).language


async def declared(chat: Chat, language: str | None) -> None:
    """Setu starts with the link in its configuration, in this language."""
    wanted = Link(name="cell", department=MHA, room=CELL, hub_room=HALL, language=language, without_verdict="closed")
    async with chat.pool.acquire() as connection:
        kek = await chat.keyring.current(connection, NO_ROOM)
        async with connection.transaction():
            await declare(connection, kek, chat.house.customs, NIC, (wanted,), "start")


async def choose_for_room(chat: Chat, room_id: str, language: str | None) -> None:
    homeserver = NIC if room_id.endswith(NIC) else MHA
    async with chat.pool.acquire() as connection:
        ref = (await chat.journal.rooms(connection, homeserver, [room_id]))[room_id]
        await tongues.set_of_room(connection, ref, language)


async def test_each_organisation_is_spoken_to_in_its_language(chat: Chat) -> None:
    said = [(room, action.content["body"]) for room, action in await chat.orders()
            if isinstance(action, Send) and action.origin is None]  # fmt: skip
    assert [body for room, body in said if room == CELL and body.startswith(LINKED_IN_HINDI)]
    assert [body for room, body in said if room == HALL and body.startswith("This room is linked")]
    assert [body for room, body in said if room == OFFICE and "asks to link the room" in body]
    assert (await language_in(chat, CELL), await language_in(chat, HALL)) == ("hi", "en")


async def test_a_link_may_have_a_language_for_both_of_its_rooms(chat: Chat) -> None:
    await declared(chat, "hi")
    assert (await language_in(chat, HALL), await language_in(chat, OFFICE)) == ("hi", "en")
    await declared(chat, "en")
    assert (await language_in(chat, CELL), await language_in(chat, HALL)) == ("en", "en")
    await declared(chat, None)
    assert await language_in(chat, CELL) == "hi"


async def test_a_room_has_its_own_language_before_its_links(chat: Chat) -> None:
    await declared(chat, "hi")
    await choose_for_room(chat, HALL, "en")
    assert (await language_in(chat, CELL), await language_in(chat, HALL)) == ("hi", "en")
    await choose_for_room(chat, HALL, None)
    assert await language_in(chat, HALL) == "hi"


async def test_a_person_has_their_own_language_in_every_room(chat: Chat) -> None:
    async with chat.pool.acquire() as connection:
        await tongues.set_of_person(connection, UserId(ASHA), "hi")
    assert {await language_to(chat, ASHA, room) for room in (CELL, HALL, OFFICE)} == {"hi"}
    assert [await language_to(chat, RAVI, room) for room in (CELL, HALL)] == ["hi", "en"]
    async with chat.pool.acquire() as connection:
        await tongues.set_of_person(connection, UserId(ASHA), None)
    assert await language_to(chat, ASHA, HALL) == "en"


async def test_who_commands_is_answered_in_their_language_and_the_others_are_told_in_their_rooms(chat: Chat) -> None:
    said = await told(chat, CELL, RAVI, "!setu pause cell")
    assert PAUSED_IN_HINDI in said[CELL][0] and f"{RAVI} paused the link cell" in said[HALL][0]
    await told(chat, CELL, RAVI, "!setu resume cell")
    await told(chat, CELL, RAVI, "!setu language en")
    said = await told(chat, CELL, RAVI, "!setu pause cell")
    assert "cell is paused." in said[CELL][0]


async def test_what_a_link_said_last_is_said_in_its_language(chat: Chat) -> None:
    await told(chat, CELL, RAVI, "!setu unlink cell")
    await chat.pool.execute("update link set language = 'hi', active = true")
    said = await told(chat, CELL, RAVI, "!setu unlink cell")
    assert said[HALL] == [in_hindi(Saying.of("unlinked-there", sender=RAVI, name="cell"))]


async def test_anybody_chooses_their_language_and_is_answered_in_it(chat: Chat) -> None:
    said = await told(chat, HALL, "@farid:nic.lab", "!setu language hi")
    assert said[HALL] == [in_hindi(Saying.of("language-chosen"))]
    assert (await language_to(chat, "@farid:nic.lab", HALL), await language_in(chat, HALL)) == ("hi", "en")
    said = await told(chat, HALL, "@farid:nic.lab", "!setu language default")
    assert said[HALL] == ["Setu speaks English to you from now on."]


async def test_a_moderator_chooses_the_rooms_language_and_nobody_else(chat: Chat) -> None:
    said = await told(chat, HALL, "@farid:nic.lab", "!setu room-language hi")
    assert "takes a moderator" in said[HALL][0]
    said = await told(chat, HALL, ASHA, "!setu room-language hi-IN")
    assert said[HALL] == [in_hindi(Saying.of("room-language-chosen"))]
    assert await language_in(chat, HALL) == "hi-IN"
    await told(chat, HALL, ASHA, "!setu room-language default")
    assert await language_in(chat, HALL) == "en"


@pytest.mark.parametrize("verb", ["language", "room-language"])
async def test_a_language_that_setu_does_not_speak_changes_nothing_and_those_that_it_speaks_are_told(
    chat: Chat, verb: str
) -> None:
    [said] = (await told(chat, HALL, ASHA, f"!setu {verb} tlh"))[HALL]
    assert "tlh" in said and ", ".join(known()) in said
    [said] = (await told(chat, HALL, ASHA, f"!setu {verb}"))[HALL]
    assert "!setu language LANGUAGE" in said and ", ".join(known()) in said
    assert (await language_to(chat, ASHA, HALL), await language_in(chat, HALL)) == ("en", "en")


async def test_who_may_not_is_told_so_in_their_language(chat: Chat) -> None:
    said = await told(chat, CELL, MEERA, "!setu links")
    assert said[CELL] == [in_hindi(Saying.of("denied-not-admin"))]


async def test_how_links_stand_is_told_in_hindi_with_the_reason_why_nothing_moves(chat: Chat) -> None:
    invite = Saying.of("invite-it", bot=BOTS[NIC], room=HALL)
    await chat.pool.execute(
        "update endpoint set state = 'uninvited', why = $2 where room_id = $1", HALL, invite.stored()
    )
    [said] = (await told(chat, CELL, RAVI, "!setu status"))[CELL]
    assert in_hindi(Saying.of("room-uninvited-why", why=invite)) in said
    assert said.startswith(f"cell: अवरुद्ध · {CELL} · {HALL}")


async def test_a_sender_is_told_in_their_language_why_a_message_did_not_arrive(chat: Chat) -> None:
    async with chat.pool.acquire() as connection:
        await tongues.set_of_person(connection, UserId(MEERA), "en")
    for person, words in ((RAVI, "उसका आकार बहुत बड़ा है"), (MEERA, "it is too large")):
        before = await chat.last_order()
        await chat.say(CELL, person, f"from {person}")
        undelivered = Undelivered(chat.house.customs, chat.keyring, chat.journal, chat.house.tongues)
        async with chat.pool.acquire() as connection, connection.transaction():
            lane = (await end_of(chat, HALL)).lane
            orders = await outbox.next_orders(connection, chat.keyring, lane, 100, timedelta(hours=12))
            [copy] = [one for one in orders if isinstance(one.action, Send)
                      and one.action.content.get("body") == f"from {person}"]  # fmt: skip
            await undelivered.tell(connection, copy, "413 M_TOO_LARGE")
        notices = [action.content for room, action in await chat.orders(before)
                   if room == CELL and isinstance(action, Send) and action.origin is None]  # fmt: skip
        assert [content["m.mentions"] for content in notices] == [{"user_ids": [person]}]
        assert words in notices[0]["body"]


def watch(chat: Chat) -> Watch:
    unread = Unread(chat.house.customs, chat.keyring, chat.house.tongues)
    return Watch(
        chat.pool, chat.keyring, NIC, UserId(BOTS[NIC]), OFFICE, unread, chat.house.tongues, chat.house.followers,
        300.0, 5.0,
    )  # fmt: skip


async def alarmed(chat: Chat) -> list[str]:
    """What the admin room is told now, once it has arrived."""
    before = await chat.last_order()
    async with chat.pool.acquire() as connection:
        await watch(chat).look(connection)
    said = [str(action.content["body"]) for _, action in await chat.orders(before) if isinstance(action, Send)]
    await chat.pool.execute(
        "update outbox set state = 'done', outcome = '$done' || id, kek = null, wrapped = null, sealed = null"
        " where cause like 'alarm:%'"
    )
    return said


async def test_alarms_are_said_in_the_admin_rooms_language_and_the_status_tells_them_in_english(chat: Chat) -> None:
    await choose_for_room(chat, OFFICE, "hi")
    away = Saying.of("unreachable", homeserver="mha.lab")
    async with chat.pool.acquire() as connection:
        await alarms.raise_alarm(connection, "unreachable:mha.lab", away)
    assert await alarmed(chat) == [f"चेतावनी: {in_hindi(away)}"]
    async with chat.pool.acquire() as connection:
        found = await status.read(connection, [], chat.house.followers)
        await alarms.clear(connection, "unreachable:mha.lab")
    english = Voice(CATALOGUES, ENGLISH)
    assert "mha.lab cannot be reached (1×)" in status_table.render(found, english)
    assert '"what": "mha.lab cannot be reached"' in status_table.as_json(found, english)
    assert await alarmed(chat) == [f"* समाप्त: {in_hindi(away)}"]


async def test_a_room_that_replaces_another_keeps_its_language(chat: Chat) -> None:
    await choose_for_room(chat, CELL, "en")
    end = await end_of(chat, CELL)
    async with chat.pool.acquire() as connection, connection.transaction():
        await replaced.move(connection, end.lane, CELL, "!new:mha.lab")
    assert await language_in(chat, "!new:mha.lab") == "en"
    await choose_for_room(chat, "!new:mha.lab", "hi")
    assert await language_in(chat, "!new:mha.lab") == "hi"


async def test_what_was_kept_in_english_before_is_still_told(cluster: Cluster) -> None:
    async with cluster.database() as name:
        connection = await asyncpg.connect(cluster.url(name))
        try:
            for step in migrate.read("bridge", migrate.OWN)[:8]:
                await connection.execute(step.sql)
            await connection.execute("insert into alarm (cause, what) values ('a:b', 'mha.lab is \"away\"')")
            await connection.execute(
                "insert into endpoint (homeserver, state, why) values ('mha.lab', 'left', 'kicked')"
            )
            await connection.execute("insert into endpoint (homeserver) values ('nic.lab')")
            [step] = [step for step in migrate.read("bridge", migrate.OWN) if step.name == "tongues"]
            await connection.execute(step.sql)
            what = Saying.read(await connection.fetchval("select what from alarm"))
            whys = [row["why"] for row in await connection.fetch("select why from endpoint order by id")]
        finally:
            await connection.close()
    assert Voice(CATALOGUES, "hi").words(what) == 'mha.lab is "away"'
    assert Voice(CATALOGUES, "en").words(Saying.read(whys[0])) == "kicked" and whys[1] is None
