"""What the bridge is told of the classification bot."""

from pathlib import Path

from bots.classification.account import ACCOUNT
from bots.classification.console import console
from bots.classification.room import record
from bots.classification.settings import ClassificationSettings
from bridge.plugin import Bot, Guest, Host

FOLDER = Path(__file__).parent


def _come(settings: ClassificationSettings, host: Host) -> Guest:
    from bots.classification.room import work  # the grammars take a while, and `setu status` needs none

    return work.guest(settings, host)


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
    consoles=[console],
    texts=FOLDER / "texts",
)
