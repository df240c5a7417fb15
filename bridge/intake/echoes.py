"""Echoes: what our own accounts said, told to us by the homeserver on which they said it. Nobody waits for them, so
they are taken without haste. A homeserver sends one transaction at a time and gathers meanwhile what happens: the later
it is answered, the fewer and larger its transactions, on which it would else spend a good part of its time.
"""

import asyncio
from collections.abc import Callable, Sequence

from bridge.model import Event, HomeserverName, UserId

APART = 0.1
"""Seconds between the answers to two transactions that hold nothing but echoes; also the longest that somebody else's
event can be held up behind one."""


class Echoes:
    """Tells an echo, and knows for each homeserver when one was last answered."""

    def __init__(self, ours: Callable[[UserId, HomeserverName], bool]) -> None:
        """`ours` says whether an account is one of ours on that homeserver."""
        self._ours = ours
        self._answered: dict[HomeserverName, float] = {}

    def has(self, event: Event, homeserver: HomeserverName) -> bool:
        """Whether one of our accounts said this. What changes a room's state is none: others act on it."""
        return event.state_key is None and event.sender is not None and self._ours(event.sender, homeserver)

    async def rest(self, homeserver: HomeserverName, events: Sequence[Event]) -> None:
        """Returns when the transaction that held these events may be answered."""
        if not events or not all(self.has(event, homeserver) for event in events):
            return
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._answered.get(homeserver, -APART) + APART - loop.time())
        self._answered[homeserver] = loop.time()
