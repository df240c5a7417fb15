"""What was said encrypted is found as anything else is, also where its key came later."""

from datetime import UTC

import pytest

from bots.retention.search.finding import Finding
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read as query
from bots.retention.search.rows import Rows
from bridge.reading import PATIENCE
from tests.people import CELL, RAVI, message
from tests.store.handset import Handset, Pen
from tests.store.secret_cell import Cell, device
from tests.store.secret_journal import arrive, healing, key_comes, passes, read


@pytest.fixture
def pen() -> Pen:
    return Pen(Handset.of(RAVI), CELL)


async def is_recorded(cell: Cell) -> None:
    """The follower's step, over all that came."""
    entries = (await read(cell)).entries
    async with cell.pool.acquire() as connection, connection.transaction():
        await Rows(cell.journal, MonthKeys(cell.keyring)).add(connection, cell.room, entries, 0)


async def find(cell: Cell, asked: str) -> list[Hit]:
    finding = Finding(cell.journal, MonthKeys(cell.keyring), query(asked, UTC))
    async with cell.pool.acquire() as connection:
        return [hit async for hit in finding.hits(connection)]


async def test_what_was_said_encrypted_is_found(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$1", "the convoy leaves at five"), message("$2", "in clear"))
    await is_recorded(cell)
    [hit] = await find(cell, '"convoy leaves"')
    assert hit.entry.encrypted and hit.entry.event.text("body") == "the convoy leaves at five"
    assert hit.after is not None and hit.after.event.text("body") == "in clear"


async def test_what_could_be_read_only_later_is_found_and_stands_where_it_was_said(cell: Cell, pen: Pen) -> None:
    key = pen.key()
    await arrive(cell, message("$0", "before"), pen.writes("$1", "the convoy leaves at five"), message("$2", "after"))
    await passes(cell, PATIENCE)
    await is_recorded(cell)
    assert await find(cell, "convoy") == []
    [unread] = await find(cell, "kind:unreadable")
    assert unread.entry.unreadable is not None
    bot = await cell.bot()
    await cell.hears(pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", key))
    assert await (await healing(cell)).heal() == 1
    await is_recorded(cell)
    [hit] = await find(cell, "convoy")
    assert hit.entry.event.text("body") == "the convoy leaves at five"
    assert hit.before is not None and hit.before.event.text("body") == "before"
    assert hit.after is not None and hit.after.event.text("body") == "after"
