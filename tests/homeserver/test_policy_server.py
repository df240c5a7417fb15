"""Two homeservers that federate, and a room whose policy server we are, behind the name of one of them: the other asks
us before it sends, and as it receives. What the homeserver of that name itself sends is not asked about.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from mautrix.errors import MatrixRequestError
from signedjson.key import get_verify_key, read_signing_keys
from unpaddedbase64 import encode_base64

from bots.classification.gate import policy_state, serves
from bots.classification.gate.consoles import policy_key_text
from bots.classification.gate.settings import GateSettings
from bots.classification.load import load
from bridge import keys
from bridge.customs import Customs
from bridge.lab import federation
from bridge.lab.client import Client
from bridge.lab.ports import free_ports
from bridge.lab.synapse import Synapse
from bridge.lab.together import together
from bridge.model import HomeserverName
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.store import links
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import PATIENCE_SECONDS
from tests.gate.door import Rooms, rule
from tests.homeserver.reverse_proxy import ReverseProxy
from tests.people import event, pushed
from tests.tongues import in_hindi, tongues

LINE = "SECRET\nThe convoy leaves at five."
WORDS = in_hindi(Saying.of("mark-refused-marking", level="SECRET", ceiling="RESTRICTED"))


@dataclass(frozen=True)
class Ministry:
    """The room: Asha is of the homeserver behind whose name we are, Ravi of the other."""

    asha: Client
    ravi: Client
    room: str
    proxy: ReverseProxy
    rooms: Rooms

    async def both_see(self, body: str) -> None:
        for person in (self.asha, self.ravi):
            await person.wait_for(self.room, lambda seen: seen.body == body, PATIENCE_SECONDS, body)


@pytest.fixture
async def ministry(tmp_path: Path, pool: Pool, journal: Journal, keyring: Keyring) -> AsyncIterator[Ministry]:
    async with AsyncExitStack() as stack:
        ports = free_ports(5)
        ours = _homeserver(tmp_path, "ours", ports[0], tls_port=ports[1], behind=ports[2])
        theirs = _homeserver(tmp_path, "theirs", ports[3], tls_port=ports[4])
        proxy = ReverseProxy(tmp_path / "ours", ports[1], ports[2])
        for homeserver in (ours, theirs):
            stack.push_async_callback(homeserver.stop)
        await together(ours.start(), theirs.start())
        engine, rooms, key = load(), Rooms(), keys.signing_key(tmp_path / "policy.key")
        settings = GateSettings(
            policy_key_file=tmp_path / "policy.key",
            policy_servers={theirs.server_name: _public_key(tmp_path / "theirs")},
        )
        host = _host(pool, journal, keyring, ours.server_name)
        stack.push_async_callback(proxy.stop)
        await proxy.start(serves.routes(settings, host, engine, rooms.rule_for))
        asha, ravi = [await _person(homeserver, stack) for homeserver in (ours, theirs)]
        room = await asha.create_room("Roads", invite=[ravi.user_id])
        await ravi.invited_into(room, asha.user_id, PATIENCE_SECONDS)
        await ravi.join_through(room, ours.server_name)
        rooms.rules[room] = rule(engine)
        await _knows(host, room, (await asha.state(room, "m.room.create"))["room_version"], ours.server_name)
        via = policy_state.content(ours.server_name, policy_key_text(key))
        named = await asha.set_state(room, policy_state.TYPE, via)
        await ravi.wait_for(room, lambda seen: seen.event["event_id"] == named, PATIENCE_SECONDS, "the policy server")
        yield Ministry(asha, ravi, room, proxy, rooms)


def _homeserver(folder: Path, name: str, port: int, *, tls_port: int, behind: int | None = None) -> Synapse:
    """Listens for others itself, or has a reverse proxy that does."""
    settings = federation.settings(folder / name, port, tls_port)
    if behind is not None:
        listeners = settings["listeners"]
        assert isinstance(listeners, list)
        settings["listeners"] = [listeners[0], {**listeners[1], "port": behind, "tls": False}]
    return Synapse(folder / name, federation.server_name(tls_port), port, settings=settings)


def _public_key(folder: Path) -> str:
    with (folder / "signing.key").open() as file:
        [key] = read_signing_keys(file)
    return str(encode_base64(get_verify_key(key).encode()))


def _host(pool: Pool, journal: Journal, keyring: Keyring, name: str) -> Host:
    customs = Customs("setu", frozenset({"setu"}), "_setu_", "{name}", {name: "Home Affairs"})
    return Host(pool, journal, keyring, customs, tongues({name: "hi"}), HomeserverName(name), None)


async def _person(homeserver: Synapse, stack: AsyncExitStack) -> Client:
    user_id = await homeserver.register("person", "password", "Person")
    client = Client(homeserver.url)
    stack.push_async_callback(client.close)
    await client.log_in(user_id, "password")
    return client


async def _knows(host: Host, room: str, version: str, name: str) -> None:
    """As if Setu were in the room."""
    homeserver = HomeserverName(name)
    created = event("$create", room, type="m.room.create", state_key="", content={"room_version": version})
    await host.journal.append(homeserver, pushed(created))
    async with host.pool.acquire() as connection:
        await links.declare_endpoint(connection, homeserver, room)


async def test_the_other_homeserver_asks_before_it_sends(ministry: Ministry) -> None:
    await ministry.ravi.say(ministry.room, "Good morning.")
    await ministry.both_see("Good morning.")
    with pytest.raises(MatrixRequestError) as refused:
        await ministry.ravi.say(ministry.room, LINE)
    assert (refused.value.errcode, refused.value.message) == ("M_FORBIDDEN", WORDS)
    with pytest.raises(MatrixRequestError):
        await ministry.ravi.set_state(ministry.room, "m.room.topic", {"topic": "SECRET"})
    await ministry.ravi.say(ministry.room, "Secret Santa is on Friday.")
    await ministry.both_see("Secret Santa is on Friday.")
    assert LINE not in [seen.body for seen in ministry.asha.seen_in(ministry.room)]


async def test_what_is_sent_behind_our_name_is_asked_about_by_who_receives_it(ministry: Ministry) -> None:
    """That homeserver never asks itself: its antispam module is what asks for its people."""
    await ministry.asha.say(ministry.room, LINE)
    await ministry.asha.say(ministry.room, "Good morning.")
    await ministry.both_see("Good morning.")
    assert LINE not in [seen.body for seen in ministry.ravi.seen_in(ministry.room)]


async def test_while_we_are_away_the_other_homeserver_sends_nothing_there(ministry: Ministry) -> None:
    ministry.proxy.policy_server_is_away = True
    with pytest.raises(MatrixRequestError):
        await ministry.ravi.say(ministry.room, "Good morning.")
    elsewhere = await ministry.ravi.create_room("Elsewhere")
    await ministry.ravi.say(elsewhere, "Good morning.")
    ministry.proxy.policy_server_is_away = False
    await ministry.ravi.say(ministry.room, "Good evening.")
    await ministry.both_see("Good evening.")
