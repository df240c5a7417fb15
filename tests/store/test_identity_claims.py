"""Who people say that they are, on a real database: claims, officers who decide about them, and who may ask what."""

import pytest

from bots.identity.roster.person import Role
from bridge.actions import Leave, Send, SetState
from bridge.model import UserId
from bridge.store import links
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, OFFICER, ROSTER, VISITOR, Bureau, person
from tests.store.chat import HALL, OFFICE

CLAIM = "!id me Meera Nair; Section Officer; Home Affairs"


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    made = await bureaus.linked(bureaus.bureau(pool, journal, keyring, {"rooms": [{"link": "cell", "enforce": "off"}]}))
    await made.comes(CELL, MEERA)
    await made.comes(OFFICE, OFFICER)
    await made.look()  # the bots say what they are
    return made


async def status(bureau: Bureau, user_id: str) -> str | None:
    found = await bureau.pool.fetchval("select status from identity_tag where user_id = $1 and until is null", user_id)
    return str(found) if found is not None else None


async def test_a_claim_waits_for_an_officer_and_then_counts(bureau: Bureau) -> None:
    [answer] = await bureau.say(CELL, MEERA, CLAIM)
    assert "An identity officer will verify it" in answer
    assert await status(bureau, MEERA) == "claimed"
    [line] = await bureau.say(OFFICE, OFFICER, "!id pending")
    assert MEERA in line and "Meera Nair, Section Officer, Home Affairs" in line
    said = await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA}")
    assert any("Verified for 365 days" in one for one in said) and any("has verified" in one for one in said)
    assert await status(bureau, MEERA) == "verified"
    [nothing] = await bureau.say(OFFICE, OFFICER, "!id pending")
    assert "Nobody waits" in nothing


async def test_who_is_refused_is_told_why_and_is_unknown_again(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    said = await bureau.say(OFFICE, OFFICER, f"!id refuse {MEERA} there is no such officer")
    assert any("there is no such officer" in one for one in said)
    assert await status(bureau, MEERA) == "unknown"


@pytest.mark.parametrize("verb", ["pending", f"verify {MEERA}", f"refuse {MEERA} no"])
async def test_nobody_but_an_officer_decides_and_only_among_officers(bureau: Bureau, verb: str) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    await bureau.comes(OFFICE, "@clerk:nic.lab")
    [denied] = await bureau.say(OFFICE, "@clerk:nic.lab", f"!id {verb}")
    assert "role" in denied or "administrator" in denied
    await bureau.comes(HALL, OFFICER)
    [denied] = await bureau.say(HALL, OFFICER, f"!id {verb}")
    assert "in this room" in denied
    assert await status(bureau, MEERA) == "claimed"


async def test_an_officer_does_not_verify_what_they_say_of_themselves(bureau: Bureau) -> None:
    bureau.knows()  # the officer is an administrator, and in no roster
    await bureau.say(OFFICE, "@asha:nic.lab", "!id me Asha Verma; Secretary; NIC")
    [answer] = await bureau.say(OFFICE, "@asha:nic.lab", "!id verify @asha:nic.lab")
    assert "another officer" in answer
    assert await status(bureau, "@asha:nic.lab") == "claimed"


async def test_two_who_claim_to_be_the_same_are_not_verified_unseen(bureau: Bureau) -> None:
    await bureau.comes(CELL, "@other:mha.lab")
    await bureau.say(CELL, MEERA, CLAIM)
    await bureau.say(CELL, "@other:mha.lab", CLAIM.upper().replace("!ID ME", "!id me"))
    lines = (await bureau.say(OFFICE, OFFICER, "!id pending"))[0]
    assert lines.count("the same is known of") == 2
    [warned] = await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA}")
    assert "@other:mha.lab" in warned and await status(bureau, MEERA) == "claimed"
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA} anyway")
    assert await status(bureau, MEERA) == "verified"


async def test_who_claims_an_officials_name_is_named_beside_it_and_marked(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, "!id me Shri Ravi Kumаr; Director; Home Affairs")
    [line] = await bureau.say(OFFICE, OFFICER, "!id pending")
    assert RAVI in line
    assert await bureau.pool.fetchval("select count(*) from alarm where cause = $1", f"identity-resembles:{MEERA}") == 1
    [answer] = await bureau.say(CELL, RAVI, f"!id who {MEERA}")
    assert "Take care" in answer and RAVI in answer


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Write !id me NAME"),
        ("Meera Nair", "Write !id me NAME"),
        (";;", "Write !id me NAME"),
        ("Meera; ; Home", "Write !id me NAME"),
        ("a; b; c; d; e", "Write !id me NAME"),
        ("Meera\u202eriaN; Officer; Home", "nobody sees"),
        ("Meera\u200b Nair; Officer; Home", "nobody sees"),
        (f"{'M' * 201}; Officer; Home", "at most 200"),
    ],
)
async def test_what_is_no_name_is_refused_in_clear_words(bureau: Bureau, words: str, answer: str) -> None:
    [said] = await bureau.say(CELL, MEERA, f"!id me {words}")
    assert answer in said.replace("`", "")
    assert await bureau.pool.fetchval("select count(*) from identity_claim") == 0


async def test_markup_in_a_name_is_shown_as_it_was_written(bureau: Bureau) -> None:
    before = await bureau.last_order()
    await bureau.say(CELL, MEERA, "!id me <b>Meera</b> **Nair**; Officer; <script>x</script>")
    orders = [action for _, action in await bureau.orders(before)]
    [answer] = [action for action in orders if isinstance(action, Send) and action.origin is None]
    assert "<script>" not in answer.content["formatted_body"] and "&lt;script&gt;" in answer.content["formatted_body"]


async def test_ten_thousand_letters_are_no_command(bureau: Bureau) -> None:
    assert await bureau.say(CELL, MEERA, f"!id me {'M' * 10_000}; Officer; Home") == []


async def test_a_person_of_another_homeserver_is_heard_once_however_many_see_it(bureau: Bureau) -> None:
    await bureau.comes(CELL, VISITOR)
    said = bureau.event(CELL, VISITOR, "m.room.message", msgtype="m.text", body=CLAIM)
    first = await bureau.happens(said, MHA)
    async with bureau.pool.acquire() as connection:
        end = await links.declare_endpoint(connection, NIC, CELL)
        await links.set_state(connection, end.ref, "open")
    second = await bureau.happens(said, NIC)
    assert (len(first), len(second)) == (1, 0)


async def test_who_is_who_is_told_to_anybody_in_any_room_of_a_ghost_too(bureau: Bureau) -> None:
    for asked in (RAVI, "@_setu_mha.lab_ravi:nic.lab"):
        [answer] = await bureau.say(HALL, "@asha:nic.lab", f"!id who {asked}")
        assert "Ravi Kumar, Director, Ministry of Home Affairs" in answer and "verified" in answer
    [answer] = await bureau.say(CELL, MEERA, f"!id who {VISITOR}")
    assert "has not said who they are" in answer and "not of the government" in answer


async def test_a_verified_claim_ends_and_its_end_is_told_before(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA} for 20d")
    assert await bureau.look() == []
    await bureau.pool.execute("update identity_claim set until = until - interval '10 days'")
    await bureau.look()
    assert any("counts until" in one for one in await bureau.told(MEERA))
    await bureau.pool.execute("update identity_claim set until = until - interval '11 days'")
    await bureau.look()
    assert await status(bureau, MEERA) == "unknown"


async def test_what_somebody_was_called_before_stays_on_record(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA}")
    rows = await bureau.pool.fetch("select status, until from identity_tag where user_id = $1 order by id", MEERA)
    assert [(row["status"], row["until"] is None) for row in rows] == [("claimed", False), ("verified", True)]


async def test_an_id_that_differs_by_case_is_another_person(bureau: Bureau) -> None:
    bureau.knows(*ROSTER, person("@Priya:mha.lab", "Priya Rao", "Director", Role.OFFICIAL))
    await bureau.comes(CELL, "@priya:mha.lab")
    [answer] = await bureau.say(CELL, MEERA, "!id who @priya:mha.lab")
    assert "has not said" in answer


async def test_a_look_alike_is_told_to_the_administrators_and_marked(bureau: Bureau) -> None:
    await bureau.comes(CELL, "@trickster:mha.lab", displayname="Ravi Kumаr")  # a Cyrillic а
    [alarm] = await bureau.pool.fetch("select * from alarm where cause like 'identity-resembles:%'")
    assert alarm["over_at"] is None
    [answer] = await bureau.say(CELL, MEERA, "!id who @trickster:mha.lab")
    assert "Take care" in answer and RAVI in answer
    await bureau.comes(CELL, "@trickster:mha.lab", displayname="Nobody Special")
    assert await bureau.pool.fetchval("select over_at is not null from alarm where cause like 'identity-resembles:%'")
    [answer] = await bureau.say(CELL, MEERA, "!id who @trickster:mha.lab")
    assert "Take care" not in answer


async def test_who_was_invited_first_is_marked_under_their_own_id_when_they_come(bureau: Bureau) -> None:
    await bureau.gives_power(CELL)
    trickster, before = "@trickster:mha.lab", await bureau.last_order()
    await bureau.happens(bureau.member(CELL, trickster, "invite", by=RAVI, displayname="Ravi Kumаr"))
    await bureau.comes(CELL, trickster, displayname="Ravi Kumаr")
    shown = [(room, one) for room, one in await bureau.orders(before) if isinstance(one, SetState)]
    assert [(one.state_key, one.content["resembles"]) for room, one in shown if room == CELL] == [
        ("trickster:mha.lab", RAVI)
    ]


async def test_the_security_room_is_told_of_a_name_once_in_however_many_rooms_it_is_borne(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    made = bureaus.bureau(pool, journal, keyring, {"security_room": "!security:nic.lab"})
    bureau = await bureaus.linked(made)
    await bureau.enter(NIC, "!security:nic.lab")
    await bureau.enter(MHA, "!other:mha.lab")
    before = await bureau.last_order()
    for room in (CELL, "!other:mha.lab"):
        await bureau.happens(bureau.member(room, "@trickster:mha.lab", "invite", by=RAVI, displayname="Ravi Kumаr"))
        await bureau.comes(room, "@trickster:mha.lab", displayname="Ravi Kumаr")
    told = [one for room, one in await bureau.orders(before) if room == "!security:nic.lab"]
    assert len(told) == 1


async def test_an_officials_own_second_account_is_no_look_alike(bureau: Bureau) -> None:
    bureau.knows(*ROSTER, person("@ravi.kumar:nic.lab", "Ravi Kumar", "Director", Role.OFFICIAL))
    await bureau.comes(HALL, "@ravi.kumar:nic.lab", displayname="Ravi Kumar")
    assert await bureau.pool.fetchval("select count(*) from alarm where cause like 'identity-resembles:%'") == 0


async def test_who_shows_an_officials_picture_is_told_to_the_administrators(bureau: Bureau) -> None:
    face = "mxc://mha.lab/face"
    await bureau.comes(CELL, RAVI, displayname="Ravi Kumar", avatar_url=face)
    await bureau.comes(CELL, "@trickster:mha.lab", displayname="Somebody", avatar_url=face)
    [alarm] = await bureau.pool.fetch("select * from alarm where cause like 'identity-picture:%'")
    assert "@trickster:mha.lab" in alarm["cause"]


async def test_commands_from_edits_notices_bots_and_quotes_do_nothing(bureau: Bureau) -> None:
    edit = {"m.new_content": {"msgtype": "m.text", "body": CLAIM}, "m.relates_to": {"rel_type": "m.replace"}}
    for sender, content in (
        (MEERA, {"msgtype": "m.text", "body": CLAIM, **edit}),
        (MEERA, {"msgtype": "m.notice", "body": CLAIM}),
        (MEERA, {"msgtype": "m.text", "body": f"> {CLAIM}"}),
        ("@identity:mha.lab", {"msgtype": "m.text", "body": CLAIM}),
        ("@_setu_nic.lab_asha:mha.lab", {"msgtype": "m.text", "body": CLAIM}),
    ):
        assert await bureau.happens(bureau.event(CELL, sender, "m.room.message", **content)) == []
    assert await bureau.say("!nowhere:mha.lab", MEERA, CLAIM) == []
    assert await bureau.pool.fetchval("select count(*) from identity_claim") == 0


async def test_somebody_elses_private_chat_hears_nobody_but_its_person(bureau: Bureau) -> None:
    invited = bureau.member("!dm:mha.lab", "@identity:mha.lab", "invite", by=MEERA, is_direct=True)
    await bureau.happens(invited)
    async with bureau.pool.acquire() as connection:
        await connection.execute("update endpoint set state = 'open' where room_id = '!dm:mha.lab'")
    assert await bureau.say("!dm:mha.lab", RAVI, "!id help") == []
    assert len(await bureau.say("!dm:mha.lab", MEERA, "!id help")) == 1
    assert await bureau.private(UserId(MEERA)) == "!dm:mha.lab"


async def test_a_bot_declines_a_room_that_is_no_direct_chat(bureau: Bureau) -> None:
    before = await bureau.last_order()
    await bureau.happens(bureau.member("!party:mha.lab", "@identity:mha.lab", "invite", by=MEERA))
    assert [action for _, action in await bureau.orders(before)] == [Leave(UserId("@identity:mha.lab"))]


async def test_help_is_in_the_readers_language(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await bureaus.linked(bureaus.bureau(pool, journal, keyring, languages={"mha.lab": "hi"}))
    [answer] = await bureau.say(CELL, RAVI, "!id help")
    assert "बताएँ कि आप कौन हैं" in answer


async def test_people_are_told_things_in_the_language_that_the_roster_names_until_they_choose(bureau: Bureau) -> None:
    bureau.knows(*ROSTER, person(MEERA, "Meera Nair", "Clerk", languages=("ta", "hi-IN")))
    await bureau.refreshes(MEERA)
    [answer] = await bureau.say(CELL, MEERA, "!id help")
    assert "बताएँ कि आप कौन हैं" in answer
    await bureau.say(CELL, MEERA, "!setu language en")
    await bureau.refreshes(MEERA)
    [answer] = await bureau.say(CELL, MEERA, "!id help")
    assert "says who you are" in answer
    await bureau.say(CELL, MEERA, "!setu language default")
    await bureau.refreshes(MEERA)
    [answer] = await bureau.say(CELL, MEERA, "!id help")
    assert "बताएँ कि आप कौन हैं" in answer
    bureau.knows(*ROSTER)
    await bureau.refreshes(MEERA)
    [answer] = await bureau.say(CELL, MEERA, "!id help")
    assert "says who you are" in answer
