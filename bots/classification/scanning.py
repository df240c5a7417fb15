"""The verdict on the files of a message, as the follower asks for it: what is missing is fetched (by the gateway) and
judged (by `bots.classification.scanner`) meanwhile. The message waits for it a few seconds; what is not known then is
"not scanned", never clean, and comes late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.classification import file_book
from bots.classification.verdict import CLEAN, Verdict, merged
from bridge.attachments import Attachment, files_of
from bridge.customs import Customs
from bridge.documents.limits import LIMITS
from bridge.model import Entry, Room
from bridge.store import links, media_book
from bridge.store.database import Connection
from bridge.store.keyring import Keyring
from bridge.store.media_book import State

MOST_BYTES = LIMITS.size
"""What is larger is not read, and so is not fetched."""

NO_FOLDER = "no file is fetched: media.folder is not set"
NO_ROOM = "not fetched: its room is none that Setu is in"
NOT_FETCHED = "not fetched in time"
NOT_JUDGED = "not judged in time"


A_FILE = "a file: "
"""With which it begins what was not scanned of a file, and nothing that was not scanned of a text."""


def not_scanned(why: str) -> Verdict:
    """Of one file. Never with its name: that is a person's words."""
    return Verdict(not_scanned=(f"{A_FILE}{why}",))


def unread_text(verdict: Verdict) -> bool:
    """Whether something of the text itself could not be judged."""
    return any(not one.startswith(A_FILE) for one in verdict.not_scanned)


@dataclass(frozen=True)
class Scanning:
    """Fixed while Setu runs."""

    keyring: Keyring
    customs: Customs
    kept: bool
    """Whether files are fetched at all."""
    patience: timedelta
    """How long a message may wait for its files, counted from when it came."""

    async def verdict(self, connection: Connection, room: Room, entry: Entry, now: datetime) -> Verdict | None:
        """The verdict on all files of an entry; CLEAN where it has none, None while it is to wait. Call it in the
        transaction of a step. When something of it is known, the followers of the room are told.

        Raises:
            CannotOpen: the entry's key was destroyed.
        """
        files = files_of(entry.event)
        if not files:
            return CLEAN
        if not self.kept:
            return not_scanned(NO_FOLDER)
        known = await self._known(connection, room, entry, _fetchable(files))
        if known is None:
            return not_scanned(NO_ROOM)
        if None in known.values():
            if now - entry.received_at < self.patience:
                return None
            await file_book.overdue(connection, room.ref, entry.pos)
            known = {n: found or await self._still(connection, room, files[n]) for n, found in known.items()}
        return _all([found or CLEAN for found in known.values()], files)

    async def _known(
        self, connection: Connection, room: Room, entry: Entry, files: Mapping[int, Attachment]
    ) -> Mapping[int, Verdict | None] | None:
        """What is known of each file by now, after it was asked for; None where nobody can ask."""
        known = await file_book.of(connection, self.keyring, room.ref, entry.pos)
        if set(known) == set(files):
            return known
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is None:
            return None
        bot = end.keeper or self.customs.bot_on(room.homeserver)
        for file in files.values():
            await media_book.want(connection, self.keyring, end.lane, bot, room.ref, file.mxc, MOST_BYTES)
        macs = {n: media_book.address(self.keyring, file.mxc) for n, file in files.items()}
        await file_book.ask(connection, room.ref, entry.pos, macs)
        return await file_book.of(connection, self.keyring, room.ref, entry.pos)

    async def _still(self, connection: Connection, room: Room, file: Attachment) -> Verdict:
        """What is missing of a file for which nobody waits any more."""
        medium = (await media_book.of(connection, self.keyring, room.ref, [file.mxc])).get(file.mxc)
        return not_scanned(NOT_FETCHED if medium is None or medium.state is State.WANTED else NOT_JUDGED)


def _fetchable(files: Sequence[Attachment]) -> Mapping[int, Attachment]:
    return {n: file for n, file in enumerate(files) if file.trouble is None}


def _all(known: Sequence[Verdict], files: Sequence[Attachment]) -> Verdict:
    verdict = CLEAN
    for one in (*known, *(not_scanned(file.trouble) for file in files if file.trouble is not None)):
        verdict = merged(verdict, one)
    return verdict
