"""The forms that people read, made from `records.jsonl` alone: pages, table, mail. One that was interrupted is made
anew; one that was finished stays.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from bots.retention.export import html_index, pdf, table
from bots.retention.export.folder import Folder
from bots.retention.export.html_page import Conversation, Page, laid_out
from bots.retention.export.mail import Mail, spoken
from bots.retention.export.plan import Plan
from bots.retention.export.request import Form
from bots.retention.export.said import Said, Sayings
from bots.retention.export.worklist import Worklist

AT_ONCE = 500


@dataclass
class Reading:
    """Makes them."""

    plan: Plan
    folder: Folder
    worklist: Worklist
    told: dict[str, Any]
    """What the manifest says."""

    def __post_init__(self) -> None:
        self.folders = [file_of(scope.room.homeserver) for scope in self.plan.scopes]
        self.names = [self.worklist.told(f"name of room {number}") or scope.room.room_id
                      for number, scope in enumerate(self.plan.scopes)]  # fmt: skip
        self.sayings = Sayings(self.folder.path, self.worklist, self.folders)

    @property
    def zone(self) -> tzinfo:
        return self.plan.zone

    async def make(self) -> AsyncIterator[str]:
        """Makes all that was asked for, and tells what it has made. Raises OSError, NoPdf."""
        try:
            forms = self.plan.request.forms
            pages = laid_out(self.worklist, self.folders) if Form.HTML in forms else []
            self.worklist.commit()
            for made in self._made(pages):
                yield made
            if Form.PDF in forms:
                async for made in self._printed(pages):
                    yield made
        finally:
            self.sayings.close()

    def _made(self, pages: list[Page]) -> Iterator[str]:
        forms = self.plan.request.forms
        if Form.CSV in forms:
            yield from self._by_room("table", "csv", lambda number: self._table(number))
        if Form.EML in forms:
            yield from self._by_room("mail", "mbox", lambda number: self._mail(number))
        if Form.HTML in forms:
            yield from self._pages(pages)

    def _pages(self, pages: list[Page]) -> Iterator[str]:
        conversation = Conversation(self.sayings, self.zone, self.names)
        for at, page in enumerate(pages):
            before = pages[at - 1] if at and pages[at - 1].room == page.room else None
            after = pages[at + 1] if at + 1 < len(pages) and pages[at + 1].room == page.room else None
            yield from self._once(page.path, lambda: _bytes(conversation.html(page, before, after)))  # noqa: B023
        plan = self.plan
        index = html_index.html(self.worklist, plan.request, self.told, plan.scopes, self.names, pages, self.zone)
        yield from self._once("index.html", lambda: _bytes(index))

    async def _printed(self, pages: list[Page]) -> AsyncIterator[str]:
        program = pdf.browser()
        for page in pages:
            name = f"pdf/{page.path.removeprefix('conversation/').removesuffix('.html')}.pdf"
            if not self._is_made(name):
                await pdf.printed(program, self._absolute(page.path), self._absolute(name))
                self._has_made(name)
                yield name

    def _absolute(self, name: str) -> Path:
        return self.folder.at(name).absolute()

    def _by_room(self, folder: str, ending: str, make: Callable[[int], Iterable[bytes]]) -> Iterator[str]:
        for number, name in enumerate(self.folders):
            yield from self._once(f"{folder}/{name}.{ending}", lambda: make(number))  # noqa: B023

    def _table(self, number: int) -> Iterator[bytes]:
        yield table.head()
        for some in self._of(number):
            yield table.rows(self.sayings, some, self.zone)

    def _mail(self, number: int) -> Iterator[bytes]:
        mail = Mail(
            self.sayings, self.folder.path, self.names[number], self.plan.scopes[number].room.homeserver, self.zone
        )
        for some in self._of(number):
            for said in some:
                if spoken(said):
                    yield from mail.message(said)

    def _of(self, number: int) -> Iterator[list[Said]]:
        for some in self.worklist.all_chosen(AT_ONCE):
            yield [self.sayings.read(item) for item in some if item.room == number and item.at is not None]

    def _once(self, name: str, make: Callable[[], Iterable[bytes]]) -> Iterator[str]:
        if self._is_made(name):
            return
        with self.folder.at(name).open("wb") as file:
            file.writelines(make())
        self._has_made(name)
        yield name

    def _is_made(self, name: str) -> bool:
        return bool(self.worklist.told(f"made {name}")) and (self.folder.path / name).is_file()

    def _has_made(self, name: str) -> None:
        self.worklist.tell(f"made {name}", True)
        self.worklist.commit()


def file_of(homeserver: str) -> str:
    """A homeserver's name as that of a file."""
    return Path(homeserver).name.replace(":", "_").replace("[", "").replace("]", "")


def _bytes(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode("utf-8", "replace")
