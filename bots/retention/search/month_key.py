"""The key of the hashes of one month: a key-encryption key of no room and of the class `search`, so that whatever
re-wraps or destroys keys takes it along. With it destroyed, and the month's partitions dropped, nothing of the month
can be searched, in no backup either.
"""

from datetime import UTC, date, datetime

from bots.retention.search.tokens import Tokens
from bridge.seal import Kek
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM, Keyring

CLASS = "search"


def month_of(when: datetime) -> date:
    """The first day of its month (UTC)."""
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC)
    return date(when.year, when.month, 1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month, and that of the next."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime(*month.timetuple()[:3], tzinfo=UTC), datetime(*after.timetuple()[:3], tzinfo=UTC)


class MonthKeys:
    """The hashes of each month, as far as they were asked for."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._open: dict[int, Tokens] = {}  # by the key's number: one that a rollback took back is not found again
        self._newest: tuple[date, Tokens] | None = None

    async def of(self, connection: Connection, month: date) -> Tokens:
        """The hashes of a month; its key is made where there is none. Call it once in a transaction for each month."""
        if self._newest is not None and self._newest[0] == month:
            return self._newest[1]
        if (known := await self.known(connection, month)) is None:
            return self._tokens(await self.keyring.make(connection, NO_ROOM, CLASS, month))
        if month == month_of(datetime.now(UTC)):  # nobody destroys the key of a month that has not ended
            self._newest = month, known
        return known

    async def known(self, connection: Connection, month: date) -> Tokens | None:
        """The hashes of a month; None where nothing was hashed in it, or its key was destroyed."""
        kek = await self.keyring.find(connection, NO_ROOM, CLASS, month)
        return self._tokens(kek) if kek is not None else None

    def _tokens(self, kek: Kek) -> Tokens:
        if kek.id not in self._open:
            self._open[kek.id] = Tokens(kek.key)
        return self._open[kek.id]

    async def months(self, connection: Connection) -> list[date]:
        """The months that can be searched, the newest first."""
        found = "select period from kek where room = $1 and class = $2 order by period desc"
        return [row["period"] for row in await connection.fetch(found, NO_ROOM, CLASS)]
