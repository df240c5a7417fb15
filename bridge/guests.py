"""The bots of an installation at work, each set to work once in a process, and what they bring together."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bridge.border import OPEN, Border
from bridge.config import Settings
from bridge.follower import Follower
from bridge.model import UserId
from bridge.plugin import Bot, Guest, Host, RolesOf, Spoken
from bridge.private import Account
from bridge.speakers import NOBODY, Speakers
from bridge.store.database import Connection, Unfit

Brought = TypeVar("Brought")


@dataclass(frozen=True)
class Guests:
    """The bots, each with what it brings."""

    come: Sequence[tuple[Bot, Guest]] = ()

    @classmethod
    def called(cls, settings: Settings, bots: Sequence[Bot], host: Host) -> "Guests":
        """Sets every bot to work; each may ask what others vouch for. Raises whatever one raises that cannot."""
        vouchers = list[RolesOf]()

        async def roles(connection: Connection, user_id: UserId) -> frozenset[str]:
            return frozenset[str]().union(*[await roles_of(connection, user_id) for roles_of in vouchers])

        made = cls([(bot, bot.come(bot.given(settings), replace(host, roles=roles))) for bot in bots])
        vouchers += made.vouchers
        return made

    @property
    def followers(self) -> Sequence[Follower]:
        return [follower for _, guest in self.come for follower in guest.followers]

    @property
    def judges(self) -> tuple[str, ...]:
        """The followers after which the mirror comes."""
        return tuple(dict.fromkeys(name for _, guest in self.come for name in guest.judges))

    @property
    def spoken(self) -> Sequence[tuple[str, Account, Mapping[str, Spoken]]]:
        """The word, the bot and its commands, of those that can be talked to."""
        return [(bot.word, bot.account, guest.commands) for bot, guest in self.come if bot.word is not None]

    @property
    def vouchers(self) -> Sequence[RolesOf]:
        return [guest.roles for _, guest in self.come if guest.roles is not None]

    @property
    def tasks(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        return [task for _, guest in self.come for task in guest.tasks]

    @property
    def speakers(self) -> Speakers:
        """Who knows people. Raises Unfit: two bots say that they do."""
        return _one("say who people are", [(bot.name, guest.speakers) for bot, guest in self.come]) or NOBODY

    @property
    def border(self) -> Border:
        """Who judges what crosses. Raises Unfit: two bots say that they do."""
        return _one("judge what crosses", [(bot.name, guest.border) for bot, guest in self.come]) or OPEN


def _one(do: str, brought: Sequence[tuple[str, Brought | None]]) -> Brought | None:
    """What one bot brings of its kind; None where none does."""
    given = [(name, one) for name, one in brought if one is not None]
    if len(given) > 1:
        raise Unfit(f"{given[0][0]} and {given[1][0]} both {do}; install one of them")
    return given[0][1] if given else None
