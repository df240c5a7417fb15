"""Keys that come late, only on request, or never: what was said arrives as soon as it can be read, stands in the gap
register until then, and keeps nothing back that was said after it.
"""

from contextlib import suppress

from bridge.lab.nio_client import NioClient
from bridge.model import Fate
from bridge.store.reconcile import WORDS
from tests.deadline import PATIENCE_SECONDS, until
from tests.element.client import ElementClient
from tests.homeserver.administrator import alarms, ask, link_status
from tests.homeserver.books import agree
from tests.homeserver.secret_rooms import Link, Office, hears_secretly, notices_in, said_in

pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]

"""Within which a message that can be read is read on the other side, whatever could not be read before it."""

OPEN_GAPS = "select event_id from gap where healed_at is null order by pos"

HEALED = (
    "select read.late from journal read join journal came on (came.room, came.pos) = (read.room, read.cites)"
    " where read.source = 'decrypted' and came.event_id = any($1)"
)
"""Whether what these events say came into the journal late, for each that came."""


async def two(office: Office) -> tuple[NioClient, str, ElementClient, str]:
    """Ravi and Asha in linked rooms that are encrypted, each with their own room's id."""
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(Link(here, ravi, [asha]), followers={"poll_seconds": 0.2})
    return ravi, here, asha, there


async def until_missed(office: Office, *events: str) -> None:
    """Waits until just these stand in the gap register."""

    async def stand_there() -> bool:
        return await ask(office.site, OPEN_GAPS) == [*events]

    with suppress(TimeoutError):
        await until(stand_there)
    assert await ask(office.site, OPEN_GAPS) == [*events]


async def unreadable(office: Office) -> int:
    """What `setu status` says of the department's room."""
    [link] = await ask(office.site, "select name from link")
    count: int = (await link_status(office.site, link))["sides"][0]["unreadable"]
    return count


async def test_what_cannot_be_read_yet_arrives_when_its_key_comes_and_the_gap_is_healed(office: Office) -> None:
    ravi, here, asha, there = await two(office)
    meera = await office.nio(await office.account(office.department, "meera"))
    await ravi.invite(here, meera.user_id)
    await meera.join(here)
    await ravi.say(here, "Before.")
    await hears_secretly(asha, there, "Before.")
    ravi.hold_back_keys()
    late = [await ravi.say(here, "Late."), await ravi.say(here, "Later.")]
    await until_missed(office, *late)
    assert await unreadable(office) == 2
    await meera.say(here, "Meanwhile.")
    await hears_secretly(asha, there, "Meanwhile.")
    await ravi.release_keys()
    await hears_secretly(asha, there, "Later.")
    assert said_in(asha, there) == ["Before.", "Meanwhile.", "Late.", "Later."]
    await until_missed(office)
    assert await unreadable(office) == 0
    assert await ask(office.site, HEALED, late) == [True, True]
    await agree(office.site)
    record = await office.site.setu.call(
        "records", "read", str(office.site.setu.settings_file), "--room", here, "--purpose", "a test"
    )
    assert [record.count(f": {words}\n") for words in ("Before.", "Meanwhile.", "Late.", "Later.")] == [1] * 4


async def test_a_key_is_asked_for_and_taken_from_the_writers_device(office: Office) -> None:
    ravi, here, asha, there = await two(office)
    ravi.shares_keys = True
    ravi.hold_back_keys()
    await ravi.say(here, "Ask me.")
    heard = await hears_secretly(asha, there, "Ask me.")
    assert not heard.undecryptable
    passed_on = "select forwarded from inbound_session where room_id = $1 and sender = $2"
    assert await ask(office.site, passed_on, here, ravi.user_id) == [True]
    assert await ask(office.site, "select times from key_request where room_id = $1", here) == [1]
    await until_missed(office)


async def test_of_what_nobody_can_read_the_room_is_told_once_and_nothing_waits_for_it(office: Office) -> None:
    ravi, here, asha, there = await two(office)
    meera = await office.nio(await office.account(office.department, "meera"))
    await ravi.invite(here, meera.user_id)
    await meera.join(here)
    ravi.hold_back_keys()
    lost = [await ravi.say(here, "Lost 1."), await ravi.say(here, "Lost 2.")]
    await meera.say(here, "Can you read me?")
    await hears_secretly(asha, there, "Can you read me?")
    told = await meera.wait_for(here, lambda seen: "cannot be read by" in str(seen.body), PATIENCE_SECONDS, "a notice")
    assert told.sender == office.department.bot and told.was_encrypted
    ravi.hold_back_keys()
    lost.append(await ravi.say(here, "Lost 3."))
    await until_missed(office, *lost)
    await until_watched(office, lost[-1])
    await meera.say(here, "And now?")
    await hears_secretly(asha, there, "And now?")
    assert len(notices_in(meera, here, "cannot be read by")) == 1
    assert said_in(asha, there) == ["Can you read me?", "And now?"]
    department, _ = await agree(office.site)
    assert department["fates"]["refused"][WORDS[Fate.UNREADABLE]] == 3
    assert department["fates"]["gaps"] == 3
    assert "gaps:all" in await alarms(office.site)


async def until_watched(office: Office, event: str) -> None:
    """Waits until a gap is so old that the room would have been told of it, and some turns more."""
    old = "select 1 from gap where event_id = $1 and since < now() - interval '2.5 s'"

    async def is_old() -> bool:
        return await ask(office.site, old, event) == [1]

    await until(is_old)
