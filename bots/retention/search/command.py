"""`setu records search`: what is found is printed as it is found, the newest first. The search is on record before the
first line.
"""

import argparse
import getpass
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import aclosing
from datetime import tzinfo

from bots.retention import sealed_words
from bots.retention.search.finding import SEARCH, Finding
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import BadQuery, Query, read
from bots.retention.search.settings import SearchSettings
from bots.retention.search.shown import in_file, line
from bots.retention.settings import RetentionSettings
from bridge import ground, languages
from bridge.config import Settings
from bridge.model import Entry
from bridge.plugin import Bot, names_config
from bridge.store.journal import Journal
from bridge.voice import Voice

LONGEST = 400
"""Characters of a text that are printed; `--json` prints the whole event."""


def arguments(parser: ArgumentParser) -> None:
    """What follows `setu records search`."""
    names_config(parser)
    parser.add_argument(
        "query", help='words, "a phrase", begin*, sender:@USER, room:!ROOM, from:DAY, to:DAY, kind:KIND; all must hold'
    )
    parser.add_argument("--purpose", required=True, help="for what it is searched; this is kept")
    parser.add_argument("--room", help="the same as room:")
    parser.add_argument("--from", dest="since", help="the same as from:, such as 2026-01-31")
    parser.add_argument("--to", dest="until", help="the same as to:")
    parser.add_argument("--limit", type=_positive, help="stop after so many results")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with the whole event")


def _positive(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError("give a number above 0")
    return int(given)


async def run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    """Searches; 1 where that cannot be asked for."""
    if not given.purpose.strip():
        print("--purpose: say for what the record is searched", file=sys.stderr)
        return 1
    search = RetentionSettings.model_validate(settings.bots.get("retention", {})).search
    try:
        found = await _search(_asked(given), search, settings, bots, given)
    except BadQuery as error:
        print(Voice(ground.catalogues(bots), languages.ENGLISH).words(error.what), file=sys.stderr)
        return 1
    print(f"{found} found", file=sys.stderr)
    return 0


def _asked(given: Namespace) -> str:
    beside = (("room", given.room), ("from", given.since), ("to", given.until))
    return " ".join([given.query, *(f"{key}:{value}" for key, value in beside if value is not None)])


async def _search(asked: str, search: SearchSettings, settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    query = read(asked, search.tz)
    async with ground.opened(settings, bots) as stood, stood.pool.acquire() as connection:
        async with connection.transaction():
            await sealed_words.note(
                connection, stood.keyring, settings.hub.server_name, getpass.getuser(), SEARCH, asked,
                purpose=given.purpose.strip(),
            )  # fmt: skip
        finding = Finding(Journal(stood.pool, stood.keyring), MonthKeys(stood.keyring), query)
        number = 0
        async with aclosing(finding.hits(connection)) as hits:
            async for hit in hits:
                number += 1
                print(_json(hit, query) if given.json else _text(hit, query, search.tz), flush=True)
                if number == given.limit:
                    break
    return number


def _text(hit: Hit, query: Query, zone: tzinfo) -> str:
    lines = [_line("   before", hit.before, query, zone)] if hit.before is not None else []
    lines.append(_line("", hit.entry, query, zone))
    if hit.file is not None:
        name, found = in_file(hit.entry, hit.file, query, LONGEST)
        lines.append(f" ▸ in the text of {name or 'its file'}: {found}")
    if hit.after is not None:
        lines.append(_line("   after", hit.after, query, zone))
    also = f"; also in {', '.join(hit.also)}" if hit.also else ""
    return "\n".join([f"{hit.room.room_id} ({hit.room.homeserver}), record of entry {hit.entry.pos}{also}", *lines, ""])


def _line(name: str, entry: Entry, query: Query, zone: tzinfo) -> str:
    when = (entry.event.sent_at or entry.received_at).astimezone(zone)
    prefix = f"{name}: " if name else " ▸ "
    return f"{prefix}{when:%Y-%m-%d %H:%M:%S}  {entry.event.sender}  {line(entry, query, LONGEST)}"


def _json(hit: Hit, query: Query) -> str:
    def in_its_file() -> object:
        if hit.file is None:
            return None
        name, found = in_file(hit.entry, hit.file, query, LONGEST)
        return {"n": hit.file.n, "name": name, "found": found}

    def told(entry: Entry | None) -> object:
        if entry is None:
            return None
        return {"pos": entry.pos, "unreadable": entry.unreadable, "event": dict(entry.event.fields)}

    return json.dumps(
        {"room": hit.room.room_id, "homeserver": hit.room.homeserver, "pos": hit.entry.pos,
         "received_at": hit.entry.received_at.isoformat(), "encrypted": hit.entry.encrypted, "late": hit.entry.late,
         "event": dict(hit.entry.event.fields), "in_file": in_its_file(),
         "also_in": hit.also,
         "before": told(hit.before), "after": told(hit.after)}
    )  # fmt: skip
