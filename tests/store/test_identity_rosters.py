"""Rosters as files beside a running Setu: read again as they change, believed with care, and shown at once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bots.identity.roster_watch import RosterWatch
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, Bureau
from tests.store.chat import ASHA, OFFICE

HEAD = "user_id,name,designation,organisation,roles,valid_from,valid_until\n"
ALL = (
    f"{RAVI},Ravi Kumar,Director,Home Affairs,official,,\n",
    f"{MEERA},Meera Nair,Section Officer,Home Affairs,,,\n",
    "@a:mha.lab,Anil Rao,Clerk,Home Affairs,,,\n",
    "@b:mha.lab,Bina Das,Clerk,Home Affairs,,,\n",
)


class Desk:
    """A bureau with a roster file and who reads it."""

    def __init__(self, bureau: Bureau, file: Path) -> None:
        self.bureau = bureau
        self.file = file
        self.watch = RosterWatch(bureau.desk)

    async def write(self, *rows: str) -> None:
        """The file is written, and looked at."""
        self.file.write_text(HEAD + "".join(rows), encoding="utf-8")
        await self.look()

    async def look(self) -> None:
        async with self.bureau.pool.acquire() as connection:
            await self.watch.look(connection)

    async def alarm(self) -> str | None:
        """What stands under the alarm of rosters, where it stands."""
        found = await self.bureau.pool.fetchval(
            "select what from alarm where cause = 'identity-roster' and over_at is null"
        )
        return str(found) if found is not None else None

    async def status(self, user_id: str) -> str | None:
        found: Any = await self.bureau.pool.fetchval(
            "select status from identity_tag where user_id = $1 and until is null", user_id
        )
        return found and str(found)


@pytest.fixture
async def desk(pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path) -> Desk:
    file = tmp_path / "people.csv"
    settings = {"rosters": [{"kind": "csv", "file": str(file)}], "rooms": [{"link": "cell", "enforce": "on"}]}
    made = bureaus.bureau(pool, journal, keyring, settings)
    await bureaus.linked(made)
    for person in (RAVI, MEERA):
        await made.comes(CELL, person)
    return Desk(made, file)


async def test_who_stands_in_the_file_is_known_as_soon_as_it_is_read(desk: Desk) -> None:
    await desk.write(*ALL)
    assert (await desk.status(RAVI), await desk.status(MEERA)) == ("verified", "verified")
    assert await desk.bureau.pool.fetchval("select count(*) from private_chat") == 0


async def test_a_row_that_goes_is_known_no_more(desk: Desk) -> None:
    await desk.write(*ALL)
    await desk.write(*(row for row in ALL if MEERA not in row))
    assert (await desk.status(RAVI), await desk.status(MEERA)) == ("verified", "unknown")


async def test_a_bad_row_is_told_with_its_line_and_leaves_the_others_working(desk: Desk) -> None:
    await desk.write(ALL[0], "ravi,Nobody,,,,,\n", *ALL[1:])
    assert ":3:" in (await desk.alarm() or "")
    assert (await desk.status(RAVI), await desk.status(MEERA)) == ("verified", "verified")
    await desk.write(*ALL)
    assert await desk.alarm() is None


async def test_a_file_that_lost_half_of_its_people_is_not_believed_until_somebody_says_so(desk: Desk) -> None:
    await desk.write(*ALL)
    await desk.write(ALL[0])
    assert await desk.status(MEERA) == "verified" and await desk.alarm() is not None
    [answer] = await desk.bureau.say(OFFICE, ASHA, "!id roster accept")
    assert "believed as they are now" in answer
    await desk.look()
    assert await desk.status(MEERA) == "unknown" and await desk.alarm() is None


async def test_the_same_holds_after_a_restart(desk: Desk) -> None:
    await desk.write(*ALL)
    desk.watch = RosterWatch(desk.bureau.desk)
    desk.bureau.knows()
    await desk.write(ALL[0])
    assert await desk.alarm() is not None
    assert await desk.status(MEERA) == "verified"


async def test_nobody_is_unknown_before_the_rosters_were_read_for_the_first_time(desk: Desk) -> None:
    await desk.write(*ALL)
    known = desk.bureau.desk.known
    desk.bureau.knows()
    known.whole = False  # as it is at start
    await desk.bureau.say(CELL, MEERA, "good morning")
    assert await desk.status(MEERA) == "verified"


async def test_a_file_that_is_gone_leaves_everybody_known(desk: Desk) -> None:
    await desk.write(*ALL)
    desk.file.unlink()
    await desk.look()
    assert await desk.status(RAVI) == "verified" and str(desk.file) in (await desk.alarm() or "")


async def test_a_row_counts_on_its_days_only(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    await desk.write(*ALL[:1], f"{MEERA},Meera Nair,Section Officer,Home Affairs,,2020-01-01,2020-12-31\n", *ALL[2:])
    assert await desk.status(MEERA) in (None, "unknown")
    row = f"{MEERA},Meera Nair,Section Officer,Home Affairs,,{today.year - 1}-01-01,{today.year + 1}-01-01\n"
    await desk.write(*ALL[:1], row, *ALL[2:])
    assert await desk.status(MEERA) == "verified"


async def test_a_role_counts_as_soon_as_it_is_read_and_no_longer(desk: Desk) -> None:
    await desk.write(*ALL)
    [begun] = await desk.bureau.say(CELL, RAVI, "!id official roads")
    assert "you speak officially" in begun
    await desk.write(ALL[0].replace("official", ""), *ALL[1:])
    [denied] = await desk.bureau.say(CELL, RAVI, "!id official roads")
    assert "role" in denied


async def test_two_processes_that_read_the_same_change_make_one_of_it(desk: Desk) -> None:
    await desk.write(*ALL)
    count = "select count(*) from identity_tag where user_id = $1"
    before = await desk.bureau.pool.fetchval(count, RAVI)
    others = [RosterWatch(desk.bureau.desk) for _ in range(3)]
    desk.file.write_text(HEAD + "".join(ALL).replace("Director", "Secretary"), encoding="utf-8")

    async def look(watch: RosterWatch) -> None:
        async with desk.bureau.pool.acquire() as connection:
            await watch.look(connection)

    await asyncio.gather(*(look(watch) for watch in (desk.watch, *others)))
    assert await desk.bureau.pool.fetchval(count, RAVI) == before + 1
