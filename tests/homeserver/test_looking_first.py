"""A homeserver forgets transaction ids after a day, so an old order is looked for in the room before it is done."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import asyncpg
import pytest

from bridge import keys
from bridge.actions import Send
from bridge.gateway.transaction_id import MARK, transaction_id
from bridge.lab.site import LinkedRoom, Site
from bridge.model import EndpointRef, HomeserverName, UserId
from bridge.store import keyring, outbox
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM
from bridge.store.outbox import Lane
from tests.deadline import until
from tests.homeserver.administrator import settings
from tests.homeserver.files import sends
from tests.homeserver.sites import OpenSite
from tests.homeserver.talk import hears, said_in, say

RAVIS_GHOST = UserId("@_setu_mha.lab_ravi.kumar:nic.lab")
HOURS = 13
LONG_AGO_MS = 1_600_000_000_000
A_PAGE = 100
"""Events that Setu reads at once when it looks."""


@dataclass(frozen=True)
class Stopped:
    """A site whose Setu is stopped while a ghost has already spoken on the hub."""

    site: Site
    link: LinkedRoom

    async def lay_down(self, cause: str, text: str) -> None:
        """An order to let the ghost say something, as if it had been laid down half a day and more ago."""
        async with self._database() as connection:
            master = keys.master_key(self.site.setu.folder / "keys" / "master.key", may_make=False)
            kek = await (await keyring.stand_on(connection, master)).current(connection, NO_ROOM)
            found = "select id from endpoint where homeserver = 'nic.lab' and room_id = $1"
            lane = Lane(EndpointRef(await connection.fetchval(found, self.link.hub.room)), HomeserverName("nic.lab"))
            said = Send(RAVIS_GHOST, "m.room.message", {"msgtype": "m.text", "body": text})
            (order,) = await outbox.put(connection, kek, lane, cause, [said])
            aging = "update outbox set created_at = created_at - make_interval(hours => $2) where id = $1"
            await connection.execute(aging, order, HOURS)

    async def arrived(self, cause: str, text: str, time_ms: int | None = None) -> str:
        """What an earlier attempt had sent, under a transaction id that the homeserver has forgotten; its event id.
        With a time, it shows that one, as the copy of an old message does.
        """
        hub = settings(self.site)["hub"]
        token = (self.site.setu.folder / hub["as_token_file"]).read_text().strip()
        address = (
            f"{hub['url']}/_matrix/client/v3/rooms/{self.link.hub.room}/send/m.room.message/{secrets.token_hex(8)}"
        )
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
            body = {"msgtype": "m.text", "body": text, MARK: mark_of(cause)}
            params = {"user_id": str(RAVIS_GHOST)} | ({"ts": str(time_ms)} if time_ms is not None else {})
            async with session.put(address, params=params, json=body) as answer:
                answer.raise_for_status()
                return str((await answer.json())["event_id"])

    async def goes_on(self) -> dict[str, Any]:
        """Setu starts and does what is laid down; what came of it, by cause."""
        await self.site.setu.start()
        outcomes: dict[str, Any] = {}

        async def all_done() -> bool:
            async with self._database() as connection:
                rows = await connection.fetch("select cause, state, outcome from outbox where cause like 'test-%'")
            outcomes.update({row["cause"].removesuffix("#0"): row["outcome"] for row in rows})
            return all(row["state"] == "done" for row in rows)

        await until(all_done)
        return outcomes

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Connection]:
        connection = await asyncpg.connect(settings(self.site)["database"]["url"])
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture
async def stopped(open_site: OpenSite) -> Stopped:
    site = await open_site()
    (link,) = site.links.values()
    await say(link.department.people[0], link.department.room, "good morning")
    await hears(link.hub.people[0], link.hub.room, "good morning")
    await site.setu.stop()
    return Stopped(site, link)


async def test_an_old_order_that_had_arrived_is_not_done_again_and_one_that_had_not_is(stopped: Stopped) -> None:
    there = await stopped.arrived("test-there", "the road is open")
    await stopped.lay_down("test-there", "the road is open")
    await stopped.lay_down("test-lost", "the bridge is open")
    outcomes = await stopped.goes_on()
    asha, room = stopped.link.hub.people[0], stopped.link.hub.room
    assert await said_in(asha, room) == ["good morning", "the road is open", "the bridge is open"]
    assert outcomes["test-there"] == there


async def test_it_is_found_also_behind_more_than_a_page_of_later_words(stopped: Stopped) -> None:
    there = await stopped.arrived("test-there", "the road is open")
    asha, room = stopped.link.hub.people[0], stopped.link.hub.room
    await say(asha, room, *(f"later {n}" for n in range(A_PAGE + 5)))
    await stopped.lay_down("test-there", "the road is open")
    assert (await stopped.goes_on())["test-there"] == there
    assert (await said_in(asha, room)).count("the road is open") == 1


async def test_copies_that_show_an_old_time_do_not_end_the_search(stopped: Stopped) -> None:
    there = await stopped.arrived("test-there", "the road is open", LONG_AGO_MS)
    await stopped.arrived("test-before", "the ford is closed", LONG_AGO_MS)
    asha, room = stopped.link.hub.people[0], stopped.link.hub.room
    await say(asha, room, *(f"later {n}" for n in range(A_PAGE - 1)))  # the page ends with what shows an old time
    await stopped.lay_down("test-there", "the road is open")
    assert (await stopped.goes_on())["test-there"] == there
    assert (await said_in(asha, room)).count("the road is open") == 1


async def test_the_mark_of_another_account_is_no_proof(stopped: Stopped) -> None:
    """Whoever copies a mark into words of their own keeps nobody's message from arriving."""
    asha, room = stopped.link.hub.people[0], stopped.link.hub.room
    await sends(asha, room, "m.room.message", {"msgtype": "m.text", "body": "mine", MARK: mark_of("test-lost")})
    await stopped.lay_down("test-lost", "the road is open")
    await stopped.goes_on()
    assert await said_in(asha, room) == ["good morning", "mine", "the road is open"]


def mark_of(cause: str) -> str:
    """The transaction id of an order of the ghost's."""
    return transaction_id(RAVIS_GHOST, f"{cause}#0")
