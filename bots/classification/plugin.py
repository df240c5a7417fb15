"""What the bridge is told of the classification bot."""

from collections.abc import Sequence
from pathlib import Path

from bots.classification.account import ACCOUNT
from bots.classification.console import console
from bots.classification.gate.consoles import consoles
from bots.classification.room import record
from bots.classification.room.simulation import console as simulation
from bots.classification.settings import ClassificationSettings
from bridge.plugin import Bot, Guest, Host
from bridge.route import Route

FOLDER = Path(__file__).parent


def _come(settings: ClassificationSettings, host: Host) -> Guest:
    from bots.classification.room import work  # the grammars take a while, and `setu status` needs none

    return work.guest(settings, host)


def _serves(settings: ClassificationSettings, host: Host) -> Sequence[Route]:
    if not settings.gate.answers:
        return ()
    from bots.classification.gate import serves

    return serves.routes_of(settings, host)


bot = Bot(
    name="classification",
    account=ACCOUNT,
    settings=ClassificationSettings,
    come=_come,
    follows=("classification",),
    at_work=lambda settings: settings.in_use,
    word="!mark",
    migrations=FOLDER / "migrations",
    known_of=record.told,
    serves=_serves,
    consoles=[console, simulation.console, *consoles],
    texts=FOLDER / "texts",
)
