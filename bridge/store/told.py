"""Who was told what of messages that did not arrive: one notice for one cause, which counts."""

from dataclasses import dataclass

from bridge.model import EndpointRef
from bridge.store.database import Connection

FRESH = "1 hour"
"""How long more of the same goes into the same notice."""


@dataclass(frozen=True)
class Told:
    """What has to be said now."""

    times: int
    notice: str
    """The cause of the order that told it first."""


async def count(connection: Connection, endpoint: EndpointRef, person: str, why: str, notice: str) -> Told:
    """Counts one more; `notice` is the cause of a new notice, should there be none that is fresh."""
    row = await connection.fetchrow(
        f"""
        insert into told (endpoint, person, why, notice) values ($1, $2, $3, $4)
        on conflict (endpoint, person, why) do update set
            times = case when told.since > now() - interval '{FRESH}' then told.times + 1 else 1 end,
            notice = case when told.since > now() - interval '{FRESH}' then told.notice else excluded.notice end,
            since = case when told.since > now() - interval '{FRESH}' then told.since else now() end
        returning times, notice
        """,
        endpoint, person, why, notice,
    )  # fmt: skip
    assert row is not None, "an insert or update gives its row"
    return Told(row["times"], row["notice"])
