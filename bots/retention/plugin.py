"""What the bridge is told of the retention bot."""

from pathlib import Path

from bots.retention import audit, record
from bots.retention.account import ACCOUNT
from bots.retention.console import console
from bots.retention.facts import gone, known
from bots.retention.settings import RetentionSettings
from bridge.plugin import Bot, Guest, Host

FOLDER = Path(__file__).parent


def _come(settings: RetentionSettings, host: Host) -> Guest:
    from bots.retention import work  # what is only named need not be there

    return work.guest(settings, host)


bot = Bot(
    name="retention",
    account=ACCOUNT,
    settings=RetentionSettings,
    come=_come,
    follows=("retention",),
    word="!records",
    migrations=FOLDER / "migrations",
    roles=FOLDER / "roles.sql",
    recorded=record.count,
    gone=gone.note,
    known_of=known.told,
    witness=audit.witness,
    consoles=[console],
    texts=FOLDER / "texts",
)
