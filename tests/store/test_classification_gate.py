"""What the gate refuses in a room is what the bot in the room finds too much for it: over a link, with its exemptions,
and with rules that are only tried.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bots.classification.gate.rule import Rule
from bots.classification.gate.rule_of_room import RuleOfRoom
from bots.classification.verdict import Finding
from bridge.model import HomeserverName
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC
from tests.store import guardroom as guardrooms
from tests.store.chat import ASHA, HALL, OFFICE
from tests.store.guardroom import CONFIDENTIAL, SECRET, SETTINGS, Guardroom

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn\n-----END RSA PRIVATE KEY-----"


async def rule(made: Guardroom, room: str = CELL, homeserver: HomeserverName = MHA) -> Rule | None:
    async with made.pool.acquire() as connection:
        return await RuleOfRoom(made.desk)(connection, homeserver, room)


async def against(made: Guardroom, body: str, room: str = CELL, homeserver: HomeserverName = MHA) -> Finding | None:
    found = await rule(made, room, homeserver)
    assert found is not None
    return found.against(made.desk.grammar, made.desk.engine.judge_text(body))


@pytest.fixture
def of(pool: Pool, journal: Journal, keyring: Keyring) -> Any:
    """Linked rooms, with more settings."""

    async def made(**more: Any) -> Guardroom:
        settings: Mapping[str, Any] = {**SETTINGS, **more}
        return await guardrooms.linked(guardrooms.guardroom(pool, journal, keyring, settings))

    return made


async def test_what_is_above_the_ceiling_is_refused_on_both_sides_of_a_link(guardroom: Guardroom) -> None:
    for room, homeserver in ((CELL, MHA), (HALL, NIC)):
        assert await against(guardroom, SECRET, room, homeserver) is not None
        assert await against(guardroom, "Secret Santa is on Friday.", room, homeserver) is None


async def test_a_ceiling_that_is_said_in_chat_counts(guardroom: Guardroom) -> None:
    await guardroom.say(OFFICE, ASHA, "!setu unlink cell")
    await guardroom.say(HALL, ASHA, "!mark ceiling SECRET")
    found = await rule(guardroom, HALL, NIC)
    assert found is not None and found.ceiling is not None and found.ceiling.name == "SECRET"


async def test_a_room_that_we_do_not_know_has_no_rule_and_is_not_made_known(guardroom: Guardroom) -> None:
    before = await guardroom.pool.fetchval("select count(*) from room")
    assert await rule(guardroom, "!elsewhere:mha.lab") is None
    assert await rule(guardroom, CELL, NIC) is None
    assert await guardroom.pool.fetchval("select count(*) from room") == before


async def test_a_room_in_which_nothing_is_judged_has_none(of: Any) -> None:
    assert await rule(await of(rooms=[{"link": "cell", "mode": "off"}])) is None


async def test_where_it_is_only_tried_nothing_is_refused(of: Any) -> None:
    made = await of(rooms=[{"link": "cell", "ceiling": "RESTRICTED", "mode": "simulate"}])
    assert await against(made, SECRET) is None


async def test_a_rule_that_is_excused_or_only_tried_refuses_nothing(of: Any) -> None:
    made = await of()
    finding = await against(made, SECRET)
    assert finding is not None
    today = datetime.now(UTC).date()
    exemption = {"rule": finding.rule, "link": "cell", "owner": ASHA, "until": today, "reason": "a test"}
    ended = {**exemption, "until": today - timedelta(days=1)}
    for more, refused in (
        ({"exemptions": [exemption]}, False), ({"exemptions": [ended]}, True), ({"simulate": [finding.rule]}, False),
    ):  # fmt: skip
        now = guardrooms.guardroom(made.pool, made.journal, made.keyring, {**SETTINGS, **more})
        assert (await against(now, SECRET) is not None) is refused, more


async def test_the_settings_of_the_gate_say_what_is_refused(of: Any) -> None:
    made = await of(gate={"above": 2, "kinds": ["marking", "credential"]})
    assert await against(made, CONFIDENTIAL) is None
    assert await against(made, SECRET) is not None
    assert await against(made, KEY) is not None
    assert await against(made, "aadhaar 5489 3012 7651") is None


async def test_without_a_ceiling_no_marking_is_too_high_and_data_may_be(of: Any) -> None:
    made = await of(rooms=[], gate={"kinds": ["marking", "data"]})
    assert await against(made, SECRET) is None
    assert await against(made, "aadhaar 5489 3012 7651") is not None
