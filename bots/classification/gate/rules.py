"""The rules of rooms as they were a moment ago, so that a message that is let in costs no question to the database."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bots.classification.gate.rule import Rule, RuleFor
from bridge.model import HomeserverName
from bridge.store.database import Pool

FRESH_SECONDS = 3.0
"""After which a rule is asked for again: so long an old one counts."""

PATIENCE_SECONDS = 2.0
"""Within which the database answers, or is away: somebody waits with a message that is written."""

MOST = 20_000
"""Rooms that are kept in mind."""


@dataclass
class Rules:
    """Asks at most once in a while for each room."""

    pool: Pool
    rule_for: RuleFor
    clock: Callable[[], float] = time.monotonic
    """Seconds."""
    _known: dict[tuple[HomeserverName, str], tuple[float, Rule | None]] = field(default_factory=dict)

    async def of(self, homeserver: HomeserverName, room_id: str) -> Rule | None:
        """The rule of a room. Raises what `rule_for` raises, or
        TimeoutError, which is one of `bridge.store.database.GROUND`; a failure is never kept."""
        asked_at, rule = self._known.get((homeserver, room_id), (None, None))
        if asked_at is not None and self.clock() - asked_at < FRESH_SECONDS:
            return rule
        async with asyncio.timeout(PATIENCE_SECONDS), self.pool.acquire() as connection:
            rule = await self.rule_for(connection, homeserver, room_id)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[homeserver, room_id] = (self.clock(), rule)
        return rule
