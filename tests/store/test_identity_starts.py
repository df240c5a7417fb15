"""What the identity bot does before and after its rosters are read, and when a room is replaced, on a real database."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Literal

import pytest

from bots.identity.lookalikes.index import Lookalikes
from bots.identity.roster.roster import Roster
from bots.identity.roster_watch import RosterWatch
from bridge.actions import SetState
from bridge.store import links, replaced
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, RAVI
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, ROSTER, Bureau
from tests.store.chat import ASHA, HALL

ROWS = "user_id,name,designation,organisation,roles\n@ravi:mha.lab,Ravi Kumar,Director,Home Affairs,official\n"


class Awaited(asyncio.Event):
    """Tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.asked.set()
        return await super().wait()


async def starting(bureau: Bureau, happening: Coroutine[Any, Any, list[str]]) -> list[str]:
    """It happens after a start, before the rosters are read; then they are."""
    known, read = bureau.desk.known, Awaited()
    known.roster, known.lookalikes, known.whole, known.read = Roster(), Lookalikes(Roster()), False, read
    task = asyncio.create_task(happening)
    async with asyncio.timeout(10):
        await read.asked.wait()
    async with bureau.pool.acquire() as connection:
        await RosterWatch(bureau.desk).look(connection)
    return await task


async def opened(pool: Pool, journal: Journal, keyring: Keyring, roster: Path | None = None) -> Bureau:
    rosters = [{"kind": "csv", "file": str(roster)}] if roster is not None else []
    settings = {"rosters": rosters, "rooms": [{"link": "cell", "enforce": "off"}]}
    made = await bureaus.linked(bureaus.bureau(pool, journal, keyring, settings))
    await made.gives_power(CELL, {RAVI: 50})
    await made.gives_power(HALL, {ASHA: 50})
    return made


async def test_who_came_while_setu_was_away_is_looked_at_when_the_rosters_are_read(
    pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(ROWS)
    bureau = await opened(pool, journal, keyring, tmp_path / "roster.csv")
    await starting(bureau, bureau.comes(CELL, "@trickster:mha.lab", displayname="Ravi Kumаr"))
    assert await pool.fetchval("select count(*) from alarm where cause like 'identity-resembles:%'") == 1


async def test_an_official_is_one_at_once_after_a_start(
    pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(ROWS)
    bureau = await opened(pool, journal, keyring, tmp_path / "roster.csv")
    [begun] = await starting(bureau, bureau.say(CELL, RAVI, "!id official roads"))
    assert "you speak officially" in begun


async def test_what_the_database_refused_is_looked_at_again(
    pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(ROWS)
    bureau = await opened(pool, journal, keyring, file)
    await bureau.comes(CELL, MEERA)
    watch = RosterWatch(bureau.desk)
    async with pool.acquire() as connection:
        await watch.look(connection)
        file.write_text(f"{ROWS}{MEERA},Meera Nair,Section Officer,Home Affairs,\n")

        async def fails(*_: object) -> None:
            raise ConnectionResetError

        with monkeypatch.context() as broken:
            broken.setattr("bots.identity.roster_watch.refresh", fails)
            with pytest.raises(ConnectionResetError):
                await watch.look(connection)
        await watch.look(connection)
    assert await pool.fetchval("select status from identity_tag where user_id = $1 and until is null", MEERA) == (
        "verified"
    )


async def test_tags_are_shown_again_in_the_room_that_replaces_another(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    bureau = await opened(pool, journal, keyring)
    bureau.knows(*ROSTER)
    await bureau.say(CELL, RAVI, "namaste")
    new = "!newcell:mha.lab"
    async with pool.acquire() as connection, connection.transaction():
        end = await links.endpoint_of(connection, MHA, CELL)
        assert end is not None
        await replaced.move(connection, end.lane, CELL, new)
        await links.set_state(connection, end.ref, "open")
    before = await bureau.last_order()
    maker, bot = "@maker:mha.lab", "@setu:mha.lab"
    await bureau.happens(bureau.event(
        new, maker, "m.room.create", "", room_version="12", predecessor={"room_id": CELL}
    ))  # fmt: skip
    await bureau.happens(bureau.event(new, maker, "m.room.power_levels", "", users={bot: 100, RAVI: 50}))
    await bureau.comes(new, RAVI)
    states = [one for room, one in await bureau.orders(before) if room == new and isinstance(one, SetState)]
    assert ("in.setu.identity", "ravi:mha.lab") in [(one.type, one.state_key) for one in states]
