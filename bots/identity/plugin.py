"""What the bridge is told of the identity bot."""

from pathlib import Path

from bots.identity import record
from bots.identity.account import ACCOUNT
from bots.identity.settings import IdentitySettings
from bridge.plugin import Bot, Guest, Host

FOLDER = Path(__file__).parent


def _come(settings: IdentitySettings, host: Host) -> Guest:
    from bots.identity import work  # the tables of look-alikes take a while, and `setu status` needs none

    return work.guest(settings, host)


bot = Bot(
    name="identity",
    account=ACCOUNT,
    settings=IdentitySettings,
    come=_come,
    follows=("identity",),
    at_work=lambda settings: settings.in_use,
    word="!id",
    known_of=record.told,
    migrations=FOLDER / "migrations",
    texts=FOLDER / "texts",
)
