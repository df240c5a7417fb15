"""What everything stands on that tells people of the record, in one process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bots.retention.account import ACCOUNT
from bots.retention.facts.fact import pushed
from bots.retention.settings import RetentionSettings
from bridge.letters import Letters
from bridge.model import Entry, HomeserverName, UserId
from bridge.plugin import Host

FRESH = timedelta(hours=1)
"""How long after it happened anybody is spoken to because of it; the journal is older where the bot is new."""


@dataclass(frozen=True)
class Desk:
    """Fixed while Setu runs."""

    host: Host
    settings: RetentionSettings
    clock: Callable[[], datetime]

    @cached_property
    def letters(self) -> Letters:
        return Letters(ACCOUNT, self.host.customs, self.host.tongues)

    def ours(self, user_id: UserId, homeserver: HomeserverName) -> bool:
        """Whether an account is a bot or a ghost, of the homeserver where it is seen or of another one of ours."""
        return self.host.customs.ours(user_id, homeserver) or self.host.customs.of_setu(user_id)

    def just_now(self, entry: Entry) -> bool:
        """Whether it happened just now."""
        return pushed(entry) and self.clock() - entry.received_at <= FRESH
