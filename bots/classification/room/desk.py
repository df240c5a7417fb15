"""What every part of the bot that works in rooms stands on, in one process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from bots.classification.account import ACCOUNT
from bots.classification.engine import Engine
from bots.classification.grammar import Grammar
from bots.classification.scanning import Scanning
from bots.classification.settings import ClassificationSettings, Exemption
from bridge.customs import Customs
from bridge.letters import Letters
from bridge.model import HomeserverName, UserId
from bridge.plugin import Host
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.places import Place
from bridge.tongues import Tongues


@dataclass(frozen=True)
class Desk:
    """Fixed while Setu runs."""

    settings: ClassificationSettings
    engine: Engine
    host: Host
    clock: Callable[[], datetime]

    @cached_property
    def scanning(self) -> Scanning:
        """Asks for the verdict on files."""
        patience = timedelta(seconds=self.settings.file_seconds)
        return Scanning(self.host.keyring, self.host.customs, self.host.media is not None, patience)

    @property
    def grammar(self) -> Grammar:
        return self.engine.grammar

    @property
    def customs(self) -> Customs:
        return self.host.customs

    @property
    def keyring(self) -> Keyring:
        return self.host.keyring

    @property
    def journal(self) -> Journal:
        return self.host.journal

    @property
    def tongues(self) -> Tongues:
        return self.host.tongues

    @cached_property
    def letters(self) -> Letters:
        return Letters(ACCOUNT, self.host.customs, self.host.tongues)

    @property
    def today(self) -> date:
        return self.clock().date()

    def ours(self, user_id: UserId, homeserver: HomeserverName) -> bool:
        """Whether an account is a bot or a ghost, of the homeserver where it is seen or of another one of ours."""
        return self.customs.ours(user_id, homeserver) or self.customs.of_setu(user_id)

    def excused(self, rule: str, place: Place) -> bool:
        """Whether a rule does not count in a place today."""
        return any(one.rule == rule and self._counts(one, place) for one in self.settings.exemptions)

    def tried(self, rule: str) -> bool:
        """Whether it is only counted what a rule would do."""
        return rule in self.settings.simulate

    def _counts(self, one: Exemption, place: Place) -> bool:
        somewhere = one.link is not None or one.room is not None
        return one.until >= self.today and (not somewhere or place.named(one.link, one.room))
