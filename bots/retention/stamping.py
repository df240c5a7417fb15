"""Has an authority state when checkpoints were there: the last of each log, since each contains those before it. The
network is asked outside of any transaction; while the authority is away, checkpoints go on without its word.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bots.retention import checkpoints, timestamp
from bots.retention.checkpoints import LOCK, Signed
from bots.retention.ledger import Ledger
from bots.retention.timestamp import BadTimestamp
from bridge.saying import Saying
from bridge.store import alarms
from bridge.store.database import GROUND, Pool
from bridge.work import kind

log = logging.getLogger(__name__)

ALARM = "record-timestamp"
TIMEOUT = aiohttp.ClientTimeout(total=30)
LARGEST = 256 * 1024
"""Bytes of an answer; tokens with their certificates have some thousands."""

BETWEEN, AFTER_FAILURE = 2.0, 60.0
"""Seconds after which it is looked again."""


@dataclass(frozen=True)
class Stamping:
    """Asks one authority."""

    pool: Pool
    ledger: Ledger
    url: str
    roots_file: Path | None
    pause: float = AFTER_FAILURE

    async def run(self) -> None:
        """Works until cancelled."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            while True:
                well = await self._look(session)
                await asyncio.sleep(BETWEEN if well else self.pause)

    async def _look(self, session: aiohttp.ClientSession) -> bool:
        """Stamps what is not stamped; whether that went well."""
        try:
            async with self.pool.acquire() as connection:
                waiting = await checkpoints.unstamped(connection)
            for signed in waiting:
                await self._stamp(session, signed)
            if waiting:
                async with self.pool.acquire() as connection:
                    await alarms.clear(connection, ALARM)
        except (aiohttp.ClientError, TimeoutError, BadTimestamp, ValueError) as error:
            await self._complain(str(error) if isinstance(error, BadTimestamp) else type(error).__name__)
            return False
        except GROUND as error:
            log.warning("checkpoints are not timestamped for now (%s)", type(error).__name__)
        except Exception as error:
            log.error("checkpoints are not timestamped for now: %s", kind(error))
            return False
        return True

    async def _stamp(self, session: aiohttp.ClientSession, signed: Signed) -> None:
        kept = await asyncio.to_thread(self.ledger.tail, signed.organisation)
        known = kept.tokens.get(signed.size)  # the database had no time to take it
        token = known[0] if known else await self._asked(session, signed)
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            if not known:
                await asyncio.to_thread(self.ledger.stamp, signed, token)
            await checkpoints.stamp(connection, signed, token)

    async def _asked(self, session: aiohttp.ClientSession, signed: Signed) -> bytes:
        asked = timestamp.request(signed.note)
        headers = {"Content-Type": "application/timestamp-query"}
        async with session.post(self.url, data=asked.as_bytes(), headers=headers) as answer:
            if answer.status != 200:
                raise BadTimestamp(f"the authority answers {answer.status}")
            token = await answer.content.read(LARGEST)
        timestamp.assert_answers(asked, token, signed.note, timestamp.roots(self.roots_file))
        return token

    async def _complain(self, reason: str) -> None:
        log.warning("the timestamp authority does not confirm checkpoints (%s)", reason)
        try:
            async with self.pool.acquire() as connection:
                await alarms.raise_alarm(connection, ALARM, Saying.of("record-no-timestamp", reason=reason))
        except GROUND as error:
            log.warning("the alarm about it waits (%s)", type(error).__name__)
