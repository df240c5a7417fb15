"""Why something was deleted. Pure."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from bridge.commands.circle import Circle
from bridge.model import UserId

Cause = Literal["sender", "moderator", "remote", "timer", "purge", "disposal", "unknown"]
"""By who wrote it; by somebody else in the room; on the other network, by a bridge; because a timer ran out; because
the homeserver gives it no more; by lawful disposal; or not known yet, since what was deleted has not come.
"""


@dataclass(frozen=True)
class Redaction:
    """What is known of one."""

    by: UserId
    """Who did it: of a copy, who did the original."""
    author: UserId | None
    """Who wrote what is gone: of a ghost, its person. None where it has not come."""
    reason: str | None
    due: bool
    """Whether a timer had run out on what is gone."""


@dataclass(frozen=True)
class Bridges:
    """Accounts of bridges to other networks."""

    accounts: Circle
    disappearing: Set[str]
    """The reasons that they give for what a timer took."""

    def cause(self, redaction: Redaction) -> Cause:
        """The cause of a redaction."""
        if redaction.by in self.accounts:
            return "timer" if redaction.due or redaction.reason in self.disappearing else "remote"
        if redaction.author is None:
            return "unknown"
        if redaction.by == redaction.author:
            return "timer" if redaction.due else "sender"
        return "moderator"
