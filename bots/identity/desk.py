"""What every part of the identity bot stands on, in one process."""

from dataclasses import dataclass

from bots.identity.known import Known
from bots.identity.settings import IdentitySettings
from bridge.customs import Customs
from bridge.plugin import Host
from bridge.private import Account
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring

ACCOUNT = Account("identity", "Identity")


@dataclass(frozen=True)
class Desk:
    """Fixed while Setu runs; what is known changes inside of `known`."""

    known: Known
    host: Host

    @property
    def settings(self) -> IdentitySettings:
        return self.known.settings

    @property
    def customs(self) -> Customs:
        return self.host.customs

    @property
    def keyring(self) -> Keyring:
        return self.host.keyring

    @property
    def journal(self) -> Journal:
        return self.host.journal
