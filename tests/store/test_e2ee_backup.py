"""The key backup: every room key of ours goes into it, and after the database is lost all of them come back, for
reading what was said before.
"""

from datetime import timedelta

import pytest

from bridge.e2ee.libolm import InboundGroup
from bridge.e2ee.recovery import RecoveryKey
from bridge.gateway.e2ee.backup import Backup
from bridge.gateway.homeserver import Refused
from bridge.reading import PATIENCE
from bridge.store import inbound_sessions
from tests.keyrings import keyring_of
from tests.people import CELL, MHA, RAVI
from tests.store.handset import Handset, Pen
from tests.store.key_server import DOWN
from tests.store.secret_cell import RECOVERY, Cell, device
from tests.store.secret_journal import arrive, heard, key_comes, passes

MEERA = "@meera:mha.lab"


async def backup(cell: Cell, recovery: RecoveryKey = RECOVERY) -> Backup:
    """The backup as another process knows it."""
    return Backup(cell.server, await cell.bot(), recovery, cell.pool, keyring_of(cell.master))


async def backs_up(cell: Cell) -> None:
    found = await backup(cell)
    await found.open()
    await found.add()


async def database_is_lost(cell: Cell) -> None:
    """Our device and all keys; the journal, which is read back from the homeserver, stands for itself."""
    await cell.pool.execute("truncate our_device, olm_session, inbound_session, outbound_session, account, clear_text")


def there(cell: Cell) -> dict[str, int]:
    """The sessions in the last backup, and from which message on each reads."""
    sessions = cell.server.backed_up[str(len(cell.server.backups))][CELL]
    return {session_id: entry["first_message_index"] for session_id, entry in sessions.items()}


async def test_after_the_database_is_lost_what_was_said_before_can_be_read_again(cell: Cell) -> None:
    pens = [Pen(Handset.of(f"@official{n}:mha.lab"), CELL) for n in range(3)]
    for pen in pens:
        await key_comes(cell, pen)
    await backs_up(cell)
    events = [pen.writes(f"${n}", f"n{n}") for n, pen in enumerate(pens)]
    await database_is_lost(cell)
    await arrive(cell, *events, source="messages")
    await backs_up(cell)
    assert await heard(cell) == ["n0", "n1", "n2"]
    assert len(cell.server.backups) == 1


async def test_what_we_write_is_in_the_backup_too(cell: Cell) -> None:
    await cell.joins(Handset.of(RAVI))
    written = await cell.says(cell.gateway(), "namaste")
    await backs_up(cell)
    assert there(cell) == {written.session: 0}


async def test_more_keys_than_go_at_once_all_go_and_all_come_back(cell: Cell) -> None:
    ravi = Handset.of(RAVI)
    pens = [Pen(ravi, CELL) for _ in range(230)]
    bot = await cell.bot()
    key = cell.one_time_key(bot)
    given = [ravi.tells(device(bot), key if n == 0 else None, "m.room_key", pen.key()) for n, pen in enumerate(pens)]
    await cell.hears(*given)
    await backs_up(cell)
    assert there(cell) == {pen.session_id: 0 for pen in pens}
    await database_is_lost(cell)
    await backs_up(cell)
    assert await cell.pool.fetchval("select count(*) from inbound_session") == 230


async def test_after_a_failure_the_backup_goes_on_where_it_was(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    found = await backup(cell)
    cell.server.lost["room_keys/version"].append(TimeoutError())
    with pytest.raises(TimeoutError):
        await found.open()
    await found.open()
    cell.server.faults["room_keys/keys"].append(DOWN)
    with pytest.raises(Refused):
        await found.add()
    await found.add()
    assert there(cell) == {pen.session_id: 0}


async def test_a_restore_that_fails_is_made_up_for(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    await backs_up(cell)
    await database_is_lost(cell)
    found = await backup(cell)
    cell.server.faults["room_keys/keys"].append(DOWN)
    with pytest.raises(Refused):
        await found.open()
    await (await backup(cell)).open()
    await arrive(cell, pen.writes("$1", "namaste"), source="messages")
    assert await heard(cell) == ["namaste"]


async def test_a_better_key_is_backed_up_again(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    whole = pen.key()
    pen.group.encrypt("one")
    await key_comes(cell, pen)
    await backs_up(cell)
    assert there(cell) == {pen.session_id: 1}
    await cell.hears(pen.handset.tells(device(await cell.bot()), None, "m.room_key", whole))
    await backs_up(cell)
    assert there(cell) == {pen.session_id: 0}


async def test_of_two_who_claim_a_session_the_one_that_reaches_further_back_is_backed_up(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    pen.group.encrypt("one")
    await key_comes(cell, Pen(Handset.of(MEERA), CELL, pen.group))
    await backs_up(cell)
    assert there(cell) == {pen.session_id: 0}


async def test_what_was_restored_is_not_lost_when_its_owner_gives_the_key_again_later(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    await backs_up(cell)
    past = pen.writes("$past", "past")
    await database_is_lost(cell)
    await backs_up(cell)
    pen.handset.sessions.clear()  # our device is new to him
    await key_comes(cell, pen)
    await arrive(cell, past, pen.writes("$next", "next"), source="messages")
    assert await heard(cell) == ["past", "next"]
    async with cell.pool.acquire() as connection:
        [key] = await inbound_sessions.find(connection, cell.keyring, MHA, CELL, [pen.session_id])
    assert (key.sender, key.forwarded, key.first_index) == (RAVI, False, 0)


async def test_somebody_elses_backup_is_left_alone_and_one_of_our_own_made(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    await (await backup(cell, RecoveryKey.new())).open()
    await backs_up(cell)
    assert len(cell.server.backups) == 2 and there(cell) == {pen.session_id: 0}
    assert not cell.server.backed_up["1"]


async def test_when_somebody_makes_another_backup_all_keys_go_into_a_new_one_of_ours(cell: Cell) -> None:
    one, two = Pen(Handset.of(RAVI), CELL), Pen(Handset.of(MEERA), CELL)
    await key_comes(cell, one)
    found = await backup(cell)
    await found.open()
    await found.add()
    await (await backup(cell, RecoveryKey.new())).open()
    await key_comes(cell, two)
    with pytest.raises(Refused):
        await found.add()
    await found.add()
    assert len(cell.server.backups) == 3 and there(cell) == {one.session_id: 0, two.session_id: 0}


async def test_an_entry_that_cannot_be_read_keeps_no_other_from_coming_back(cell: Cell) -> None:
    pens = [Pen(Handset.of(f"@official{n}:mha.lab"), CELL) for n in range(3)]
    for pen in pens:
        await key_comes(cell, pen)
    await backs_up(cell)
    sessions = cell.server.backed_up["1"][CELL]
    sessions[pens[0].session_id] = {"session_data": {"ciphertext": "x", "mac": 1}}
    sessions[pens[1].session_id] = sessions[pens[2].session_id]
    sessions["\x00"] = sessions["nobody's"] = []
    cell.server.backed_up["1"]["x" * 300]["y"] = None
    await database_is_lost(cell)
    await backs_up(cell)
    found = await cell.pool.fetch("select session_id from inbound_session")
    assert [row["session_id"] for row in found] == [pens[2].session_id]


async def test_a_key_out_of_the_backup_is_no_proof_of_who_wrote(cell: Cell) -> None:
    """Whoever knows the public key could have put it there: it reads, and is noted as what somebody passed on."""
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    await backs_up(cell)
    await database_is_lost(cell)
    await backs_up(cell)
    await arrive(cell, pen.writes("$1", "namaste"))
    await passes(cell, PATIENCE + timedelta(seconds=1))
    assert await heard(cell) == ["namaste"]
    assert await cell.pool.fetchval("select forwarded from clear_text") is True
    assert InboundGroup.of_key(pen.group.key).first_index == 1
