"""What the bridge is told of the retention bot."""

from pathlib import Path

from bots.retention import record
from bots.retention.account import ACCOUNT
from bots.retention.console import console
from bots.retention.follower import Retention
from bots.retention.ledger import Ledger
from bots.retention.notary import Notary
from bots.retention.settings import RetentionSettings
from bots.retention.stamping import Stamping
from bridge.plugin import Bot, Guest, Host

FOLDER = Path(__file__).parent


def _come(settings: RetentionSettings, host: Host) -> Guest:
    checkpoints, url = settings.checkpoints, settings.timestamp_url
    tasks = [Notary(host, checkpoints).run]
    if url is not None:
        tasks.append(Stamping(host.pool, Ledger(checkpoints.folder), url, settings.timestamp_roots).run)
    # A checkpoint that is posted would be recorded, and give rise to the next one.
    beside = frozenset({(host.hub, checkpoints.room)} if checkpoints.room is not None else ())
    return Guest(followers=[Retention(host.journal, beside)], tasks=tasks)


bot = Bot(
    name="retention",
    account=ACCOUNT,
    settings=RetentionSettings,
    come=_come,
    follows=(Retention.name,),
    migrations=FOLDER / "migrations",
    roles=FOLDER / "roles.sql",
    recorded=record.count,
    consoles=[console],
    texts=FOLDER / "texts",
)
