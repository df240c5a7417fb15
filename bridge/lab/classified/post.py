"""Where the scenario `classification` is played: one of its linked rooms, who is in it, and what was said there. Words
are fresh in each run, so that they can be looked for wherever they must not stand.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bridge.lab.child import until
from bridge.lab.client import Client, Seen
from bridge.lab.fresh import Words
from bridge.lab.site import LinkedRoom, Side, Site
from bridge.lab.steps.step import Wrong, answered, original


def bot(server: str) -> str:
    """The classification bot on a homeserver."""
    return f"@classification:{server}"


def bots(server: str) -> tuple[str, str]:
    """Who speaks for Setu there."""
    return bot(server), f"@setu:{server}"


@dataclass(frozen=True)
class Post:
    """A linked room in clear: Ravi of the department writes there, Asha of the hub reads."""

    site: Site
    link: LinkedRoom
    words: Words
    to_cross: list[str] = field(default_factory=list)
    """Events of Ravi's that are to arrive, sooner or later."""

    @property
    def here(self) -> Side:
        return self.link.department

    @property
    def there(self) -> Side:
        return self.link.hub

    @property
    def ravi(self) -> Client:
        return self.here.people[0]

    @property
    def meera(self) -> Client:
        """Of the department, and no officer."""
        return self.here.people[1]

    @property
    def asha(self) -> Client:
        """The administrator, on the hub."""
        return self.there.people[0]

    @property
    def patience_seconds(self) -> float:
        return self.site.patience_seconds

    async def says(self, text: str) -> str:
        """Ravi says something that is to arrive, with words that nobody wrote before; the event's id."""
        self.to_cross.append(await self.ravi.say(self.here.room, self.words.new(text)))
        return self.to_cross[-1]

    async def carried(self, text: str) -> tuple[str, Seen]:
        """Ravi says it, and it arrives: the event, and its copy."""
        event_id = await self.says(text)
        return event_id, await self.copy(event_id)

    async def copy(self, event_id: str) -> Seen:
        """Raises LabError where none comes."""
        return await self.asha.wait_for(
            self.there.room, lambda seen: original(seen.event) == event_id, self.patience_seconds, f"copy of {event_id}"
        )

    def arrived(self, event_id: str) -> bool:
        """Whether it stands on the hub by now."""
        return any(original(seen.event) == event_id for seen in self.asha.seen_in(self.there.room))

    async def asks(self, side: Side, person: Client, command: str, about: str | None = None) -> str:
        """What the bot answers to somebody in the room of a side, where they say it in reply to a message if any."""
        room = side.room
        asked = await (person.say(room, command) if about is None else person.reply(room, about, command))
        answer = await person.wait_for(
            room, lambda seen: answered(seen.event) == asked, self.patience_seconds, f"answer to {command}"
        )
        return answer.body or ""

    async def becomes(self, so: Callable[[], Awaitable[bool]], otherwise: Callable[[], str]) -> None:
        """Raises Wrong, with what is so otherwise, where it does not become so in time."""
        if not await until(so, self.patience_seconds):
            raise Wrong(otherwise())
