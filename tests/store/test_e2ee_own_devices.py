"""Devices of our own: each account has one, made once, whose keys anybody can use who writes to it, also while its
homeserver fails.
"""

import asyncio

import pytest

from bridge.gateway.homeserver import Refused
from tests.people import CELL, RAVI
from tests.store.handset import Handset, Pen
from tests.store.key_server import DOWN
from tests.store.secret_cell import BOT, GHOST, Cell, device
from tests.store.secret_journal import key_comes


async def test_processes_that_start_at_once_make_one_device_with_one_set_of_keys(cell: Cell) -> None:
    gateways = [cell.gateway() for _ in range(2)]
    writes = [gateway.own.ready(BOT) for gateway in gateways]
    ready = await asyncio.gather(*writes, *(gateway.own.ready(BOT, receives=True) for gateway in gateways))
    [(device_id, curve25519)] = {(one.device.device_id, one.curve25519) for one in ready}
    assert (BOT, device_id) in cell.server.accounts, "it is still there"
    keys = cell.server.uploaded[BOT, device_id]["keys"]
    assert keys[f"curve25519:{device_id}"] == curve25519
    # Who only writes may have published it first, without keys to be claimed: the first /sync tells that none are left.
    await gateways[0].own.replenish(ready[-1], 0, fallback_used=True)
    await key_comes(cell, Pen(Handset.of(RAVI), CELL))
    assert await cell.pool.fetchval("select count(*) from inbound_session") == 1


async def test_after_the_database_is_lost_the_account_has_another_device_and_the_same_identity(cell: Cell) -> None:
    lost = await cell.bot()
    identity = cell.server.identities[BOT]
    await cell.pool.execute("truncate our_device, olm_session, outbound_session, account")
    again = await cell.bot()
    assert again.device.device_id != lost.device.device_id and again.curve25519 != lost.curve25519
    assert (BOT, lost.device.device_id) not in cell.server.uploaded, "nobody writes to it any more"
    assert (BOT, again.device.device_id) in cell.server.uploaded
    assert cell.server.identities[BOT]["master_key"] == identity["master_key"]
    assert (await cell.bot()).device.device_id == again.device.device_id, "also after a restart"


@pytest.mark.parametrize("step", ["register", "devices/", "keys/query", "device_signing", "keys/upload"])
@pytest.mark.parametrize("how", ["faults", "lost"])
async def test_a_device_that_could_not_be_published_at_once_is_published_later(cell: Cell, step: str, how: str) -> None:
    getattr(cell.server, how)[step] += [DOWN, TimeoutError()]
    failed = 0
    for _ in range(3):
        try:
            await cell.bot()
        except (Refused, TimeoutError):
            failed += 1
    assert failed in (1, 2)  # what was done though its answer was lost is not done again
    await key_comes(cell, Pen(Handset.of(RAVI), CELL))
    assert await cell.pool.fetchval("select count(*) from inbound_session") == 1


async def test_a_message_to_the_key_of_last_resort_is_read_after_uploads_that_failed(cell: Cell) -> None:
    """All one-time keys are used up, the homeserver says so, and takes no new ones for a while."""
    bot, gateway = await cell.bot(), cell.gateway()
    cell.server.offered.clear()
    one, two = Pen(Handset.of(RAVI), CELL), Pen(Handset.of(RAVI, "TABLET"), CELL)
    given = [pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", pen.key()) for pen in (one, two)]
    ready = await cell.bot(gateway)
    for _ in range(3):
        cell.server.faults["keys/upload"].append(DOWN)
        with pytest.raises(Refused):
            await gateway.own.replenish(ready, 0, fallback_used=True)
    assert (await cell.hears(*given)).keys == 2


async def test_keys_that_were_used_up_are_made_anew(cell: Cell) -> None:
    gateway = cell.gateway()
    bot = await cell.bot(gateway)
    name = (BOT, bot.device.device_id)
    assert len(cell.server.offered[name]) == 50 and len(cell.server.fallback[name]) == 1
    used = [cell.one_time_key(bot) for _ in range(30)]
    await gateway.own.replenish(bot, len(cell.server.offered[name]), fallback_used=False)
    assert len(cell.server.offered[name]) == 50
    assert not {key["key"] for key in cell.server.offered[name].values()} & set(used)
    handset = Handset.of(RAVI)
    told = [handset.tells(device(bot), key, "m.room_key", Pen(handset, CELL).key()) for key in used]
    assert (await cell.hears(*told)).keys == 30


async def test_a_lost_answer_to_an_upload_doubles_no_key(cell: Cell) -> None:
    gateway = cell.gateway()
    bot = await cell.bot(gateway)
    name = (BOT, bot.device.device_id)
    cell.server.offered.clear()
    cell.server.lost["keys/upload"].append(TimeoutError())
    with pytest.raises(TimeoutError):
        await gateway.own.replenish(bot, 0, fallback_used=False)
    await gateway.own.replenish(bot, 10, fallback_used=False)
    assert len(cell.server.offered[name]) == 50
    assert len({key["key"] for key in cell.server.offered[name].values()}) == 50


async def test_who_writes_first_as_the_bot_does_not_keep_it_from_being_written_to(cell: Cell) -> None:
    gateway, phone = cell.gateway(), Handset.of(RAVI)
    await cell.joins(phone)
    written = await cell.says(gateway, "notice", BOT)
    assert cell.read_by(phone, written) == ["notice"]
    bot = await cell.bot(gateway)
    await gateway.own.replenish(bot, 0, fallback_used=True)  # as the first answer of /sync asks
    await key_comes(cell, Pen(phone, CELL))
    assert await cell.pool.fetchval("select count(*) from inbound_session where sender = $1", RAVI) == 1


async def test_ghosts_have_devices_and_nobody_can_write_to_them(cell: Cell) -> None:
    await cell.joins(Handset.of(RAVI))
    await cell.says(cell.gateway(), "namaste")
    [(user, device_id)] = [name for name in cell.server.uploaded if name[0] == GHOST]
    assert not cell.server.offered[user, device_id] and (user, device_id) not in cell.server.fallback
