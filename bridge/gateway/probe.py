"""Whether a homeserver can deliver to us: it is asked, now and then, to ping us (Matrix 1.7, "POST /ping"). A bridge
that sends but hears nothing looks alive and is not.
"""

import asyncio
import logging

from mautrix.api import Method

from bridge.gateway import outcome
from bridge.gateway.homeserver import Homeserver, Refused, path
from bridge.saying import Saying
from bridge.store import alarms
from bridge.store.database import GROUND, Pool

log = logging.getLogger(__name__)

EVERY, SOON = 60.0, 2.0
"""Seconds to the next ping: after a yes, and after a no."""


async def probe(homeserver: Homeserver, registration_id: str, pool: Pool) -> None:
    """Asks for ever, and keeps one alarm while the answer is no. One no alone means nothing: the homeserver may have
    tried a connection that died with the Setu before this one.
    """
    before: str | None = None
    told: str | None = None
    while True:
        said = await _ask(homeserver, registration_id)
        now = str(said or "")
        if now != told and now in ("", before):
            try:
                await _tell(pool, homeserver, said)
                told = now
            except GROUND:
                log.warning("an alarm could not be kept: the database is away")
        before = now
        await asyncio.sleep(SOON if said is not None else EVERY)


async def _ask(homeserver: Homeserver, registration_id: str) -> Saying | None:
    """What is wrong; None where the homeserver reaches us."""
    try:
        await homeserver.call(Method.POST, path("v1", "appservice", registration_id, "ping"))
    except Refused as refused:
        return Saying.of("cannot-deliver", homeserver=homeserver.name, error=str(refused))
    except outcome.PASSING as error:
        return Saying.of("cannot-be-asked", homeserver=homeserver.name, error=type(error).__name__)
    return None


async def _tell(pool: Pool, homeserver: Homeserver, said: Saying | None) -> None:
    cause = f"delivery:{homeserver.name}"
    async with pool.acquire() as connection:
        if said is not None:
            log.error("%s", said)
            await alarms.raise_alarm(connection, cause, said)
        else:
            await alarms.clear(connection, cause)
