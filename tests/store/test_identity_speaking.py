"""How people speak, on a real database: a copy shows who its author is, whether they speak officially, and in a public
room that they do not.
"""

from typing import Any

import pytest

from bots.identity import record
from bridge.actions import Name, Send, SetProfile, SetState
from bridge.model import Room, UserId
from bridge.origin import MARK
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, OFFICER, ROSTER, Bureau, person
from tests.store.chat import ASHA, HALL, OFFICE

GHOST = "@_setu_mha.lab_ravi:nic.lab"


async def opened(pool: Pool, journal: Journal, keyring: Keyring, **policy: Any) -> Bureau:
    made = bureaus.bureau(pool, journal, keyring, {"rooms": [{"link": "cell", **policy}]})
    await bureaus.linked(made)
    await made.gives_power(CELL, {RAVI: 50})
    await made.gives_power(HALL, {ASHA: 50})
    return made


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    return await opened(pool, journal, keyring)


async def copy(bureau: Bureau, room_id: str, sender: str, body: str) -> Send:
    """The one copy of what somebody says."""
    before = await bureau.last_order()
    await bureau.say(room_id, sender, body)
    [found] = [action for _, action in await bureau.orders(before) if isinstance(action, Send) and action.origin]
    return found


async def test_who_speaks_officially_is_shown_so_until_they_end_it(bureau: Bureau) -> None:
    assert (await copy(bureau, CELL, RAVI, "my view")).content["body"] == "my view"
    [begun] = await bureau.say(CELL, RAVI, "!id official the culvert at km 42 for 2h")
    assert "the culvert at km 42" in begun
    official = await copy(bureau, CELL, RAVI, "It is sanctioned.")
    assert official.content["body"] == "[Official: the culvert at km 42]\nIt is sanctioned."
    assert "<strong>[Official: the culvert at km 42]</strong>" in official.content["formatted_body"]
    await bureau.say(CELL, RAVI, "!id personal")
    assert (await copy(bureau, CELL, RAVI, "my view again")).content["body"] == "my view again"


async def test_a_capacity_ends_by_time_and_its_owner_is_told(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads for 1h")
    await bureau.pool.execute("update identity_capacity set until = now() - interval '1 second'")
    assert (await copy(bureau, CELL, RAVI, "later")).content["body"] == "later"
    await bureau.look()
    assert any("The time is over" in said for said in await bureau.told(RAVI))


async def test_it_counts_in_the_room_where_it_was_said_and_for_who_said_it(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    await bureau.comes(CELL, MEERA)
    assert (await copy(bureau, CELL, MEERA, "hello")).content["body"] == "hello"
    assert (await copy(bureau, HALL, ASHA, "hello")).content["body"] == "hello"


@pytest.mark.parametrize("words", ["roads", "roads for 2h"])
async def test_nobody_speaks_officially_who_is_not_authorised(bureau: Bureau, words: str) -> None:
    await bureau.comes(CELL, MEERA)
    [denied] = await bureau.say(CELL, MEERA, f"!id official {words}")
    assert "role" in denied
    bureau.knows(*(one for one in ROSTER if one.user_id != RAVI), person(RAVI, "Ravi Kumar", "Director"))
    [denied] = await bureau.say(CELL, RAVI, f"!id official {words}")
    assert "role" in denied


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Write !id official SUBJECT"),
        ("for 2h", "Write !id official SUBJECT"),
        ("x" * 121, "Write !id official SUBJECT"),
        ("ro\u202ead", "Write !id official SUBJECT"),
        ("roads for 9h", "at most 8h"),
        ("roads for 0h", "at most 8h"),
        ("सड़क 10 घंटे के लिए", "at most 8h"),
    ],
)
async def test_a_subject_and_a_time_that_cannot_be_are_refused(bureau: Bureau, words: str, answer: str) -> None:
    [said] = await bureau.say(CELL, RAVI, f"!id official {words}")
    assert answer in said.replace("`", "")
    assert await bureau.pool.fetchval("select count(*) from identity_capacity") == 0


async def test_an_edit_and_a_caption_bear_the_badge_and_a_file_name_does_not(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    first = await copy(bureau, CELL, RAVI, "one")
    assert first.content["body"].startswith("[Official")
    before = await bureau.last_order()
    new = {"msgtype": "m.text", "body": "two"}
    relation = {"rel_type": "m.replace", "event_id": first.origin.event_id if first.origin else ""}
    content: dict[str, Any] = {"msgtype": "m.text", "body": "* two", "m.new_content": new, "m.relates_to": relation}
    await bureau.happens(bureau.event(CELL, RAVI, "m.room.message", **content))
    [edit] = [action for _, action in await bureau.orders(before) if isinstance(action, Send)]
    assert edit.content["m.new_content"]["body"] == "[Official: roads]\ntwo"
    for body, filename, shown in (
        ("plan.pdf", None, "plan.pdf"),
        ("see this", "plan.pdf", "[Official: roads]\nsee this"),
    ):
        before = await bureau.last_order()
        named = {} if filename is None else {"filename": filename}
        file = {"msgtype": "m.file", "body": body, "url": "mxc://mha.lab/x", **named}
        await bureau.happens(bureau.event(CELL, RAVI, "m.room.message", **file))
        [sent] = [action for _, action in await bureau.orders(before) if isinstance(action, Send)]
        assert sent.content["body"] == shown


async def test_a_public_room_says_that_a_view_is_the_writers_own(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    bureau = await opened(pool, journal, keyring, public=True)
    assert (await copy(bureau, CELL, RAVI, "It rains.")).content["body"] == (
        "It rains.\nThe writer's own view, not that of the government."
    )
    await bureau.say(CELL, RAVI, "!id official roads")
    assert "own view" not in (await copy(bureau, CELL, RAVI, "It is sanctioned.")).content["body"]


async def test_the_disclaimer_is_the_one_that_the_settings_give(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await opened(pool, journal, keyring, public=True, disclaimer="Personal. <b>")
    sent = await copy(bureau, CELL, RAVI, "It rains.")
    assert sent.content["body"].endswith("Personal. <b>") and "Personal. &lt;b&gt;" in sent.content["formatted_body"]


@pytest.mark.parametrize(
    ("body", "reminded"),
    [
        ("On behalf of the Ministry of Home Affairs I announce the following.", True),
        ("गृह मंत्रालय की ओर से सूचित किया जाता है।", True),
        ("The official position of the Government is clear.", True),
        ("I write on behalf of my family.", False),
        ("> On behalf of the Ministry of Home Affairs I announce\nWho said this?", False),
        ("मेरी ओर से शुभकामनाएँ", False),
    ],
)
async def test_who_claims_to_speak_for_the_government_is_reminded_privately(
    pool: Pool, journal: Journal, keyring: Keyring, body: str, reminded: bool
) -> None:
    bureau = await opened(pool, journal, keyring, public=True)
    await bureau.say(CELL, RAVI, body)
    await bureau.say(CELL, RAVI, body)
    chats = await bureau.pool.fetchval("select count(*) from private_chat")
    assert chats == int(reminded)
    if reminded:
        assert len(await bureau.told(RAVI)) == 1


async def test_who_may_say_it_is_not_reminded(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await opened(pool, journal, keyring, public=True)
    await bureau.say(CELL, RAVI, "!id official roads")
    await bureau.say(CELL, RAVI, "On behalf of the Ministry of Home Affairs I announce the following.")
    assert await bureau.pool.fetchval("select count(*) from private_chat") == 0


async def test_a_copy_tells_who_its_author_is(bureau: Bureau) -> None:
    mark = (await copy(bureau, CELL, RAVI, "namaste")).content[MARK]
    assert mark["tag"]["designation"] == "Director" and mark["tag"]["status"] == "verified"
    assert mark["name"] == "Ravi Kumar"


async def test_a_ghost_is_called_as_the_roster_says(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "namaste")
    names = [action.name for _, action in await bureau.orders() if isinstance(action, Name) and action.as_user == GHOST]
    assert names[-1] == "Ravi Kumar · Director, Ministry of Home Affairs"


async def test_both_rooms_show_who_somebody_is_and_the_ghosts_profile_too(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "namaste")
    states = {
        (room, action.state_key): action.content
        for room, action in await bureau.orders() if isinstance(action, SetState) and action.type == "in.setu.identity"
    }  # fmt: skip
    assert states[CELL, "ravi:mha.lab"]["designation"] == "Director"
    assert states[HALL, "_setu_mha.lab_ravi:nic.lab"]["designation"] == "Director"
    [profile] = [action for _, action in await bureau.orders() if isinstance(action, SetProfile)][:1]
    assert profile.as_user == GHOST and profile.value is not None and profile.value["name"] == "Ravi Kumar"


async def test_what_stands_there_already_is_not_said_again(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "namaste")
    before = await bureau.last_order()
    await bureau.say(CELL, RAVI, "namaste again")
    assert not [one for _, one in await bureau.orders(before) if isinstance(one, SetState | SetProfile | Name)]


async def test_a_promotion_is_shown_everywhere_without_a_word_of_theirs(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "namaste")
    before = await bureau.last_order()
    bureau.knows(*(one for one in ROSTER if one.user_id != RAVI), person(RAVI, "Ravi Kumar", "Joint Secretary"))
    await bureau.refreshes(RAVI)
    orders = [action for _, action in await bureau.orders(before)]
    assert [one.name for one in orders if isinstance(one, Name) and one.as_user == GHOST] == [
        "Ravi Kumar · Joint Secretary, Ministry of Home Affairs"
    ]
    assert len([one for one in orders if isinstance(one, SetState) and "ravi" in one.state_key]) == 2


async def test_an_unverified_claim_renames_nobody(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA, displayname="Meera")
    await bureau.say(CELL, MEERA, "!id me Prime Minister; Boss; Everything")
    sent = await copy(bureau, CELL, MEERA, "namaste")
    assert sent.content[MARK]["tag"]["status"] == "claimed"
    names = {action.name for _, action in await bureau.orders() if isinstance(action, Name)}
    assert not any("Prime Minister" in name for name in names)


async def test_names_and_subjects_are_nowhere_in_clear(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.comes(OFFICE, OFFICER)
    await bureau.say(CELL, MEERA, "!id me Zebraname; Quaggapost; Okapioffice")
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA}")
    await bureau.say(CELL, RAVI, "!id official Bongosubject")
    tables = await bureau.pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    for table in tables:
        rows = await bureau.pool.fetch(f"select t::text as row, t.* from {table['tablename']} t")
        for row in rows:
            raw = b" ".join(value for value in row.values() if isinstance(value, bytes)) + str(row["row"]).encode()
            assert not [word for word in (b"Zebra", b"Quagga", b"Okapi", b"Bongo") if word in raw], table["tablename"]


async def test_the_record_tells_who_somebody_was_and_how_they_spoke_at_that_moment(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "as a director")
    await bureau.say(CELL, RAVI, "!id official roads")
    await bureau.say(CELL, RAVI, "officially")
    await bureau.say(CELL, RAVI, "!id personal")
    bureau.knows(*(one for one in ROSTER if one.user_id != RAVI), person(RAVI, "Ravi Kumar", "Joint Secretary"))
    await bureau.refreshes(RAVI)
    await bureau.say(CELL, RAVI, "as a joint secretary")
    async with bureau.pool.acquire() as connection:
        ref = (await bureau.journal.rooms(connection, MHA, [CELL]))[CELL]
        room = Room(ref, MHA, CELL)
        head = await connection.fetchval("select head from room where id = $1", ref)
        entries = await bureau.journal.read(connection, room, 0, head)
        known = await record.told(connection, bureau.keyring, room, entries)
    said = {entry.event.text("body"): known.get(entry.pos, {}) for entry in entries}
    assert said["as a director"]["identity"]["designation"] == "Director"
    assert said["officially"]["official"] == {"subject": "roads"}
    assert "official" not in said["as a joint secretary"] and "official" not in said["as a director"]
    assert said["as a joint secretary"]["identity"]["designation"] == "Joint Secretary"


async def test_bots_say_in_their_profiles_that_they_are_bots(bureau: Bureau) -> None:
    await bureau.look()
    await bureau.look()
    said = {action.as_user: action.value for _, action in await bureau.orders() if isinstance(action, SetProfile)}
    for homeserver in (MHA, NIC):
        assert said[UserId(f"@setu:{homeserver}")] == {"status": "bot", "name": "Setu"}
        assert said[UserId(f"@identity:{homeserver}")] == {"status": "bot", "name": "Identity"}
    assert len([one for _, one in await bureau.orders() if isinstance(one, SetProfile)]) == len(said)
