"""Alarms that hold as long as something is so, found by looking; and what the admin room was told of any alarm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.model import EndpointRef
from bridge.saying import Saying
from bridge.store.database import Connection

AT_MOST_ONCE = "1 minute"
"""How often a notice is changed."""
FRESH = "1 hour"
"""How long after it was over the same cause goes on in the same notice."""
MOST = 20
"""Notices at once."""


@dataclass(frozen=True)
class Untold:
    """An alarm of which the admin room does not know how it stands now."""

    cause: str
    what: Saying
    times: int
    since: datetime
    over: bool
    notice: str | None
    """The cause of the order whose event is to be changed; None for a new one."""


async def stand(connection: Connection, family: str, found: Mapping[str, tuple[Saying, int]]) -> None:
    """These alarms of a family hold, by cause, each with what it is and how many; no other of the family does."""
    for cause, (what, times) in found.items():
        await connection.execute(
            "insert into alarm (cause, what, times) values ($1, $2, $3) on conflict (cause) do update"
            " set what = excluded.what, times = excluded.times, last_at = now(), over_at = null,"
            " since = case when alarm.over_at is null then alarm.since else now() end"
            " where (alarm.what, alarm.times) <> (excluded.what, excluded.times) or alarm.over_at is not null",
            f"{family}:{cause}", what.stored(), times,
        )  # fmt: skip
    await connection.execute(
        "update alarm set over_at = now() where starts_with(cause, $1) and over_at is null and not cause = any($2)",
        f"{family}:", [f"{family}:{cause}" for cause in found],
    )  # fmt: skip


async def standing(connection: Connection, family: str, cause: str) -> Saying | None:
    """What the alarm of this cause says; None where it does not hold."""
    what = "select what from alarm where cause = $1 and over_at is null"
    stored: str | None = await connection.fetchval(what, f"{family}:{cause}")
    return Saying.read(stored) if stored is not None else None


async def untold(connection: Connection, lane: EndpointRef) -> Sequence[Untold]:
    """What is to be said in this lane now. While the last word on a cause still waits there, none is added."""
    rows = await connection.fetch(
        f"""
        select a.cause, a.what, a.times, a.since, a.over_at is not null as over,
               case when o.state = 'done' and not (told_over and told_at < now() - interval '{FRESH}')
                    then notice end as notice
        from alarm a left join outbox o on o.cause = a.notice
        where case when over_at is null
                   then (notice is null or told_over or told_times <> times or o.state = 'dead')
                        and (told_at is null or told_at < now() - interval '{AT_MOST_ONCE}')
                   else o.state = 'done' and not told_over end
          and not exists (select from outbox w where w.lane = $1 and w.state = 'waiting'
                          and starts_with(w.cause, 'alarm:' || a.cause || ':'))
        order by a.since limit {MOST}
        """,
        lane,
    )  # fmt: skip
    return [Untold(**{**row, "what": Saying.read(row["what"])}) for row in rows]


async def was_told(connection: Connection, alarm: Untold, notice: str) -> None:
    """`notice` is the cause of the order that made the notice, or of the new one."""
    await connection.execute(
        "update alarm set notice = $2, told_times = $3, told_over = $4, told_at = now() where cause = $1",
        alarm.cause, alarm.notice or notice, alarm.times, alarm.over,
    )  # fmt: skip
