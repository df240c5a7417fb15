"""Commands on a real database: links that two sides consent to, and every way to be refused."""

from dataclasses import replace

import pytest

from bridge.actions import CreateRoom, Enter, FollowUpgrade, Join, Leave, Nest, Send, SetMember, SetPower
from bridge.commands.circle import Circle
from bridge.config import Link
from bridge.mirror.declare import declare
from bridge.model import UserId
from bridge.saying import Saying
from bridge.store import links, outbox
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store import chat as rooms
from tests.store.chat import ASHA, BOTS, HALL, MEERA, OFFICE, Chat
from tests.tongues import in_english


@pytest.fixture
async def chat(pool: Pool, journal: Journal, keyring: Keyring) -> Chat:
    """The bot is in the admin room, in a room of the hub and in Ravi's room of Home Affairs."""
    made = rooms.chat(pool, journal, keyring)
    await made.enter(NIC, OFFICE, [ASHA])
    await made.enter(NIC, HALL, [ASHA])
    await made.enter(MHA, CELL, [RAVI, MEERA])
    return made


@pytest.fixture
async def linked(chat: Chat) -> Chat:
    """Ravi's room is linked with the hall as `cell`."""
    await chat.say(CELL, RAVI, f"!setu link cell {HALL}")
    await chat.say(OFFICE, ASHA, "!setu accept cell")
    assert await chat.links() == {"cell": (True, "chat")}
    return chat


async def test_a_link_takes_the_consent_of_both_sides(chat: Chat) -> None:
    told, asked = sorted(await chat.say(CELL, RAVI, f"!setu link cell {HALL}"), key=len)
    assert "has to accept it" in told
    assert RAVI in asked and CELL in asked and "!setu accept cell" in asked
    assert await chat.links() == {}
    await chat.say(CELL, RAVI, "said before")
    accepted = await chat.say(OFFICE, ASHA, "!setu accept cell")
    assert "cell is linked." in accepted
    assert sum("This room is linked with" in said for said in accepted) == 2
    assert await chat.links() == {"cell": (True, "chat")}
    await chat.say(CELL, RAVI, "said after")
    assert (await chat.copies_of("said before"), await chat.copies_of("said after")) == (0, 1)


async def test_who_is_in_the_room_already_is_introduced(linked: Chat) -> None:
    joined = {
        str(action.as_user) for room, action in await linked.orders() if isinstance(action, Join) and room == HALL
    }
    assert joined == {"@_setu_mha.lab_ravi:nic.lab", "@_setu_mha.lab_meera:nic.lab"}


async def test_a_hub_room_that_nobody_names_is_made_and_who_accepts_moderates_it(chat: Chat) -> None:
    await chat.say(CELL, RAVI, "!setu link cell")
    await chat.say(OFFICE, ASHA, "!setu accept cell")
    rooms_made = [action for _, action in await chat.orders() if isinstance(action, CreateRoom)]
    [made] = [action for action in rooms_made if action.kind != "space"]
    assert made.invite == ()
    actions = [action for _, action in await chat.orders()]
    assert {ASHA: 50} in [action.users for action in actions if isinstance(action, SetPower)]
    assert SetMember(UserId(BOTS[NIC]), UserId(ASHA), "invite") in actions


@pytest.mark.parametrize("spaces", [True, False])
async def test_a_hub_room_that_is_made_by_command_stands_in_the_departments_space(chat: Chat, spaces: bool) -> None:
    chat = chat.with_house(hub_spaces=spaces)
    await chat.say(CELL, RAVI, "!setu link cell")
    await chat.say(OFFICE, ASHA, "!setu accept cell")
    actions = [action for _, action in await chat.orders()]
    made = [action for action in actions if isinstance(action, CreateRoom) and action.kind == "space"]
    invited = [action for action in actions if isinstance(action, SetMember) and action.user_id == ASHA]
    nested = [action for action in actions if isinstance(action, Nest)]
    assert [len(made), len(nested), len(invited)] == [spaces, spaces, 1 + spaces]


async def test_a_hub_room_that_was_there_is_left_where_it_stands(linked: Chat) -> None:
    assert not [action for _, action in await linked.orders() if isinstance(action, Nest)]


async def test_each_event_of_a_room_linked_late_has_its_fate(linked: Chat) -> None:
    left = "select count(*) from journal j join room r on r.id = j.room where r.room_id = any($1) and not exists" \
        " (select from crossing c where c.room = j.room and c.pos = j.pos)"  # fmt: skip
    assert await linked.pool.fetchval(left, [CELL, HALL]) == 0


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("!setu link", "Write !setu link NAME"),
        ("!setu link Cell", "Write !setu link NAME"),
        ("!setu link cell hall", "Write !setu link NAME"),
        ("!setu link cell !hall:nic.lab more", "Write !setu link NAME"),
        (f"!setu link cell {CELL}", "this room itself"),
        (f"!setu link cell {OFFICE}", "cannot be linked"),
        ("!setu link cell !Hall:nic.lab", "in no room of that id"),
        ("!setu link cell !hall:NIC.lab", "in no room of that id"),
        ("!setu link cell !hall:evil.lab", "in no room of that id"),
        ("!setu link cell !hall:nic.lab\u200b", "in no room of that id"),
    ],
)
async def test_a_link_that_cannot_be_is_refused_in_clear_words(chat: Chat, asked: str, answer: str) -> None:
    [said] = await chat.say(CELL, RAVI, asked.replace("`", ""))
    assert answer in said.replace("`", "")
    assert await chat.links() == {}
    assert await chat.pool.fetchval("select count(*) from proposal") == 0


async def test_a_room_of_the_hub_that_put_the_bot_out_has_not_consented(chat: Chat) -> None:
    await chat.pool.execute("update endpoint set state = 'left' where room_id = $1", HALL)
    [said] = await chat.say(CELL, RAVI, f"!setu link cell {HALL}")
    assert "in no room of that id" in said


async def test_a_room_that_is_linked_is_not_linked_again_nor_its_name_taken(linked: Chat) -> None:
    [said] = await linked.say(CELL, RAVI, "!setu link other")
    assert "linked already, as cell" in said
    await linked.enter(MHA, "!desk:mha.lab", [RAVI])
    [said] = await linked.say("!desk:mha.lab", RAVI, "!setu link cell")
    assert "Another link is, or was, named cell" in said


async def test_without_an_admin_room_nobody_can_consent(chat: Chat) -> None:
    [said] = await chat.with_house(admin_room=None).say(CELL, RAVI, "!setu link cell")
    assert "nobody to ask" in said


async def test_the_hub_refuses_and_the_department_is_told(chat: Chat) -> None:
    await chat.say(CELL, RAVI, "!setu link cell")
    said = await chat.say(OFFICE, ASHA, "!setu refuse cell")
    assert any(ASHA in text for text in said) and len(said) == 2
    [nothing] = await chat.say(OFFICE, ASHA, "!setu accept cell")
    assert "waits for consent" in nothing
    assert await chat.links() == {}


async def test_who_asked_must_still_be_an_administrator_and_a_moderator_when_it_is_accepted(chat: Chat) -> None:
    await chat.say(CELL, RAVI, "!setu link cell")
    [said] = await chat.with_house(admins=Circle((ASHA,))).say(OFFICE, ASHA, "!setu accept cell")
    assert "may not ask for it any more" in said
    levels = chat.event(CELL, "@maker:mha.lab", "m.room.power_levels", "", users={})
    await chat.happens(levels)
    [said] = await chat.say(OFFICE, ASHA, "!setu accept cell")
    assert "may not ask for it any more" in said
    assert await chat.links() == {}


async def test_the_wrong_person_has_no_effect_and_is_told_once(chat: Chat) -> None:
    [said] = await chat.say(CELL, MEERA, "!setu link cell")
    assert "Only the administrators" in said
    assert await chat.say(CELL, MEERA, "!setu link cell") == []
    await chat.say(CELL, RAVI, "!setu link cell")
    [said] = await chat.say(OFFICE, "@farid:nic.lab", "!setu accept cell")
    assert "Only the administrators" in said
    assert await chat.links() == {}


async def test_power_that_a_person_claims_by_a_message_is_none(chat: Chat) -> None:
    await chat.enter(MHA, "!desk:mha.lab")
    forged = chat.event("!desk:mha.lab", RAVI, "m.room.power_levels", users={RAVI: 100})
    await chat.happens(forged)
    [said] = await chat.say("!desk:mha.lab", RAVI, "!setu link desk")
    assert "takes a moderator" in said


async def test_power_that_came_late_never_adds_to_what_is_known(chat: Chat) -> None:
    await chat.enter(MHA, "!desk:mha.lab")
    late = chat.event("!desk:mha.lab", "@maker:mha.lab", "m.room.power_levels", "", users={RAVI: 100})
    await chat.journalled(MHA, Arrival(late, "messages", late=True))
    [said] = await chat.say("!desk:mha.lab", RAVI, "!setu link desk")
    assert "takes a moderator" in said


@pytest.mark.parametrize(
    "sender", [BOTS[MHA], "@records:mha.lab", "@_setu_nic.lab_asha:mha.lab", "@Ravi:mha.lab", "@ravi:MHA.lab", ASHA]
)
async def test_our_own_accounts_and_those_who_only_look_like_somebody_do_nothing(chat: Chat, sender: str) -> None:
    await chat.say(CELL, sender, "!setu link cell")
    assert await chat.pool.fetchval("select count(*) from proposal") == 0


async def test_in_a_room_where_the_bot_is_not_nobody_is_heard(chat: Chat) -> None:
    assert await chat.say("!elsewhere:mha.lab", RAVI, "!setu help") == []
    async with chat.pool.acquire() as connection:
        end = await links.endpoint_of(connection, MHA, CELL)
        assert end is not None
        await links.set_state(connection, end.ref, "left")
    assert await chat.say(CELL, RAVI, "!setu help") == []


async def test_the_admin_room_seen_through_another_homeserver_is_no_admin_room(chat: Chat) -> None:
    await chat.enter(MHA, OFFICE, [RAVI])
    await chat.say(CELL, RAVI, "!setu link cell")
    assert await chat.say(OFFICE, ASHA, "!setu accept cell", through=MHA) == []
    [said] = await chat.say(OFFICE, RAVI, "!setu accept cell", through=MHA)
    assert "cannot be asked for in this room" in said
    assert await chat.say(OFFICE, RAVI, "!setu accept cell") == []
    assert await chat.links() == {}


async def test_a_command_that_is_read_again_is_not_obeyed_again(chat: Chat) -> None:
    await chat.say(CELL, RAVI, f"!setu link cell {HALL}")
    await chat.say(OFFICE, ASHA, "!setu accept cell")
    await chat.say(CELL, RAVI, "!setu unlink cell")
    before = await chat.orders()
    await chat.pool.execute("update bookmark set pos = 0 where follower = 'commands'")
    await chat.read(chat.commands)
    assert await chat.orders() == before
    assert await chat.links() == {"cell": (False, "chat")}
    assert await chat.pool.fetchval("select count(*) from proposal") == 1


async def test_an_edit_does_not_command(chat: Chat) -> None:
    relation = {"rel_type": "m.replace", "event_id": "$0"}
    content = {"msgtype": "m.text", "body": "!setu link cell", "m.relates_to": relation}
    edit = event("$edit", CELL, RAVI, type="m.room.message", content=content)
    assert await chat.happens(edit) == []


async def test_unlinking_deletes_nothing_and_the_ghosts_leave(linked: Chat) -> None:
    said = await linked.say(CELL, RAVI, "!setu unlink cell")
    assert sorted(text.partition(".")[0] for text in said) == ["@ravi:mha", "cell is no longer linked"]
    left = {(room, str(action.as_user)) for room, action in await linked.orders() if isinstance(action, Leave)}
    assert left == {
        (HALL, "@_setu_mha.lab_ravi:nic.lab"), (HALL, "@_setu_mha.lab_meera:nic.lab"),
        (CELL, "@_setu_nic.lab_asha:mha.lab"),
    }  # fmt: skip
    await linked.say(CELL, RAVI, "nobody there hears this")
    assert await linked.copies_of("nobody there hears this") == 0
    assert await linked.links() == {"cell": (False, "chat")}


async def test_a_link_that_ended_is_made_again_and_its_people_come_back(linked: Chat) -> None:
    await linked.say(CELL, RAVI, "!setu pause cell")
    await linked.say(CELL, RAVI, "!setu unlink cell")
    before = await linked.last_order()
    await linked.say(CELL, RAVI, f"!setu link cell {HALL}")
    await linked.say(OFFICE, ASHA, "!setu accept cell")
    back = {room for room, action in await linked.orders(before) if isinstance(action, Join)}
    assert back == {CELL, HALL}
    await linked.say(CELL, RAVI, "here again")
    assert await linked.copies_of("here again") == 1


async def test_what_is_said_while_a_link_is_paused_stays_and_is_counted(linked: Chat) -> None:
    await linked.say(CELL, RAVI, "before")
    said = await linked.say(CELL, RAVI, "!setu pause cell")
    assert len(said) == 2
    for words in ("one", "two"):
        await linked.say(CELL, RAVI, words)
    await linked.say(HALL, ASHA, "three")
    said = await linked.say(CELL, RAVI, "!setu resume cell")
    # The command that ends it was itself said while it lasted.
    assert len(said) == 2 and all("not carried meanwhile: 4." in text for text in said)
    await linked.say(CELL, RAVI, "after")
    carried = {words: await linked.copies_of(words) for words in ("before", "one", "two", "three", "after")}
    assert carried == {"before": 1, "one": 0, "two": 0, "three": 0, "after": 1}


async def test_a_pause_holds_for_what_the_mirror_reads_later_and_not_for_what_was_said_before(linked: Chat) -> None:
    slow = linked.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="just before")
    stop = linked.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="!setu pause cell")
    await linked.journal.append(MHA, [Arrival(slow, "push"), Arrival(stop, "push")])
    await linked.read(linked.commands)  # the mirror lags behind
    await linked.say(CELL, RAVI, "after")
    assert (await linked.copies_of("just before"), await linked.copies_of("after")) == (1, 0)


async def test_what_the_mirror_had_carried_before_it_learned_of_the_pause_is_not_counted(linked: Chat) -> None:
    stop = linked.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="!setu pause cell")
    swift = linked.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="carried all the same")
    await linked.journal.append(MHA, [Arrival(stop, "push"), Arrival(swift, "push")])
    await linked.read(linked.house.mirror)
    await linked.read(linked.commands)  # they lag behind
    assert await linked.copies_of("carried all the same") == 1
    said = await linked.say(CELL, RAVI, "!setu resume cell")
    assert all("not carried meanwhile: 1." in text for text in said), "the command that ends it"


async def test_only_the_side_that_paused_lets_it_go_on(linked: Chat) -> None:
    await linked.say(OFFICE, ASHA, "!setu pause cell")
    [said] = await linked.say(CELL, RAVI, "!setu resume cell")
    assert "by the other side" in said
    await linked.say(CELL, RAVI, "!setu pause cell")
    [said] = await linked.say(OFFICE, ASHA, "!setu resume cell")
    assert "by the other side" in said
    await linked.say(CELL, RAVI, "still silent")
    assert len(await linked.say(CELL, RAVI, "!setu resume cell")) == 2
    assert await linked.copies_of("still silent") == 0


async def test_what_people_ask_to_be_told_they_are_told(linked: Chat) -> None:
    [said] = await linked.say(CELL, RAVI, "!setu links")
    assert f"cell: open · {CELL} · {HALL}" in said
    [said] = await linked.say(OFFICE, ASHA, "!setu status cell")
    assert "mha.lab: mirrored" in said and "nic.lab: mirrored" in said
    [said] = await linked.say(CELL, RAVI, "!setu")
    assert "!setu link NAME" in said
    [said] = await linked.say(OFFICE, ASHA, "!setu nonsense")
    assert "accept NAME" in said


async def test_a_listed_persons_invitation_is_followed_and_anothers_declined_with_an_alarm(chat: Chat) -> None:
    for room, inviter in (("!new:mha.lab", RAVI), ("!spam:mha.lab", MEERA)):
        await chat.happens(chat.event(room, inviter, "m.room.member", BOTS[MHA], membership="invite"))
    done = {room: type(action) for room, action in await chat.orders()}
    assert (done["!new:mha.lab"], done["!spam:mha.lab"]) == (Enter, Leave)
    [alarm] = await chat.pool.fetch("select * from alarm")
    assert (alarm["cause"], alarm["times"]) == ("declined:mha.lab", 1)
    assert await chat.say("!spam:mha.lab", RAVI, "!setu help") == []


async def test_a_bot_that_is_put_out_raises_an_alarm_and_tries_the_door(linked: Chat) -> None:
    unsigned = {"prev_content": {"membership": "join"}}
    kick = event("$kick", HALL, ASHA, type="m.room.member", state_key=BOTS[NIC], content={"membership": "leave"})
    before = await linked.last_order()
    await linked.happens(replace(kick, fields={**kick.fields, "unsigned": unsigned}))
    assert [type(action) for _, action in await linked.orders(before)] == [Enter]
    [end] = await linked.pool.fetch("select * from endpoint where room_id = $1", HALL)
    assert (end["state"], in_english(Saying.read(end["why"]))) == ("left", f"removed by {ASHA}")
    [alarm] = await linked.pool.fetch("select * from alarm")
    assert alarm["cause"] == f"left:{end['id']}" and HALL in alarm["what"]
    again = linked.event(HALL, ASHA, "m.room.member", BOTS[NIC], membership="invite")
    await linked.happens(again)
    await linked.happens(linked.event(HALL, BOTS[NIC], "m.room.member", BOTS[NIC], membership="join"))
    assert await linked.pool.fetchval("select over_at is not null from alarm")
    assert Send not in {type(action) for room, action in await linked.orders(before) if room == OFFICE}


async def declared(chat: Chat, *wanted: Link, start: str = "start") -> None:
    """Setu starts with these links in its configuration."""
    async with chat.pool.acquire() as connection:
        kek = await chat.keyring.current(connection, NO_ROOM)
        async with connection.transaction():
            await declare(connection, kek, chat.house.customs, NIC, wanted, start)


def cell_in_yaml(name: str = "cell") -> Link:
    return Link(name=name, department=MHA, room=CELL, hub_room=HALL, without_verdict="closed")


async def test_a_link_of_the_configuration_rests_by_command_until_the_next_start(chat: Chat) -> None:
    await declared(chat, cell_in_yaml())
    [said] = await chat.say(CELL, RAVI, "!setu unlink cell")
    assert "stands in the configuration" in said
    await chat.say(CELL, RAVI, "while it rests")
    assert await chat.links() == {"cell": (True, "yaml")}
    await declared(chat, cell_in_yaml(), start="next")
    await chat.say(CELL, RAVI, "after the start")
    assert (await chat.copies_of("while it rests"), await chat.copies_of("after the start")) == (0, 1)


async def test_a_pause_outlives_a_start(chat: Chat) -> None:
    await declared(chat, cell_in_yaml())
    await chat.say(CELL, RAVI, "!setu pause cell")
    await chat.say(CELL, RAVI, "!setu unlink cell")
    await declared(chat, cell_in_yaml(), start="next")
    await chat.say(CELL, RAVI, "still paused")
    assert await chat.copies_of("still paused") == 0


async def test_a_start_leaves_links_made_in_chat_alone(linked: Chat) -> None:
    await declared(linked)
    assert await linked.links() == {"cell": (True, "chat")}


async def test_a_link_that_the_configuration_names_otherwise_is_the_configurations(linked: Chat) -> None:
    await declared(linked, cell_in_yaml("culvert"))
    assert await linked.links() == {"cell": (False, "chat"), "culvert": (True, "yaml")}
    await linked.say(CELL, RAVI, "namaste")
    assert await linked.copies_of("namaste") == 1


async def test_into_a_room_of_the_configuration_everybody_may_invite_the_bot(chat: Chat) -> None:
    await declared(chat, cell_in_yaml())
    for room, bot in ((CELL, BOTS[MHA]), (OFFICE, BOTS[NIC])):
        inviter = MEERA if room == CELL else "@farid:nic.lab"
        before = await chat.last_order()
        await chat.happens(chat.event(room, inviter, "m.room.member", bot, membership="invite"))
        assert Enter in {type(action) for _, action in await chat.orders(before)}


async def test_an_invitation_into_the_room_that_replaces_one_of_ours_is_left_to_who_looks_into_that(chat: Chat) -> None:
    async with chat.pool.acquire() as connection:
        end = await links.endpoint_of(connection, MHA, CELL)
        assert end is not None
        kek = await chat.keyring.current(connection, NO_ROOM)
        follow = FollowUpgrade(UserId(BOTS[MHA]), "$tombstone", "!new:mha.lab", UserId(RAVI))
        await outbox.put(connection, kek, end.lane, "upgrade", [follow])
    before = await chat.last_order()
    for inviter in (MEERA, RAVI):
        await chat.happens(chat.event("!new:mha.lab", inviter, "m.room.member", BOTS[MHA], membership="invite"))
    assert await chat.orders(before) == []


async def test_that_the_bot_was_put_out_stays_the_reason_when_it_may_not_come_in(chat: Chat) -> None:
    async with chat.pool.acquire() as connection:
        end = await links.endpoint_of(connection, NIC, HALL)
        assert end is not None
        await links.set_state(connection, end.ref, "left", Saying.of("removed-by", sender=MEERA))
        await links.shut_out(connection, end.ref, Saying.of("invite-it", bot=BOTS[NIC], room=HALL))
        end = await links.endpoint_of(connection, NIC, HALL)
    assert end is not None and end.state == "left"
