"""What is said in the encrypted room of the scenario `record`: a conversation with edits, deletions, a message that
vanishes and a photo. Neha is there from the middle of it on.
"""

import struct
import time
import zlib
from dataclasses import dataclass, field

from bridge.lab.recorded.cell import Cell

HINDI = "\N{DEVANAGARI LETTER QA}िले की स\N{DEVANAGARI LETTER DDDHA}क पर पुल ११७ बंद है"
"""With letters that bear a dot, each as one character, and digits of its own script."""
HINDI_QUERY = (
    "\N{DEVANAGARI LETTER KA}\N{DEVANAGARI SIGN NUKTA}िले स\N{DEVANAGARI LETTER DDA}\N{DEVANAGARI SIGN NUKTA}क 117"
)
"""Its words as another keyboard writes them: each letter and its dot apart, and other digits."""
VANISHES_AFTER = 2.5
"""Seconds."""
LIFETIME = 86_400_000
"""Milliseconds, of all that is said in the room once Ravi has set its timer."""


@dataclass(frozen=True)
class Line:
    """Something that was said."""

    id: str
    text: str


@dataclass
class Talk:
    """All of it, by what it is."""

    cell: Cell
    first: Line = field(init=False)
    """Before Neha comes."""
    plan: list[Line] = field(init=False)
    """A message and its edits."""
    slip: Line = field(init=False)
    """Its sender takes it back, for `slip_reason`."""
    slip_reason: str = field(init=False)
    gossip: Line = field(init=False)
    """The moderator deletes it, for `gossip_reason`."""
    gossip_reason: str = field(init=False)
    question: Line = field(init=False)
    answer: Line = field(init=False)
    reaction: str = field(init=False)
    decoy: Line = field(init=False)
    """With the words of the answer's phrase, in another order."""
    hindi: Line = field(init=False)
    vanishing: Line = field(init=False)
    due: int = field(init=False)
    """When it vanishes, in milliseconds since 1970."""
    timer: str = field(init=False)
    """The state event that sets a timer for the room."""
    photo: Line = field(init=False)
    picture: bytes = field(init=False, repr=False)
    last: Line = field(init=False)

    async def begins(self) -> None:
        """While Neha is not there."""
        ravi, meera, room = self.cell.ravi, self.cell.meera, self.cell.here.room
        self.first = await self._says("Good morning. The culvert at km 42 gave way.")
        plan = await self._says("We meet on site at nine,")
        edits = [self.cell.words.new(text) for text in ("We meet on site at ten,", "We meet at the culvert at ten,")]
        self.plan = [plan, *[Line(await ravi.edit(room, plan.id, text), text) for text in edits]]
        text = self.cell.words.new("The contractor is a cousin of mine,")
        self.gossip = Line(await meera.say(room, text), text)
        await self.cell.crosses(text)
        self.gossip_reason = self.cell.words.new("not for this room")
        await ravi.redact(room, self.gossip.id, self.gossip_reason)
        self.slip, self.slip_reason = await self._says("The bill is ₹ 48.6 lakh,"), self.cell.words.new("wrong sum")
        await self.cell.crosses(self.slip.text)
        await ravi.redact(room, self.slip.id, self.slip_reason)

    async def goes_on(self) -> None:
        """Neha is there."""
        cell, ravi, room = self.cell, self.cell.ravi, self.cell.here.room
        self.due = int((time.time() + VANISHES_AFTER) * 1000)
        text = cell.words.new("Nobody need know of the second estimate,")
        self.vanishing = Line(await cell.meera.say_until(room, text, self.due), text)
        self.question = await self._says("How deep is the water?")
        text = cell.words.new("Two metres at bridge")
        self.answer = Line(await cell.meera.reply(room, self.question.id, text), text)
        self.reaction = await ravi.react(room, self.answer.id, "👍")
        mark = cell.words.marks[-1]
        self.decoy = await self._says(f"The bridge {mark} is at two metres.")
        self.hindi = await self._says(HINDI)
        self.timer = await ravi.set_state(room, "m.room.retention", {"max_lifetime": LIFETIME})
        name = f"{cell.words.new('culvert')}.png"
        self.picture = _picture(cell.words.new("culvert").encode())
        self.photo = Line(await ravi.send_image(room, name, self.picture, "image/png"), name)
        self.last = await self._says("The rest we settle by telephone.")

    @property
    def lines(self) -> list[Line]:
        """All that was said, in its order."""
        before = [self.first, *self.plan, self.gossip, self.slip]
        return [*before, self.vanishing, self.question, self.answer, self.decoy, self.hindi, self.photo, self.last]

    async def _says(self, text: str) -> Line:
        """Ravi does."""
        said = self.cell.words.new(text)
        return Line(await self.cell.ravi.say(self.cell.here.room, said), said)


def _picture(comment: bytes) -> bytes:
    """A small picture (PNG) with a comment."""
    rows = b"".join(b"\0" + bytes(range(row, row + 96)) for row in range(0, 128, 4))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)), (b"tEXt", b"Comment\0" + comment),
        (b"IDAT", zlib.compress(rows)), (b"IEND", b""),
    ]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
