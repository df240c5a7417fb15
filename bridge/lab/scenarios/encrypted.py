"""A room that its people encrypt, at clients that are not ours (matrix-nio): they talk with the other side, at a second
device too, and with somebody who comes later. Then it is asked who can read what they said: they and the records
officer, and nobody at the homeservers, the database or the log.
"""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack

from mautrix.errors import MatrixError

from bridge.lab import at_rest
from bridge.lab.child import LabError
from bridge.lab.nio_client import NioClient
from bridge.lab.scenario import Check, Table
from bridge.lab.secret_talk import DEEDS, Talk, Unlike, heard_from_now_on, is_readable
from bridge.lab.settled import settled
from bridge.lab.site import Side, Site


async def play(site: Site) -> AsyncIterator[Check | Table]:
    """All of it in the site's first linked room."""
    link = next(iter(site.links.values()))
    async with AsyncExitStack() as stack:
        ravi, asha = [await _seat(side, 0, site, stack) for side in link.sides]
        talk = Talk(link, ravi, asha, site.patience_seconds)
        await ravi.encrypt(link.department.room)
        for name, (sentence, deed) in DEEDS.items():
            yield await _check(name, sentence, deed(talk))
        second = await _seat(link.hub, 0, site, stack)
        sentence = "a second device reads what is said from then on"
        yield await _check("device", sentence, heard_from_now_on(talk, second, link.hub))
        later = await _seat(link.department, 1, site, stack)
        sentence = "a colleague whose client comes later reads what is said from then on"
        yield await _check("colleague", sentence, heard_from_now_on(talk, later, link.department))
        yield await _both(talk)
        for side in link.sides:
            yield await _homeserver(talk, side)
    await settled(site, link)
    yield await _record(site, talk)
    yield await _database(site, talk)
    yield _log(site, talk)


async def _seat(side: Side, person: int, site: Site, stack: AsyncExitStack) -> NioClient:
    """A person at a new device that encrypts."""
    client = NioClient(side.homeserver.synapse.url, site.setu.folder / "clients" / secrets.token_hex(4))
    stack.push_async_callback(client.close)
    password = side.homeserver.organisation.people[person].password
    await client.log_in(side.homeserver.people[person].user_id, password)
    return client


async def _check(name: str, sentence: str, deed: Awaitable[None]) -> Check:
    try:
        await deed
    except (LabError, Unlike) as error:
        return Check(name, sentence, False, str(error))
    return Check(name, sentence, True)


async def _both(talk: Talk) -> Check:
    """As a client sees it; what the department encrypts is encrypted on the hub."""
    plain = [side.homeserver.name for side in talk.link.sides if not await _is_encrypted(side)]
    return Check("both", "both rooms are encrypted", not plain, ", ".join(plain))


async def _is_encrypted(side: Side) -> bool:
    try:
        return bool(await side.people[0].state(side.room, "m.room.encryption"))
    except MatrixError:
        return False


async def _homeserver(talk: Talk, side: Side) -> Check:
    """The whole of `/messages`, as the homeserver itself has it."""
    events = await side.people[0].history(side.room)
    found = [event["event_id"] for event in events if any(is_readable(event, words) for words in talk.said)]
    sentence = f"{side.homeserver.name} cannot read what was said"
    return Check(f"sealed_{_which(talk, side)}", sentence, bool(events) and not found, ", ".join(found[:3]))


def _which(talk: Talk, side: Side) -> str:
    return "here" if side is talk.here else "there"


async def _record(site: Site, talk: Talk) -> Check:
    reading = ("records", "read", str(site.setu.settings_file), "--purpose", "the lab's check", "--json", "--room")
    sentence = "the records officer reads all of it"
    try:
        printed = "".join([await site.setu.call(*reading, side.room) for side in talk.link.sides])
    except LabError as error:
        return Check("record", sentence, False, str(error))
    missing = [words for words in talk.said if json.dumps(words)[1:-1] not in printed]
    detail = f"{len(missing)} of {len(talk.said)} are missing" if missing else ""
    return Check("record", sentence, not missing, detail)


async def _database(site: Site, talk: Talk) -> Check:
    tables = await at_rest.found(site.database_url, talk.said)
    return Check("database", "nothing of it can be read in the database", not tables, ", ".join(tables))


def _log(site: Site, talk: Talk) -> Check:
    lines = site.setu.log.read_text(encoding="utf-8", errors="replace")
    told = sum(words in lines for words in talk.said)
    return Check(
        "log", "Setu's log holds none of the words", bool(lines) and not told, f"{told} of them" if told else ""
    )
