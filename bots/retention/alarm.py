"""The alarm that a log is not as it was recorded: it names the first row that is not, and stands until that one is as
it was, and nothing else is found.
"""

from collections.abc import Sequence

from bots.retention.verification.fault import Fault
from bridge.saying import Saying
from bridge.store import standing_alarms
from bridge.store.database import Connection

_CAUSE = "row"
_NO_LEAF = -1


async def stand(connection: Connection, organisation: str, faults: Sequence[Fault]) -> None:
    """It stands for these; where there are none it is over."""
    found = {_CAUSE: (_said(organisation, faults[0]), len(faults))} if faults else {}
    await standing_alarms.stand(connection, _family(organisation), found)


async def leaf(connection: Connection, organisation: str) -> int | None:
    """The leaf that it names, where it stands and names one."""
    said = await standing_alarms.standing(connection, _family(organisation), _CAUSE)
    named = said.words.get("leaf") if said is not None else None
    return named if isinstance(named, int) and named > _NO_LEAF else None


def _family(organisation: str) -> str:
    return f"record-row:{organisation}"


def _said(organisation: str, first: Fault) -> Saying:
    number = first.leaf if first.leaf is not None else _NO_LEAF
    return Saying.of("record-row-changed", organisation=organisation, row=first.where, what=first.what, leaf=number)
