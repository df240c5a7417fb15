"""One transaction on its way from a homeserver into the journal. Each event is kept as the bytes that came. A body that
is no transaction is refused three times, in case the homeserver mends itself, and then taken as it is: into the gap
register, under an alarm, and the homeserver's rooms are read back to find what it may have held.
"""

import json
import logging
from collections.abc import Sequence

from bridge import slices
from bridge.intake.absence import Absences
from bridge.intake.echoes import Echoes
from bridge.model import Event, HomeserverName
from bridge.saying import Saying
from bridge.store import alarms, compared, refusals
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import NO_ROOM, Keyring

log = logging.getLogger(__name__)

REFUSALS = 3
LONGEST_TXN_ID = 255


class Intake:
    """Takes transactions."""

    def __init__(
        self, pool: Pool, journal: Journal, keyring: Keyring, echoes: Echoes, absences: Absences, bot_localpart: str
    ) -> None:
        self._pool = pool
        self._journal = journal
        self._keyring = keyring
        self._echoes = echoes
        self._absences = absences
        self._bot = bot_localpart

    async def take(self, homeserver: HomeserverName, txn_id: str, body: bytes | None) -> bool:
        """Commits what the transaction holds, and returns when it may be answered; False where it cannot be understood
        and should be sent again.

        Args:
            body: None where it was too large to be read.
        """
        found = _events(body)
        arrivals = [_arrival(event, echo=self._echoes.has(event, homeserver)) for event in found or ()]
        taken = False
        try:
            if found is None:
                taken = await self._refuse(homeserver, _storable(txn_id), body)
            else:
                taken = await self._append(homeserver, arrivals)
        finally:
            if taken:
                self._absences.taken(homeserver, arrivals)
            else:
                self._absences.begin(homeserver)
        await self._echoes.rest(homeserver, found or ())
        return taken

    async def _append(self, homeserver: HomeserverName, arrivals: Sequence[Arrival]) -> bool:
        new = await self._journal.append(homeserver, arrivals)
        log.debug("%s: %d events, %d new", homeserver, len(arrivals), new)
        return True

    async def _refuse(self, homeserver: HomeserverName, txn_id: str, body: bytes | None) -> bool:
        async with self._pool.acquire() as connection:
            times = await refusals.count(connection, homeserver, txn_id)
        log.error("a transaction of %s could not be understood (refused %d times)", homeserver, min(times, REFUSALS))
        if times <= REFUSALS:
            return False
        await self._take_as_it_is(homeserver, txn_id, body)
        return True

    async def _take_as_it_is(self, homeserver: HomeserverName, txn_id: str, body: bytes | None) -> None:
        about = {"homeserver": homeserver, "transaction": txn_id}
        if body is not None:
            reason, what = f"transaction {txn_id} was no JSON", Saying("not-understood-json", about)
        else:
            reason, what = f"transaction {txn_id} was too large", Saying("not-understood-large", about)
        raw = body if body is not None else json.dumps({"too_large": txn_id}).encode()
        await self._journal.append(homeserver, [Arrival(Event(raw, {}), "gap", gap=reason)])
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                await alarms.raise_alarm(connection, f"not-understood:{homeserver}", what)
                await compared.again(connection, kek, self._bot, [homeserver])
                await refusals.forget(connection, homeserver, txn_id)


def _events(body: bytes | None) -> Sequence[Event] | None:
    """What the transaction holds; None where it is none."""
    try:
        return slices.events(body, "events") if body is not None else None
    except ValueError:
        return None


def _arrival(event: Event, *, echo: bool) -> Arrival:
    if event.room_id is None or event.id is None:
        return Arrival(event, "push", gap="an event without an id or a room that could be stored")
    return Arrival(event, "push", echo=echo)


def _storable(txn_id: str) -> str:
    """The transaction's id as PostgreSQL can hold it."""
    return txn_id.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\0")[:LONGEST_TXN_ID]
