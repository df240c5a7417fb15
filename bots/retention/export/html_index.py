"""The first page of an export: what it is, for whom and why it was made, its months, who was in the rooms, and what
could not be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from bots.retention.export.choosing import Scope
from bots.retention.export.html_clean import text
from bots.retention.export.html_page import Page, document
from bots.retention.export.html_words import moment, name
from bots.retention.export.people import Stay, stays
from bots.retention.export.request import Request
from bots.retention.export.worklist import Worklist


def html(
    worklist: Worklist, request: Request, told: Mapping[str, Any], scopes: Sequence[Scope], names: Sequence[str],
    pages: Sequence[Page], zone: tzinfo,
) -> Iterator[str]:  # fmt: skip
    """The page, piece by piece. `told` is what the manifest says."""
    return document(f"Export of {names[0]}", _body(worklist, request, told, scopes, names, pages, zone))


def _body(
    worklist: Worklist, request: Request, told: Mapping[str, Any], scopes: Sequence[Scope], names: Sequence[str],
    pages: Sequence[Page], zone: tzinfo,
) -> Iterator[str]:  # fmt: skip
    yield f"<header><h1><bdi>{text(names[0])}</bdi></h1><p>Export of the record</p></header>\n"
    yield "<main>\n<dl class=facts>\n"
    for word, value in _facts(request, told, zone):
        yield f"<dt>{word}</dt><dd>{value}</dd>\n"
    yield "</dl>\n"
    for number, scope in enumerate(scopes):
        seen = f" as {text(scope.room.homeserver)} has it" if len(scopes) > 1 else ""
        yield f"<h2 class=day>Conversation{seen}</h2>\n<ul>\n"
        for page in pages:
            if page.room == number:
                count = worklist.count("room = ? and month = ? and part = ?", (number, page.month, page.part))
                yield f'<li><a href="{page.path}">{text(page.title)}</a> <span class=id>{count} entries</span></li>\n'
        yield f"</ul>\n<h2 class=day>Who was there{seen}</h2>\n<table class=people>\n<tr><th>Who</th><th>As</th>"
        yield "<th>From</th><th>Until</th></tr>\n"
        yield from (_row(one, zone) for one in stays(worklist, number))
        yield "</table>\n"
    yield "</main>\n"


def _facts(request: Request, told: Mapping[str, Any], zone: tzinfo) -> Iterator[tuple[str, str]]:
    selection, counts = request.selection, told["counts"]
    yield "Room", f"<span class=id>{text(selection.room)}</span>"
    days = f"{selection.since or 'the beginning'} to {selection.until or 'the export'}"
    wanted = [days, *([f"by {selection.person}"] if selection.person else []),
              *([f"found for “{selection.query}”"] if selection.query else [])]  # fmt: skip
    yield "Selected", text("all of it" if selection.whole else ", ".join(wanted))
    yield "Exported by", text(f"{request.actor}, for: {request.purpose}")
    yield "On", moment(datetime.fromisoformat(told["began"]).astimezone(zone))
    beside = f", of which {counts['asked']} as selected, and what belongs to these" if not selection.whole else ""
    yield "Records", text(f"{counts['records']}{beside}")
    yield "Cannot be read", text(f"{counts['unreadable']} records; {counts['gaps']} gaps, named in gaps.jsonl")
    yield "Files", text(f"{counts['files']} here; {counts['files_missing']} not, each with its reason")
    proofs = ", ".join(f"{log} at {size} leaves" for log, size in told["proved"].items())
    yield "Proved in", text(f"{proofs}. README.txt tells how to verify it")
    yield "Times", text(f"{request.zone}, {datetime.now(zone):%Z}")


def _row(stay: Stay, zone: tzinfo) -> str:
    since = moment(datetime.fromtimestamp(stay.since / 1_000_000, UTC).astimezone(zone))
    until = moment(datetime.fromtimestamp(stay.until / 1_000_000, UTC).astimezone(zone)) if stay.until else ""
    who = f"{name(stay.name or stay.user)} <span class=id>{text(stay.user)}</span>"
    return f"<tr><td>{who}</td><td>{text(stay.membership)}</td><td>{since}</td><td>{until}</td></tr>\n"
