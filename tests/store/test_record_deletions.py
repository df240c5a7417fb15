"""Whoever deletes something in a recorded room: it stays on record, with who did it, when and why."""

from datetime import timedelta
from typing import Any

import pytest

from bots.retention.facts import gone
from bots.retention.verification import rows
from bridge.model import Event
from bridge.store import vanished
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store.chamber import BRIDGE, MEERA, Chamber

ASHA = "@asha:nic.lab"
GHOST = "@_setu_nic.lab_asha:mha.lab"
PUPPET = "@whatsapp_4711:mha.lab"


@pytest.fixture
async def chamber(pool: Pool, journal: Journal, keyring: Keyring) -> Chamber:
    return await Chamber.of(pool, journal, keyring)


async def test_who_wrote_it_deleted_it_or_a_moderator_did(chamber: Chamber) -> None:
    own, other = chamber.message("mine"), chamber.message("rude")
    await chamber.comes(own, other, chamber.redaction(own, RAVI), chamber.redaction(other, MEERA))
    assert await chamber.deletions() == [(own.id, RAVI, "sender"), (other.id, MEERA, "moderator")]


async def test_a_deletion_tells_where_the_journal_has_what_was_deleted_and_the_redaction(chamber: Chamber) -> None:
    said = chamber.message()
    redaction = chamber.redaction(said)
    await chamber.comes(chamber.message(), said, chamber.message(), redaction)
    row = await chamber.pool.fetchrow("select * from record_deletion")
    assert row is not None
    assert (row["event_pos"], row["pos"], row["room_id"], row["organisation"]) == (2, 4, CELL, MHA)
    assert row["at"] == redaction.sent_at
    assert (await chamber.entry(said)).event.text("body") == "namaste", "what was deleted is still there"


async def test_before_room_version_11_a_redaction_names_its_event_beside_the_content(chamber: Chamber) -> None:
    said = chamber.message()
    await chamber.comes(said, chamber.event("m.room.redaction", RAVI, {}, redacts=said.id))
    assert await chamber.cause(said) == "sender"


async def test_what_a_bridge_deletes_was_revoked_on_the_other_network_or_its_timer_ran_out(chamber: Chamber) -> None:
    revoked, vanished_, own = (chamber.message(sender=PUPPET) for _ in range(3))
    await chamber.comes(
        revoked, vanished_, own, chamber.redaction(revoked, BRIDGE),
        chamber.redaction(vanished_, BRIDGE, "Message disappeared"), chamber.redaction(own, PUPPET),
    )  # fmt: skip
    assert [await chamber.cause(said) for said in (revoked, vanished_, own)] == ["remote", "timer", "remote"]


async def test_a_bridge_that_gives_no_reason_acts_for_a_timer_once_that_has_run_out(chamber: Chamber) -> None:
    timed: dict[str, Any] = {"com.beeper.disappearing_timer": {"type": "after_send", "timer": 60_000}}
    early, late = (chamber.message(sender=PUPPET, ago=100, more=timed) for _ in range(2))
    await chamber.comes(early, late)
    await chamber.comes(chamber.redaction(early, BRIDGE, ago=80), chamber.redaction(late, BRIDGE, ago=39))
    assert [await chamber.cause(said) for said in (early, late)] == ["remote", "timer"]


async def test_a_timer_of_the_whole_chat_runs_out_too(chamber: Chamber) -> None:
    state = {"type": "after_send", "timer": 60_000}
    said = chamber.message(sender=PUPPET, ago=100)
    await chamber.comes(chamber.event("com.beeper.disappearing_timer", BRIDGE, state, 110, state_key=""), said)
    await chamber.comes(chamber.redaction(said, BRIDGE))
    assert await chamber.cause(said) == "timer"


async def test_a_message_that_destroys_itself_in_the_same_batch_as_its_redaction(chamber: Chamber) -> None:
    due = int(chamber.now.timestamp() * 1000) - 20_000
    said = chamber.message(ago=50, more={"org.matrix.self_destruct_after": due})
    await chamber.comes(said, chamber.redaction(said))
    assert await chamber.cause(said) == "timer"


async def test_what_comes_after_its_redaction_settles_the_cause(chamber: Chamber) -> None:
    late, never = chamber.message(), chamber.message()
    await chamber.comes(chamber.redaction(late), chamber.redaction(never))
    assert {cause for _, _, cause in await chamber.deletions()} == {"unknown"}
    await chamber.comes(chamber.message())
    await chamber.comes(late, source="messages", late=True)
    assert await chamber.cause(late) == "sender"
    assert await chamber.cause(never) == "unknown"
    assert await chamber.pool.fetchval("select count(*) from record_deletion") == 2


async def test_a_ghost_deletes_what_its_person_wrote(chamber: Chamber) -> None:
    said, other = chamber.message(sender=GHOST), chamber.message()
    await chamber.comes(said, other, chamber.redaction(said, GHOST), chamber.redaction(other, GHOST))
    assert [await chamber.cause(one) for one in (said, other)] == ["sender", "moderator"]
    people = await chamber.pool.fetch("select distinct person from record_deletion")
    assert [row["person"] for row in people] == [ASHA]


async def test_a_copy_of_a_redaction_tells_who_did_the_original(chamber: Chamber) -> None:
    """A moderator of the hub deletes what Asha wrote there; here Asha's ghost takes it back."""
    said = chamber.message(sender=GHOST)
    copy = chamber.redaction(said, GHOST)
    boss = Event.read(chamber.redaction(said, "@boss:nic.lab").raw.replace(CELL.encode(), b"!hall:nic.lab"))
    await chamber.journal.append(NIC, [Arrival(boss, "push")])
    await chamber.pool.execute(
        "insert into copy (room, event_id, endpoint, copy_id) select r.id, $1, e.id, $2 from room r, endpoint e"
        " where r.room_id = '!hall:nic.lab' and e.room_id = $3",
        boss.id, copy.id, CELL,
    )  # fmt: skip
    await chamber.comes(said, copy)
    assert await chamber.deletions() == [(said.id, GHOST, "moderator")]
    assert await chamber.pool.fetchval("select person from record_deletion") == "@boss:nic.lab"


async def test_a_deletion_is_told_once_however_often_the_room_is_read(chamber: Chamber) -> None:
    said = chamber.message()
    await chamber.comes(said, chamber.redaction(said))
    await chamber.pool.execute("update bookmark set pos = 0")
    await chamber.reads()
    assert await chamber.pool.fetchval("select count(*) from record_audit where action = 'deleted'") == 1


HOSTILE: tuple[dict[str, Any], ...] = (
    {"content": {}},
    {"content": {"redacts": 5}},
    {"content": {"redacts": ["$e1"]}},
    {"content": {"redacts": "no event"}},
    {"content": "redacts"},
    {"content": {"redacts": "$e1\x00"}},
    {"content": {"redacts": "$e1\ud800"}},
    {"content": {"redacts": "$e1"}, "sender": 7},
    {"content": {"redacts": "$e1"}, "sender": "nobody"},
    {"content": {"redacts": '$"cause":"unknown"'}},
    {"content": {"redacts": "$e1", "reason": {"a": 1}}, "origin_server_ts": "yesterday"},
    {"content": {"redacts": "$e1"}, "origin_server_ts": 0},
    {"content": {"redacts": "$e1"}, "origin_server_ts": 2**62},
    {"content": {"redacts": "$e1"}, "origin_server_ts": 4_102_444_800_000},
)


async def test_redactions_of_any_kind_are_recorded_and_stop_nothing(chamber: Chamber) -> None:
    await chamber.comes(chamber.message())
    for fields in HOSTILE:
        await chamber.comes(chamber.event("m.room.redaction", **{"sender": RAVI, **fields}))
    await chamber.comes(last := chamber.message())
    assert (await chamber.entry(last)).pos == len(HOSTILE) + 2
    assert await chamber.pool.fetchval("select room_seq from record_head") == len(HOSTILE) + 2
    since = chamber.now - timedelta(seconds=1)
    assert await chamber.pool.fetchval("select bool_and(at between $1 and now()) from record_deletion", since)


async def test_what_the_homeserver_gives_no_more_was_purged(chamber: Chamber) -> None:
    opening, kept, purged = (chamber.message(str(n), ago=300) for n in range(3))
    named = chamber.event("m.room.name", RAVI, {"name": "Hall"}, state_key="")
    await chamber.comes(opening, kept, purged, named, chamber.membership(RAVI, "join"))
    room = await chamber.room()
    async with chamber.pool.acquire() as connection:
        read_at = await vanished.now(connection) + timedelta(minutes=2)
        given = {str(opening.id), str(kept.id)}
        missing = await vanished.vanished(connection, chamber.journal, room, str(opening.id), given, read_at)
        assert missing == [purged.id]
        assert [await gone.note(connection, room, missing) for _ in range(2)] == [1, 0]
        assert await chamber.deletions() == [(purged.id, MHA, "purge")]
        size = await connection.fetchval("select size from record_log where organisation = $1", MHA)
        assert all(row.leaf == row.computed for row in await rows.between(connection, MHA, 0, size))


async def test_what_just_came_is_not_taken_for_purged(chamber: Chamber) -> None:
    said = chamber.message()
    await chamber.comes(said)
    async with chamber.pool.acquire() as connection:
        read_at = await vanished.now(connection)
        assert (
            await vanished.vanished(connection, chamber.journal, await chamber.room(), str(said.id), set(), read_at)
            == []
        )


async def test_where_the_room_has_a_timer_that_took_it(chamber: Chamber) -> None:
    timer = chamber.event("m.room.retention", MEERA, {"max_lifetime": 60_000}, 300, state_key="")
    old, young = chamber.message("old", ago=200), chamber.message("young", ago=10)
    await chamber.comes(timer, old, young)
    async with chamber.pool.acquire() as connection:
        assert await gone.note(connection, await chamber.room(), [str(old.id), str(young.id), "$unheard-of"]) == 2
    assert [await chamber.cause(said) for said in (old, young)] == ["timer", "purge"]


async def test_a_cause_that_is_rewritten_is_found(chamber: Chamber) -> None:
    said = chamber.message()
    await chamber.comes(said, chamber.redaction(said, MEERA))
    changed = "update record_audit set detail = replace(detail, 'moderator', 'sender')"
    await chamber.pool.execute(changed)
    assert await chamber.cause(said) == "sender"
    async with chamber.pool.acquire() as connection:
        found = await rows.between(connection, MHA, 0, 10)
    assert [row.name for row in found if row.leaf != row.computed] == ["audit entry 2 of mha.lab (deleted)"]
