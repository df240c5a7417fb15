"""A records officer finds what was said in an encrypted room, at a client that we did not write, and at a terminal."""

import csv

import pytest

from bridge.lab.child import LabError
from tests.deadline import PATIENCE_SECONDS, until
from tests.homeserver.administrator import ask
from tests.homeserver.secret_rooms import Link, Office, hears, sees

pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]

SAID = "The revised estimate for the culvert is ready."


async def test_what_was_said_encrypted_is_found_and_told_encrypted_to_the_officer_alone(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    farid = await office.nio(await office.account(office.hub, "farid"))
    roster = office.site.setu.folder / "officers.csv"
    roster.parent.mkdir(parents=True, exist_ok=True)
    with roster.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([("user_id", "name", "roles"), (farid.user_id, "Farid Khan", "records_officer")])
    here = await ravi.create_room("Bridges")
    rosters = {"identity": {"rosters": [{"kind": "csv", "file": roster.name}]}}
    [there] = await office.link(Link(here, ravi, [farid]), followers={"poll_seconds": 0.2}, bots=rosters)
    await ravi.say(here, SAID)
    await hears(farid, there, SAID)
    await farid.say(there, '!records search purpose: RTI 12/2026; "revised estimate"')
    answer = await sees(farid, there, lambda seen: "told in a direct chat" in str(seen.body), "an answer")
    assert answer.was_encrypted and SAID not in str(answer.body)
    private = await farid.invited_to(None, f"@records:{office.hub.name}", PATIENCE_SECONDS)
    await farid.join(private)
    found = await sees(farid, private, lambda seen: SAID in str(seen.body), "what was found")
    assert found.was_encrypted and ravi.user_id in str(found.body)
    assert await ask(office.site, "select purpose from record_audit where action = 'search'") == ["RTI 12/2026"]
    await _at_a_terminal(office, here)


async def _at_a_terminal(office: Office, room: str) -> None:
    """The same, in the department's own room."""
    command = ("records", "search", str(office.site.setu.settings_file))

    async def is_found() -> bool:
        return SAID in await office.site.setu.call(*command, "esti*", "--room", room, "--purpose", "a test")

    await until(is_found)
    assert SAID in await office.site.setu.call(*command, "culvert kind:message", "--json", "--purpose", "a test")
    assert SAID not in await office.site.setu.call(*command, "unheard", "--purpose", "a test")
    for wrong in (("a*", "--purpose", "a test"), ("culvert", "--purpose", " ")):
        with pytest.raises(LabError, match="ended with code 1"):
            await office.site.setu.call(*command, *wrong)
