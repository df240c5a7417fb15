"""`!records search purpose: WHY; QUERY`, for records officers: found in the rooms that are seen through their own
homeserver, on the hub in all. The results go to the bot's encrypted direct chat with the officer; whatever room was
asked in hears only that they do.
"""

import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import tzinfo

from bots.retention import sealed_words
from bots.retention.search import whisper
from bots.retention.search.finding import SEARCH, Finding
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import BadQuery, Query, read
from bots.retention.search.settings import SearchSettings
from bots.retention.search.shown import in_file, line
from bridge.hearing import Content, Hearing
from bridge.model import Entry
from bridge.notices import together
from bridge.plugin import Host
from bridge.rights import Place
from bridge.saying import Saying
from bridge.voice import Voice

LONGEST = 160
"""Characters of each text: a message must hold all of them twice, in any script (Matrix: 65,536 bytes an event)."""

MOST_PAGES = 50

MOST_ALSO = 5
"""Other rooms that are named."""

_ASKED = re.compile(r"purpose:\s*([^;]*[^;\s])\s*;\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(r"(?:^|\s)page:(\d{1,4})(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What an officer wrote."""

    purpose: str
    text: str
    page: int


@dataclass(frozen=True)
class Searching:
    """The deed."""

    host: Host
    settings: SearchSettings
    keys: MonthKeys

    async def search(self, hearing: Hearing) -> Content:
        """The answer in the room where it was asked, which says nothing of what was found."""
        asked = _read(hearing.rest)
        if asked is None:
            return hearing.voice.notice("records-search-usage")
        if not hearing.facts.of_ours:
            return hearing.voice.notice("records-search-outside")
        try:
            return hearing.voice.notice(await self._tell(hearing, read(asked.text, self.settings.tz), asked))
        except BadQuery as error:
            return hearing.voice.notice(error.what)

    async def _tell(self, hearing: Hearing, query: Query, asked: Asked) -> Saying:
        """Tells what is found where nobody else hears it; gives the answer. Raises BadQuery."""
        where = await whisper.to(self.host, hearing)
        if isinstance(where, Saying):
            return where
        hits = await self._found(hearing, query, asked)
        voice = await self.host.tongues.to_person(hearing.connection, hearing.sender, where.ref)
        await whisper.say(hearing, where, _told(voice, hits, query, asked, self.settings))
        await sealed_words.note(  # last, for it takes the log: what is told is on record with it, or neither is
            hearing.connection, self.host.keyring, hearing.room.homeserver, hearing.sender, SEARCH, asked.text,
            purpose=asked.purpose,
        )  # fmt: skip
        here = hearing.place is Place.PRIVATE
        return Saying.of("records-search-here") if here else Saying.of("records-search-private")

    async def _found(self, hearing: Hearing, query: Query, asked: Asked) -> Sequence[Hit]:
        """The results of the page, and one more where there is one."""
        connection, size = hearing.connection, self.settings.in_chat
        home = hearing.room.homeserver
        finding = Finding(self.host.journal, self.keys, query, None if home == self.host.hub else home)
        found: list[Hit] = []
        async with aclosing(finding.hits(connection)) as hits:
            async for hit in hits:
                found.append(hit)
                if len(found) > asked.page * size:
                    break
        return found[(asked.page - 1) * size :]


def _read(rest: str) -> Asked | None:
    given = _ASKED.fullmatch(rest)
    if given is None:
        return None
    page = _PAGE.search(given[2])
    number = int(page[1]) if page is not None else 1
    text = _PAGE.sub(" ", given[2]).strip()
    return Asked(given[1], text, number) if 1 <= number <= MOST_PAGES else None


def _told(voice: Voice, hits: Sequence[Hit], query: Query, asked: Asked, settings: SearchSettings) -> Content:
    if not hits:
        return voice.notice("records-search-none", query=asked.text)
    shown = hits[: settings.in_chat]
    lines = [voice.notice("records-search-found", query=asked.text, page=asked.page)]
    for hit in shown:
        lines += _hit(voice, hit, query, settings.tz)
    if len(hits) > len(shown):
        lines.append(voice.notice("records-search-more", page=asked.page + 1))
    return together(lines)


def _hit(voice: Voice, hit: Hit, query: Query, zone: tzinfo) -> Sequence[Content]:
    room = f"https://matrix.to/#/{hit.room.room_id}/{hit.entry.event.id}"
    lines = [voice.notice("records-hit-room", room=room)]
    if hit.also:
        lines.append(voice.notice("records-hit-also", rooms=", ".join(hit.also[:MOST_ALSO])))
    if hit.before is not None:
        lines.append(voice.notice("records-hit-beside", **_words(hit.before, query, zone)))
    lines.append(voice.notice("records-hit", **_words(hit.entry, query, zone)))
    if hit.file is not None:
        name, found = in_file(hit.entry, hit.file, query, LONGEST)
        lines.append(voice.notice("records-hit-file", name=name, said=found))
    if hit.after is not None:
        lines.append(voice.notice("records-hit-beside", **_words(hit.after, query, zone)))
    return lines


def _words(entry: Entry, query: Query, zone: tzinfo) -> dict[str, str]:
    when = (entry.event.sent_at or entry.received_at).astimezone(zone)
    return {"when": f"{when:%Y-%m-%d %H:%M}", "sender": entry.event.sender or "", "said": line(entry, query, LONGEST)}
