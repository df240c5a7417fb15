"""A page of the conversation: one month of one room, or a part of it where a month is long. It needs no network, no
script and no other file but pictures and files of messages; it prints.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from bots.retention.export import html_state
from bots.retention.export.html_clean import text
from bots.retention.export.html_message import Messages
from bots.retention.export.said import Said, Sayings, path_of
from bots.retention.export.worklist import Worklist

MOST = 5_000
"""Records on a page: browsers show that at once, and print it."""

AT_ONCE = 300
TOGETHER = timedelta(minutes=10)
"""Within which somebody who goes on is not named again."""

STYLE = Path(__file__).with_name("page.css").read_text("utf-8")

# A relation that is shown with its target is no item of its own, nor is what tells later what another says.
_PART = f"""
    update record set part = n.part from (
        select id, (row_number() over (partition by room, month order by said_at, room_seq) - 1) / {MOST} + 1 as part
        from record r where chosen > 0 and cites is null and not (
            coalesce(relation, '') in ('m.replace', 'm.annotation', 'redacts') and exists (
                select 1 from record t where t.room = r.room and t.event_id = r.relates_to and t.chosen > 0))
    ) n where record.id = n.id
"""


@dataclass(frozen=True)
class Page:
    """One page."""

    room: int
    month: str
    part: int
    parts: int
    """Of the month."""
    folder: str
    """Of its room."""

    @property
    def path(self) -> str:
        """Within the export."""
        return path_of(self.folder, self.month, self.part)

    @property
    def title(self) -> str:
        month = datetime.strptime(self.month, "%Y-%m")
        return f"{month:%B %Y}" + (f", part {self.part} of {self.parts}" if self.parts > 1 else "")


def laid_out(worklist: Worklist, folders: list[str]) -> list[Page]:
    """Decides what stands on which page, and gives the pages in their order."""
    worklist.sql.execute(_PART)
    rows = worklist.sql.execute(
        "select room, month, max(part) from record where part is not null group by room, month order by room, month"
    ).fetchall()
    return [
        Page(room, month, part, parts, folders[room]) for room, month, parts in rows for part in range(1, parts + 1)
    ]


def document(title: str, body: Iterator[str]) -> Iterator[str]:
    """A whole page around its body."""
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        " img-src 'self' file:; media-src 'self' file:; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    )
    yield from body
    yield "</body>\n</html>\n"


@dataclass(frozen=True)
class Conversation:
    """Writes pages."""

    sayings: Sayings
    zone: tzinfo
    names: list[str]
    """What each room is called."""

    def html(self, page: Page, before: Page | None, after: Page | None) -> Iterator[str]:
        """The page, piece by piece."""
        title = f"{self.names[page.room]}, {page.title}"
        return document(title, self._body(page, before, after))

    def _body(self, page: Page, before: Page | None, after: Page | None) -> Iterator[str]:
        ways = [f'<a href="{one.path.rpartition("/")[2]}">{word}</a>'
                for one, word in ((before, "← earlier"), (after, "later →")) if one is not None]  # fmt: skip
        nav = f'<nav><a href="../../index.html">All of the export</a> {" ".join(ways)}</nav>\n'
        name = f"<h1><bdi>{text(self.names[page.room])}</bdi></h1>"
        yield f"{nav}<header>{name}<p>{text(page.title)}</p></header>\n<main>\n"
        yield from self._items(page)
        yield f"</main>\n{nav}"

    def _items(self, page: Page) -> Iterator[str]:
        messages, last = Messages(self.sayings, self.zone, "../../"), None
        for said in self._on(page):
            at = said.at(self.zone)
            if last is None or last.at(self.zone).date() != at.date():
                yield "</section>\n" if last is not None else ""
                yield f'<section><h2 class="day">{at:%A}, {at.day} {at:%B %Y}</h2>\n'
                last = None
            if html_state.is_state(said):
                yield html_state.line(self.sayings, said, self.zone)
            else:
                yield messages.html(said, named=not _goes_on(last, said, self.zone))
            last = said
        yield "</section>\n" if last is not None else "<p>Nothing.</p>\n"

    def _on(self, page: Page) -> Iterator[Said]:
        after = (-(2**62), 0)
        where = (
            "room = ? and month = ? and part = ? and (said_at, room_seq) > (?, ?) order by said_at, room_seq limit ?"
        )
        while some := self.sayings.of(where, (page.room, page.month, page.part, *after, AT_ONCE)):
            yield from some
            after = (some[-1].item.said_at, some[-1].item.room_seq)


def _goes_on(last: Said | None, said: Said, zone: tzinfo) -> bool:
    return (
        last is not None
        and last.item.sender == said.item.sender
        and not html_state.is_state(last)
        and said.at(zone) - last.at(zone) < TOGETHER
        and said.known == last.known
    )
