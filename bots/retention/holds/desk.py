"""What officers do with holds, wherever they ask: each deed in one transaction, with its leaf in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.retention import audit
from bots.retention.holds import book, release
from bots.retention.holds.asked import Asked
from bots.retention.holds.hold import Act, Hold, HoldNumber, Officer
from bots.retention.holds.release import Refused
from bridge.saying import Saying
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

LISTED = "holds-listed"


@dataclass(frozen=True)
class Desk:
    """Fixed while Setu runs."""

    keyring: Keyring
    hub: str
    cooling: timedelta
    clock: Callable[[], datetime]

    async def add(self, connection: Connection, organisation: str, officer: Officer, asked: Asked) -> HoldNumber:
        """Holds it from the commit on. An order of the hub holds in all organisations."""
        await book.begin(connection)
        everywhere = organisation == self.hub
        return await book.add(
            connection, self.keyring, organisation, everywhere, officer, asked.order, asked.criteria, self.clock()
        )

    async def release(
        self, connection: Connection, number: int, officer: Officer, reason: str, of: str | None = None
    ) -> Act | Refused:
        """Asks to let a hold go, or agrees to it. `of` is whose hold it must be, where that matters."""
        hold = await self._begin(connection, number, of)
        if isinstance(hold, Refused):
            return hold
        done = release.released(hold, officer, reason, self.clock(), self.cooling)
        return await self._keep(connection, hold, done)

    async def take_back(
        self, connection: Connection, number: int, officer: Officer, reason: str, of: str | None = None
    ) -> Act | Refused:
        """Keeps a hold that was to be let go."""
        hold = await self._begin(connection, number, of)
        if isinstance(hold, Refused):
            return hold
        return await self._keep(connection, hold, release.taken_back(hold, officer, reason, self.clock()))

    async def list(
        self, connection: Connection, officer: Officer, organisation: str, of: str | None = None
    ) -> Sequence[Hold]:
        """All holds, or those of an organisation. That somebody looked stands in the log of `organisation`."""
        found = await book.of(connection, self.keyring, of)
        await audit.note(connection, organisation, officer.name, LISTED, holds=len(found))
        return found

    async def _begin(self, connection: Connection, number: int, of: str | None) -> Hold | Refused:
        await book.begin(connection)
        hold = await book.one(connection, self.keyring, number)
        if hold is None or of not in (None, hold.organisation):
            return Refused(Saying.of("records-hold-unknown", hold=number))
        return hold

    async def _keep(self, connection: Connection, hold: Hold, done: Act | Refused) -> Act | Refused:
        if isinstance(done, Act) and not await book.act(connection, self.keyring, hold, done):
            return Refused(Saying.of("records-hold-meanwhile", hold=hold.number))
        return done
