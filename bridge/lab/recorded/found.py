"""What is found on record: at a terminal, and by the records officer in chat, who alone is told."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

import asyncpg

from bridge.lab.checked import expect
from bridge.lab.hindi import is_hindi
from bridge.lab.recorded.cell import bots
from bridge.lab.recorded.talk import HINDI_QUERY, Talk
from bridge.lab.steps.step import same

PURPOSE, OFFICERS_PURPOSE = "the lab looks for what was said", "RTI 41/2026"


async def _words(talk: Talk) -> str:
    """The words of the phrase stand in two messages, the phrase in one."""
    mark = talk.answer.text.split()[-1]
    asked = {
        mark: [talk.decoy.id, talk.answer.id],
        f'"at bridge {mark}"': [talk.answer.id],
        f"{talk.last.text.split()[-1][:7]}*": [talk.last.id],
    }
    found = await asyncio.gather(*(_search(talk, query) for query in asked))
    for query, seen in zip(asked, found, strict=True):
        same(seen, asked[query], f"what is found for {query}")
    return ", ".join(asked)


async def _script(talk: Talk) -> str:
    same(await _search(talk, HINDI_QUERY), [talk.hindi.id], f"what is found for {HINDI_QUERY}")
    return HINDI_QUERY


async def _person(talk: Talk) -> None:
    """What is deleted is found as well; it is the newest first."""
    meera = talk.cell.meera.user_id
    wanted = [talk.answer.id, talk.vanishing.id, talk.gossip.id]
    same(await _search(talk, f"sender:{meera} kind:message"), wanted, f"what is found of {meera}")


async def _search(talk: Talk, query: str) -> list[str]:
    """The events that `setu records search` finds in the department's room, the newest first."""
    setu = talk.cell.site.setu
    asked = (query, "--room", talk.cell.here.room, "--purpose", PURPOSE, "--json")
    printed = await setu.call("records", "search", str(setu.settings_file), *asked)
    return [json.loads(line)["event"]["event_id"] for line in printed.splitlines()]


async def _officer(talk: Talk) -> None:
    cell = talk.cell
    mark = talk.question.text.split()[-1]
    await cell.asks(cell.farid, cell.there, f"!records search purpose: {OFFICERS_PURPOSE}; {mark}")
    chat = await cell.farid.invited_to(None, bots(cell.there.homeserver.name)[0], cell.patience_seconds)
    await cell.farid.join(chat)
    told = await cell.farid.wait_for(
        chat, lambda seen: talk.question.text in (seen.body or ""), cell.patience_seconds, "word of what was found"
    )
    expect(told.was_encrypted, "it was told in clear")
    expect(cell.ravi.user_id in (told.body or ""), f"he read: {told.body}")
    await cell.asks(cell.farid, cell.there, "!records status")  # what was to be said there was said before
    spoken = bots(cell.there.homeserver.name)
    aloud = [
        seen for seen in cell.farid.seen_in(cell.there.room) if seen.sender in spoken and mark in str(seen.content)
    ]
    same(len(aloud), 0, "how often the room was told")


async def _refused(talk: Talk) -> str:
    cell = talk.cell
    mark = talk.question.text.split()[-1]
    answer = await cell.asks(cell.meera, cell.here, f"!records search purpose: I am curious; {mark}")
    told = answer.body or ""
    expect(is_hindi(told) and "अनुमति नहीं" in told, f"she read: {told}")
    return told


async def _noted(talk: Talk) -> str:
    """As an administrator sees it at `psql`: whoever was refused searched nothing."""
    connection = await asyncpg.connect(talk.cell.site.database_url)
    try:
        rows = await connection.fetch("select purpose from record_audit where action = 'search'")
    finally:
        await connection.close()
    purposes = [row["purpose"] for row in rows]
    same(sorted(set(purposes)), sorted({PURPOSE, OFFICERS_PURPOSE}), "for what was searched")
    return f"{len(purposes)} searches"


DEEDS: Mapping[str, tuple[str, Callable[[Talk], Awaitable[str | None]]]] = {
    "words": ("a word, a phrase and the beginning of a word are found at a terminal", _words),
    "script": ("a Hindi word is found, however a keyboard writes it", _script),
    "person": ("all that somebody said is found, what was deleted and what vanished too", _person),
    "officer": ("the records officer searches in chat, and is told in private, encrypted; the room is not", _officer),
    "refused": ("whoever is no records officer is refused", _refused),
    "noted": ("that it was searched is kept, with the purpose", _noted),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
