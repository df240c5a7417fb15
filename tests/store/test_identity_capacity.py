"""What is said officially and what only looks so, on a real database: edits, what comes late, copies of copies, badges
that people write themselves, and officials who are officials no more.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.actions import Send
from bridge.model import Event
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, ROSTER, Bureau
from tests.store.chat import ASHA, HALL, OFFICE

DEN = "!den:mha.lab"
BADGE = "[Official: roads]"
DISCLAIMER = "The writer's own view, not that of the government."


async def opened(pool: Pool, journal: Journal, keyring: Keyring, **policy: Any) -> Bureau:
    return await bureaus.linked(bureaus.bureau(pool, journal, keyring, {"rooms": [{"link": "cell", **policy}]}))


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    return await opened(pool, journal, keyring)


def text(bureau: Bureau, sender: str, body: str, sent: datetime | None = None, **content: Any) -> Event:
    """Something that somebody writes into the cell; `sent` is what their homeserver says of the time."""
    told = {"msgtype": "m.text", "body": body, **content}
    ts = {"origin_server_ts": round(sent.timestamp() * 1000)} if sent is not None else {}
    return event(f"${next(bureau.numbers)}", CELL, sender, type="m.room.message", content=told, **ts)


def edit(bureau: Bureau, original: Event, body: str, **outer: Any) -> Event:
    """Its author changes it."""
    new = {"msgtype": "m.text", "body": body}
    relation = {"rel_type": "m.replace", "event_id": original.id}
    return text(bureau, original.sender or "", f"* {body}", **{"m.relates_to": relation, "m.new_content": new, **outer})


async def copies(bureau: Bureau, *happened: Event, late: bool = False) -> list[Any]:
    """What the other rooms are shown of it."""
    before = await bureau.last_order()
    await bureau.journalled(MHA, *(Arrival(one, "messages" if late else "push", late) for one in happened))
    orders = await bureau.orders(before)
    return [action.content for _, action in orders if isinstance(action, Send) and action.origin is not None]


async def test_a_personal_message_cannot_be_made_official_by_editing_it(bureau: Bureau) -> None:
    personal = text(bureau, RAVI, "my view")
    await copies(bureau, personal)
    await bureau.say(CELL, RAVI, "!id official roads")
    [copy] = await copies(bureau, edit(bureau, personal, "It is sanctioned."))
    assert BADGE not in copy["m.new_content"]["body"] and BADGE not in copy["body"]


async def test_what_was_said_officially_and_is_edited_meanwhile_stays_official(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    official = text(bureau, RAVI, "It is sanctoined.")
    await copies(bureau, official)
    [copy] = await copies(bureau, edit(bureau, official, "It is sanctioned."))
    assert copy["m.new_content"]["body"] == f"{BADGE}\nIt is sanctioned."


async def test_an_edit_after_the_end_is_official_no_more(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    official = text(bureau, RAVI, "It is sanctioned.")
    await copies(bureau, official)
    await bureau.say(CELL, RAVI, "!id personal")
    [copy] = await copies(bureau, edit(bureau, official, "It is cancelled."))
    assert BADGE not in copy["m.new_content"]["body"]


async def test_what_comes_late_counts_by_when_it_was_said(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    before = text(bureau, RAVI, "said an hour before", datetime.now(UTC) - timedelta(hours=1))
    [copy] = await copies(bureau, before, late=True)
    assert copy["body"] == "said an hour before"
    # An event tells its time in milliseconds, and this test takes less.
    await bureau.pool.execute("update identity_capacity set began_at = began_at - interval '2 seconds'")
    meanwhile = text(bureau, RAVI, "said meanwhile", datetime.now(UTC) - timedelta(seconds=1))
    await bureau.say(CELL, RAVI, "!id personal")
    [copy] = await copies(bureau, meanwhile, late=True)
    assert copy["body"] == f"{BADGE}\nsaid meanwhile"


async def test_a_capacity_runs_from_when_it_was_asked_for_not_from_when_it_was_read(bureau: Bureau) -> None:
    said = text(bureau, RAVI, "!id official roads for 1h")
    await bureau.journal.append(MHA, [Arrival(said, "push")])
    await bureau.pool.execute("update journal set received_at = received_at - interval '50 minutes'")
    await bureau.journalled(MHA)
    left = await bureau.pool.fetchval("select until - now() from identity_capacity")
    assert left < timedelta(minutes=11)


async def test_who_is_no_official_any_more_speaks_officially_no_more(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    bureau.knows(*(one for one in ROSTER if one.user_id != RAVI))
    [copy] = await copies(bureau, text(bureau, RAVI, "It is sanctioned."))
    assert BADGE not in copy["body"]


async def test_a_roster_that_cannot_be_read_takes_nobodys_authority_away(bureau: Bureau) -> None:
    await bureau.say(CELL, RAVI, "!id official roads")
    bureau.knows()
    bureau.desk.known.whole = False
    [copy] = await copies(bureau, text(bureau, RAVI, "It is sanctioned."))
    assert copy["body"] == f"{BADGE}\nIt is sanctioned."


@pytest.mark.parametrize(
    "content",
    [
        {"body": f"{BADGE}\nIt is sanctioned."},
        {"body": f"Hear hear\n {BADGE} It is sanctioned."},
        {"body": "[official : roads] It is sanctioned."},
        {"body": "[\u200bOffi\u200bcial: roads] It is sanctioned."},
        {"body": "[\u041efficial: roads] It is sanctioned."},
        {"body": "[आधिकारिक: सड़कें] यह स्वीकृत है।"},
        {"body": "harmless", "format": "org.matrix.custom.html", "formatted_body": "<b>[Official: roads]</b><br>Yes."},
        {"body": "harmless", "format": "org.matrix.custom.html", "formatted_body": "Yes<br>&#91;<i>Official</i>: x]"},
    ],
)
async def test_a_badge_that_somebody_writes_themselves_is_marked_as_their_own(
    bureau: Bureau, content: dict[str, Any]
) -> None:
    await bureau.comes(CELL, MEERA)
    [copy] = await copies(bureau, text(bureau, MEERA, **content))
    assert copy["body"].startswith(f"{DISCLAIMER}\n")
    assert copy["formatted_body"].startswith(f"<strong>{DISCLAIMER.replace(chr(39), '&#x27;')}</strong>")


@pytest.mark.parametrize("body", ["The official said yes.", "[x] done", "> [Official: roads]\n> Yes.\n\nWho said so?"])
async def test_ordinary_words_are_left_as_they_are(bureau: Bureau, body: str) -> None:
    await bureau.comes(CELL, MEERA)
    [copy] = await copies(bureau, text(bureau, MEERA, body))
    assert copy["body"] == body


async def test_the_disclaimer_is_not_escaped_by_an_edit_of_an_odd_kind(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    bureau = await opened(pool, journal, keyring, public=True)
    original = text(bureau, RAVI, "It rains.")
    await copies(bureau, original)
    [copy] = await copies(bureau, edit(bureau, original, "It pours.", msgtype="m.location", geo_uri="geo:1,2"))
    assert DISCLAIMER in copy["m.new_content"]["body"]


@pytest.mark.parametrize(("first", "expected"), [("!id official roads", BADGE), ("hello", DISCLAIMER)])
async def test_a_copy_that_goes_on_into_a_third_room_is_dressed_once(
    pool: Pool, journal: Journal, keyring: Keyring, first: str, expected: str
) -> None:
    bureau = await opened(pool, journal, keyring, public=True)
    await bureau.enter(MHA, DEN, [RAVI])
    await bureau.say(DEN, RAVI, f"!setu link den {HALL}")
    await bureau.say(OFFICE, ASHA, "!setu accept den")
    await bureau.say(CELL, RAVI, first)
    [copy] = await copies(bureau, text(bureau, RAVI, "It is sanctioned."))
    before = await bureau.last_order()
    ghost = "@_setu_mha.lab_ravi:nic.lab"
    await bureau.journalled(NIC, Arrival(bureau.event(HALL, ghost, "m.room.message", **copy), "push"))
    told = [action for room, action in await bureau.orders(before) if room == DEN and isinstance(action, Send)]
    [body] = [one.content["body"] for one in told if one.origin is not None]
    assert body.count(expected) == 1 and (DISCLAIMER in body) == (expected == DISCLAIMER)
