"""What officers did about cases, and why: append only. A reason is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bots.classification.room.cases import Case
from bridge.model import UserId
from bridge.seal import Kek, about
from bridge.store.database import Connection

TABLE = "classification_step"
Name = Literal["release", "refuse", "contain", "check", "close", "lift"]

CHECKLIST = ("readers", "devices", "servers", "owner", "lesson")
"""What is to be thought of when something was spilled: who has read it, where else it is stored, other homeservers, the
owner of the information, what the sender is told."""


@dataclass(frozen=True)
class Step:
    """One of them."""

    step: Name
    item: str | None
    by: UserId
    at: datetime


async def note(
    connection: Connection, kek: Kek, case: Case, step: Name, by: UserId, reason: str = "", item: str | None = None
) -> None:
    """Keeps it, with the officer's reason."""
    sealed = kek.seal(reason.encode("utf-8", "surrogatepass"), about(TABLE, str(case.number))) if reason else None
    await connection.execute(
        f"insert into {TABLE} (number, step, item, by_user, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        case.number, step, item, by, sealed.kek if sealed else None, sealed.wrapped if sealed else None,
        sealed.sealed if sealed else None,
    )  # fmt: skip


async def of(connection: Connection, case: Case) -> Sequence[Step]:
    """In their order."""
    rows = await connection.fetch(f"select * from {TABLE} where number = $1 order by id", case.number)
    return [Step(row["step"], row["item"], UserId(row["by_user"]), row["at"]) for row in rows]
