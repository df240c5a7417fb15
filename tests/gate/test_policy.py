"""A homeserver asks us as a room's policy server: what it may send is signed, as Synapse checks it; what it may not is
refused with words for the sender; and whoever is not known is told nothing.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from signedjson.key import decode_verify_key_bytes
from signedjson.sign import SignatureVerifyException, verify_signed_json
from unpaddedbase64 import decode_base64

from bots.classification.gate import paths, policy, policy_state
from bots.classification.gate.consoles import policy_key_text
from bots.classification.gate.porter import NOT_JUDGED
from bridge import keys
from bridge.saying import Saying
from bridge.store import links
from bridge.store.database import Pool
from bridge.store.journal import Journal
from tests.gate import pdus
from tests.gate.asker import NAME, VIA, Asker
from tests.gate.conftest import Opened
from tests.gate.door import Door, Told
from tests.people import CELL, MHA, event, pushed
from tests.tongues import in_hindi

LINE = "SECRET\nThe convoy leaves at five."
WORDS = in_hindi(Saying.of("mark-refused-marking", level="SECRET", ceiling="RESTRICTED"))
CHECK = f"{paths.UNSTABLE}/event/$1/check"


@pytest.fixture
def asker() -> Asker:
    return Asker()


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    return keys.signing_key(tmp_path / "policy.key")


@pytest.fixture
async def door(
    opened: Opened, asker: Asker, key: Ed25519PrivateKey, tmp_path: Path, pool: Pool, journal: Journal
) -> AsyncIterator[Door]:
    """We know the room and its version."""
    await knows(pool, journal, pdus.VERSION)
    async with opened(policy_key_file=tmp_path / "policy.key", policy_servers={NAME: asker.public_key}) as door:
        yield door


async def knows(pool: Pool, journal: Journal, version: str) -> None:
    created = event("$create", type="m.room.create", state_key="", content={"room_version": version})
    await journal.append(MHA, pushed(created))
    async with pool.acquire() as connection:
        await links.declare_endpoint(connection, MHA, CELL)


def signs(fields: dict[str, Any], told: Told, key: Ed25519PrivateKey) -> bool:
    """Whether Synapse would take it for a signature of ours under the event."""
    public = policy_state.content(VIA, policy_key_text(key))["public_keys"]["ed25519"]
    verify = decode_verify_key_bytes(policy.KEY_ID, decode_base64(public))
    try:
        verify_signed_json({**pdus.pruned(fields, pdus.VERSION), "signatures": told.content}, VIA, verify)
    except SignatureVerifyException:
        return False
    return True


async def test_what_may_be_sent_is_signed(door: Door, asker: Asker, key: Ed25519PrivateKey) -> None:
    for fields in (pdus.message("good morning"), pdus.pdu("m.room.encrypted", {"ciphertext": LINE})):
        told = await asker.asks(door, fields)
        assert (told.status, list(told.content)) == (200, [VIA])
        assert signs(fields, told, key)
        assert not signs(pdus.message("something else"), told, key)


async def test_what_is_above_the_ceiling_is_refused_in_words(door: Door, asker: Asker) -> None:
    told = await asker.asks(door, pdus.message(LINE))
    assert told == Told(400, {"errcode": "M_FORBIDDEN", "error": WORDS})


async def test_servers_of_yesterday_are_refused_in_their_way(door: Door, asker: Asker) -> None:
    assert await asker.asks(door, pdus.message(LINE), f"{paths.UNSTABLE}/sign") == Told(200, {})
    assert (await asker.asks(door, pdus.message("hello"), f"{paths.UNSTABLE}/sign")).content[VIA]
    assert await asker.asks(door, pdus.message(LINE), CHECK) == Told(200, {"recommendation": "spam"})
    assert await asker.asks(door, pdus.message("hello"), CHECK) == Told(200, {"recommendation": "ok"})


async def test_a_ghost_is_signed(door: Door, asker: Asker) -> None:
    assert (await asker.asks(door, pdus.message(LINE, sender="@_setu_x:mha.lab"))).status == 200


async def test_what_nobody_showed_us_is_not_signed(door: Door, asker: Asker) -> None:
    """The hash of the marked message, under the words of a harmless one."""
    forged = {**pdus.message("hello"), "hashes": pdus.message(LINE)["hashes"]}
    assert (await asker.asks(door, forged)).status == 400


@pytest.mark.parametrize("fields", [{}, {"type": "m.room.message"}, {**pdus.message("x"), "room_id": 7}])
async def test_what_is_no_event_is_not_signed(door: Door, asker: Asker, fields: dict[str, Any]) -> None:
    assert (await asker.asks(door, fields)).status == 400


async def test_a_room_that_we_are_not_in_gets_no_signature(door: Door, asker: Asker) -> None:
    assert (await asker.asks(door, pdus.message("hello", room="!elsewhere:mha.lab"))).status == 404


async def test_a_room_of_an_unknown_version_gets_no_signature(
    opened: Opened, asker: Asker, tmp_path: Path, pool: Pool, journal: Journal, key: Ed25519PrivateKey
) -> None:
    await knows(pool, journal, "99")
    async with opened(policy_key_file=tmp_path / "policy.key", policy_servers={NAME: asker.public_key}) as door:
        assert (await asker.asks(door, pdus.message("hello"))).status == 404


async def test_what_cannot_be_judged_is_signed_or_not_as_the_settings_say(
    opened: Opened, asker: Asker, tmp_path: Path, pool: Pool, journal: Journal, key: Ed25519PrivateKey
) -> None:
    await knows(pool, journal, pdus.VERSION)
    deep: Any = "SECRET"
    for _ in range(60):
        deep = [deep]
    fields = pdus.pdu("m.room.message", {"body": "x", "deep": deep})
    given = {"policy_key_file": tmp_path / "policy.key", "policy_servers": {NAME: asker.public_key}}
    async with opened(**given) as door:
        assert (await asker.asks(door, fields)).status == 200
    async with opened(**given, when_away="closed") as door:
        assert await asker.asks(door, fields) == Told(400, {"errcode": "M_FORBIDDEN", "error": in_hindi(NOT_JUDGED)})


async def test_who_is_not_known_or_forges_is_refused(door: Door, asker: Asker) -> None:
    fields = pdus.message("hello")
    body, right = json.dumps(fields).encode(), asker.header(paths.SIGN, fields)
    wrong = [
        "", "Bearer x", "X-Matrix", right.replace(NAME, "evil.lab"), right.replace('destination="mha.lab"', ""),
        asker.header(paths.SIGN, fields, origin="evil.lab"), asker.header(paths.SIGN, fields, destination="evil.lab"),
        asker.header(f"{paths.UNSTABLE}/sign", fields), asker.header(paths.SIGN, pdus.message("other")),
        Asker().header(paths.SIGN, fields), right.replace('sig="', 'sig="A'), f'{right},more="{"y" * 5000}"',
    ]  # fmt: skip
    assert (await door.post(paths.SIGN, body, {"Authorization": right})).status == 200
    for header in wrong:
        told = await door.post(paths.SIGN, body, {"Authorization": header})
        assert (told.status, told.content["errcode"]) == (401, "M_UNAUTHORIZED"), header


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"a":' * 100_000, b"x" * ((1 << 20) + 1), b'{"a": 1.5}'])
async def test_a_hostile_body_is_refused(door: Door, asker: Asker, body: bytes) -> None:
    told = await door.post(paths.SIGN, body, {"Authorization": asker.header(paths.SIGN, {})})
    assert told.status in (400, 401)
