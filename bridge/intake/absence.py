"""Whoever was away is won back: a homeserver that could not send for a while sends what it kept, one transaction after
another, and then goes on as before. Between the two Synapse may hold one back for ever (1.163, `_Recoverer.retry`: what
it makes after it found nothing more to send, and before it notes that we are up, is kept and not sent). So the rooms of
a homeserver are compared with their journals once more, some seconds after it has won us back from an absence of ours.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime, timedelta

from bridge.model import HomeserverName
from bridge.store import compared
from bridge.store.database import GROUND, Pool
from bridge.store.journal import Arrival
from bridge.store.keyring import NO_ROOM, Keyring

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=3)
"""How long after a transaction what was made meanwhile is surely written, and, while a homeserver is behind, how long
none must come before it has nothing more to send."""

NEWS = timedelta(seconds=5)
"""As old as an event may be of a homeserver that is not behind."""

LOOK = 1.0
"""Seconds between two looks at the clock."""


class Absences:
    """Our absences from each homeserver; each is over once."""

    def __init__(self, homeservers: Iterable[HomeserverName], now: Callable[[], datetime]) -> None:
        """This program starts: it was away from all of them. `now` tells the time in UTC."""
        self._now = now
        self._behind = set(homeservers)
        self._over_at: dict[HomeserverName, datetime] = {}

    def begin(self, homeserver: HomeserverName) -> None:
        """A transaction was not taken: the homeserver now keeps what it has to send."""
        self._behind.add(homeserver)
        self._over_at.pop(homeserver, None)

    def taken(self, homeserver: HomeserverName, arrivals: Sequence[Arrival]) -> None:
        """A transaction was taken. Echoes do not tell how far a homeserver is: a copy may bear its original's time."""
        if homeserver not in self._behind:
            return
        now = self._now()
        self._over_at[homeserver] = now + SETTLED
        times = [arrival.event.sent_at for arrival in arrivals if not arrival.echo]
        if any(time is not None and time >= now - NEWS for time in times):
            self._behind.discard(homeserver)  # however much comes from now on, the moment stands

    def over(self) -> Set[HomeserverName]:
        """The homeservers that have won us back since this was asked last."""
        now = self._now()
        over = {homeserver for homeserver, at in self._over_at.items() if at <= now}
        for homeserver in over:
            del self._over_at[homeserver]
        self._behind -= over
        return over


async def compare_after(absences: Absences, pool: Pool, keyring: Keyring, bot: str) -> None:
    """Orders the comparisons, for ever. `bot` is the local part of the bot that is in every room."""
    owed: set[HomeserverName] = set()
    while True:
        await asyncio.sleep(LOOK)
        owed |= absences.over()
        if not owed:
            continue
        try:
            async with pool.acquire() as connection:
                kek = await keyring.current(connection, NO_ROOM)
                rooms = await compared.again(connection, kek, bot, owed, compared.RETURN)
        except GROUND as error:
            log.warning("not compared after our absence yet: the database is away (%s)", type(error).__name__)
            continue
        log.info("after our absence %d rooms of %s are compared", rooms, ", ".join(sorted(owed)))
        owed.clear()
