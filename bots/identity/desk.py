"""What every part of the identity bot stands on, in one process."""

from dataclasses import dataclass

from bots.identity.account import ACCOUNT
from bots.identity.known import Known
from bots.identity.settings import IdentitySettings
from bridge.customs import Customs
from bridge.letters import Letters
from bridge.model import HomeserverName, UserId
from bridge.plugin import Host
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring


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
    def letters(self) -> Letters:
        return Letters(ACCOUNT, self.host.customs, self.host.tongues)

    @property
    def journal(self) -> Journal:
        return self.host.journal

    def ours(self, user_id: UserId, homeserver: HomeserverName) -> bool:
        """Whether an account is a bot or a ghost, of the homeserver where it is seen or of another one of ours."""
        return self.customs.ours(user_id, homeserver) or self.customs.of_setu(user_id)
