"""What `setu status --json` says, read: how the lab learns what is on record without looking into Setu's database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SideStatus:
    """One room of a link."""

    homeserver: str
    journalled: int
    recorded: int
    oldest_unhandled_seconds: float | None
    outbox_depth: int
    dead_letters: int

    @property
    def all_recorded(self) -> bool:
        """Whether all that is journalled is on record."""
        return self.recorded == self.journalled

    @property
    def settled(self) -> bool:
        """Whether all that is journalled is read and recorded, and all that was decided is done."""
        return self.all_recorded and self.outbox_depth == 0 and self.oldest_unhandled_seconds is None


@dataclass(frozen=True)
class LinkStatus:
    """One link: open, opening or parked; the department's side first, then the hub's."""

    name: str
    state: str
    sides: tuple[SideStatus, ...]


@dataclass(frozen=True)
class Status:
    """The whole."""

    links: tuple[LinkStatus, ...]
    alarms: tuple[Any, ...]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Status":
        links = tuple(
            LinkStatus(
                link["name"],
                link["state"],
                tuple(SideStatus(**{name: side[name] for name in SideStatus.__match_args__}) for side in link["sides"]),
            )
            for link in told["links"]
        )
        return cls(links, tuple(told["alarms"]))

    def link(self, name: str) -> LinkStatus | None:
        return next((link for link in self.links if link.name == name), None)
