"""What the classification bot tells Ravi in their direct chat."""

import asyncio
from dataclasses import dataclass, field

from bridge.lab.checked import expect
from bridge.lab.classified.post import bot
from bridge.lab.client import Client, Seen
from bridge.lab.hindi import is_hindi


@dataclass
class Letters:
    """Ravi, and the chat into which the bot calls him when it first has something to say."""

    ravi: Client
    server: str
    patience_seconds: float
    chat: str = ""
    _going: asyncio.Lock = field(default_factory=asyncio.Lock)

    def read(self) -> list[Seen]:
        """All that the bot has told him, oldest first."""
        seen = self.ravi.seen_in(self.chat) if self.chat else ()
        return [one for one in seen if one.sender == bot(self.server) and one.body is not None]

    async def hears(self, *words: str) -> Seen:
        """The first that he is told with all these words in it. Its first line is Hindi; what rules say of themselves
        is English. Raises LabError or Wrong.
        """
        async with self._going:
            if not self.chat:
                room = await self.ravi.invited_to(None, bot(self.server), self.patience_seconds)
                await self.ravi.join(room)
                self.chat = room

        def wanted(seen: Seen) -> bool:
            return seen in self.read() and all(word in (seen.body or "") for word in words)

        notice = await self.ravi.wait_for(self.chat, wanted, self.patience_seconds, f"word of {' and '.join(words)}")
        told = (notice.body or "").partition("\n")[0]
        for word in words:
            told = told.replace(word, "")
        expect(is_hindi(told), f"he read: {notice.body}")
        return notice
