"""`setu records export`: hands over what is on record of a room, in a folder. Whoever exports says for what, and it is
on record before the first line is read.
"""

import argparse
import getpass
import sqlite3
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bots.retention.export import office, pdf
from bots.retention.export.export import Unsound
from bots.retention.export.folder import BadFolder, Folder
from bots.retention.export.office import NothingThere
from bots.retention.export.pdf import NoPdf
from bots.retention.export.proved import Unproved
from bots.retention.export.request import Form, Request, Selection, forms
from bots.retention.export.writing import Missing
from bots.retention.search.query import BadQuery, read
from bots.retention.settings import RetentionSettings
from bots.retention.tree import Incomplete
from bridge import ground, languages
from bridge.config import Settings
from bridge.disk import DiskError
from bridge.model import user_id
from bridge.plugin import Bot, names_config
from bridge.voice import Voice


def arguments(parser: ArgumentParser) -> None:
    """What follows `setu records export`."""
    names_config(parser)
    parser.add_argument("--room", required=True, help="its room id")
    parser.add_argument("--from", dest="since", type=_day, help="the first day, such as 2026-01-31")
    parser.add_argument("--to", dest="until", type=_day, help="the last day")
    parser.add_argument("--person", type=_person, help="only what this person said or did")
    parser.add_argument("--query", help="only what `setu records search` finds for this")
    parser.add_argument(
        "--format", dest="forms", type=_forms, default=(Form.JSONL, Form.HTML),
        help="jsonl, html, eml, csv, pdf, with commas between (jsonl,html); jsonl is always there",
    )  # fmt: skip
    parser.add_argument("--purpose", required=True, type=_words, help="for what it is exported; this is kept")
    parser.add_argument("--output", required=True, type=Path, help="a folder; one that was interrupted goes on")
    parser.add_argument("--force", action="store_true", help="replace the export that is in the folder")


async def run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    """Exports; 1 where it is not whole, 2 where what was asked for cannot be made here. Raises as `ground.opened`."""
    own = RetentionSettings.model_validate(settings.bots.get("retention", {}))
    selection = Selection(given.room, given.since, given.until, given.person, given.query)
    request = Request(selection, given.forms, given.purpose, getpass.getuser(), own.search.zone)
    try:
        if Form.PDF in request.forms:
            pdf.browser()
        if selection.query is not None:
            read(selection.query, own.search.tz)
        async with office.opened(settings, bots, own) as made, made.host.pool.acquire() as connection:
            told = await made.export(connection, request, Folder(given.output), given.force, _tell)
    except BadQuery as error:
        return _say(Voice(ground.catalogues(bots), languages.ENGLISH).words(error.what))
    except NothingThere as error:
        return _say(f"--room: nothing of a room {error} is on record; `setu status` names rooms")
    except NoPdf as error:
        return _say(str(error), 2)
    except (BadFolder, Unproved) as error:
        return _say(str(error))
    except (Missing, Unsound, Incomplete) as error:
        return _say(f"the export is NOT whole: {error}")
    except (DiskError, OSError, sqlite3.Error) as error:
        if isinstance(error, ConnectionError | TimeoutError):  # the database, not the disk
            raise
        why = DiskError(error) if isinstance(error, OSError) else error
        return _say(f"{given.output}: {why}; make room, and give the same command again: it goes on where it was")
    print(f"{told['counts']['records']} records and {told['counts']['facts']} facts in {given.output}: verified")
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _say(text: str, code: int = 1) -> int:
    print(text, file=sys.stderr)
    return code


def _day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"give a day such as 2026-01-31, not {given!r}") from None


def _person(given: str) -> str:
    if user_id(given) is None:
        raise argparse.ArgumentTypeError(f"give a Matrix id such as @asha:nic.example, not {given!r}")
    return given


def _forms(given: str) -> tuple[Form, ...]:
    try:
        return forms(given)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; there are {', '.join(Form)}") from None


def _words(given: str) -> str:
    if not given.strip():
        raise argparse.ArgumentTypeError("say for what the record is exported")
    return given.strip()
