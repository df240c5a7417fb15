"""`python -m tests.gate.with_ceilings COMMAND ...`: the real `setu` command, with a gate for which every room is for
RESTRICTED at most, while the border between homeservers stands open: as if an officer released whatever is held there.
"""

import sys

from bots.classification.ceiling import level
from bots.classification.gate.rule import Rule
from bots.classification.gate.rule_of_room import RuleOfRoom
from bots.classification.load import load
from bridge import __main__
from bridge.model import HomeserverName
from bridge.store.database import Connection
from tests.faults.planting import plant

COMMAND = (sys.executable, "-m", "tests.gate.with_ceilings")


def main() -> int:
    """Runs the command."""
    rule = Rule(level(load().grammar, "RESTRICTED", "IN"), 1, frozenset({"marking", "portion"}))

    async def rule_for(_self: RuleOfRoom, _connection: Connection, _homeserver: HomeserverName, _room_id: str) -> Rule:
        return rule

    plant(RuleOfRoom, "__call__", rule_for)
    return __main__.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
