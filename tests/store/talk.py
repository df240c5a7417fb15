"""A room in which much of what can happen has happened, on record: Ravi and others talk in ten scripts, answer, correct
and take back what they said, send files, react, leave; somebody tries to make the record say something else.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bridge.model import Event
from tests.people import CELL, RAVI, event
from tests.store.recorded import Archive

MEERA, ZOYA, EVE = "@meera:mha.lab", "@zoya:mha.lab", "@eve:mha.lab"
GHOST, ASHA = "@_setu_nic.lab_asha:mha.lab", "@asha:nic.lab"
"""Asha of the hub, and her ghost in Ravi's room."""
PICTURE = "mxc://mha.lab/picture"

SCRIPTS = {
    "Devanagari": "कृपया क्षत्रिय और ज्ञान की फ़ाइल भेजिए।", "Bengali": "আগামীকাল বৈঠক হবে, দয়া করে আসবেন।",
    "Gurmukhi": "ਕੱਲ੍ਹ ਦੀ ਮੀਟਿੰਗ ਦਾ ਸਮਾਂ ਦੱਸੋ ਜੀ।", "Gujarati": "કૃપા કરીને આવતીકાલની બેઠકનો સમય જણાવો.",
    "Odia": "ଦୟାକରି ଆସନ୍ତାକାଲିର ବୈଠକ ସମୟ ଜଣାନ୍ତୁ।", "Tamil": "நாளைய கூட்டத்தின் நேரத்தைத் தெரிவிக்கவும்.",
    "Telugu": "దయచేసి రేపటి సమావేశ సమయం తెలియజేయండి.", "Kannada": "ದಯವಿಟ್ಟು ನಾಳಿನ ಸಭೆಯ ಸಮಯ ತಿಳಿಸಿ.",
    "Malayalam": "നാളത്തെ യോഗത്തിന്റെ സമയം അറിയിക്കുക; അവൻ വരും.", "Urdu": "کل کے اجلاس کا وقت بتا دیجیے، شکریہ۔",
}  # fmt: skip

HOSTILE_NAME = '</b><script>alert("name")</script>\u202eevE'
HOSTILE_BODY = "<script>alert(1)</script> & <b>not bold</b>"
HOSTILE_HTML = (
    '<b>bold</b><script>alert(2)</script><img src=x onerror=alert(3)><a href="javascript:alert(4)" onclick=x>link</a>'
    "<style>*{display:none}</style><iframe src=//evil></iframe></article></main><p style='position:fixed'>cover"
)
TABLE = (
    "<p>Stocks:</p><table><tr><th>Item</th><th>Count</th></tr><tr><td>Tents</td><td>1,200</td></tr></table>"
    "<ul><li>boats</li></ul>"
)


@dataclass
class Talk:
    """What is said, day after day."""

    archive: Archive
    at: datetime
    said: list[Event] = field(default_factory=list)

    def do(self, kind: str, sender: str = RAVI, state_key: str | None = None, **fields: Any) -> str:
        """Somebody does something a minute later; gives its id."""
        id = f"$do{len(self.said)}"
        milliseconds = int(self.at.timestamp() * 1000) + 60_000 * len(self.said)
        keyed = {"state_key": state_key} if state_key is not None else {}
        self.said.append(event(id, CELL, sender, type=kind, origin_server_ts=milliseconds, **keyed, **fields))
        return id

    def say(self, body: str, sender: str = RAVI, **content: Any) -> str:
        return self.do("m.room.message", sender, content={"msgtype": "m.text", "body": body, **content})

    def edit(self, of: str, body: str, sender: str = RAVI) -> str:
        new = {"msgtype": "m.text", "body": body}
        relation = {"rel_type": "m.replace", "event_id": of}
        return self.say(f"* {body}", sender, **{"m.new_content": new, "m.relates_to": relation})

    def answer(self, to: str, body: str, sender: str = RAVI) -> str:
        return self.say(body, sender, **{"m.relates_to": {"m.in_reply_to": {"event_id": to}}})

    def react(self, to: str, key: str, sender: str = RAVI) -> str:
        relation = {"rel_type": "m.annotation", "event_id": to, "key": key}
        return self.do("m.reaction", sender, content={"m.relates_to": relation})

    def delete(self, what: str, sender: str = RAVI, reason: str | None = None) -> str:
        return self.do("m.room.redaction", sender, redacts=what, content={"reason": reason} if reason else {})

    def member(self, person: str, membership: str, name: str | None = None, by: str | None = None) -> str:
        named = {"displayname": name} if name is not None else {}
        return self.do("m.room.member", by or person, person, content={"membership": membership, **named})

    async def recorded(self) -> None:
        """All that was said is on record; what is said next comes after it."""
        await self.archive.happens(*self.said)
        await self.archive.reads()


def spoken(archive: Archive, at: datetime) -> Talk:
    """The talk, which is not on record yet."""
    talk = Talk(archive, at)
    talk.do("m.room.create", "@maker:mha.lab", "", content={"room_version": "12"})
    talk.do("m.room.name", "@maker:mha.lab", "", content={"name": "Cyclone relief · चक्रवात राहत"})
    for person, name in ((RAVI, "Ravi Kumar"), (MEERA, "Meera Iyer"), (ZOYA, "زویا خان"), (EVE, HOSTILE_NAME)):
        talk.member(person, "join", name)
    talk.member(GHOST, "join", "Asha Verma")
    first = talk.say("When is tomorrow's review with the districts?")
    talk.answer(first, "At 11, in room 204. The Collector joins by video.", MEERA)
    typo = talk.say("Please bring the lits of shelters.")
    talk.edit(typo, "Please bring the list of shelters.")
    talk.edit(typo, "Please bring the list of shelters and their wardens.")
    talk.edit(typo, "Please bring nothing.", EVE)
    talk.react(first, "👍", MEERA)
    talk.react(first, "👍", GHOST)
    taken_back = talk.react(first, "😀", ZOYA)
    talk.delete(taken_back, ZOYA)
    regretted = talk.say("The contractor is my cousin, keep that quiet.", EVE)
    talk.delete(regretted, EVE, "wrong room")
    for text in SCRIPTS.values():
        talk.say(text, ZOYA if text == SCRIPTS["Urdu"] else MEERA)
    talk.say(HOSTILE_BODY, EVE)
    talk.say("bold link", EVE, format="org.matrix.custom.html", formatted_body=HOSTILE_HTML)
    talk.say("Stocks: tents 1,200; boats", GHOST, format="org.matrix.custom.html", formatted_body=TABLE)
    talk.say("Map.png", MEERA, msgtype="m.image", url=PICTURE, info={"mimetype": "image/png", "size": 70})
    talk.say("orders.pdf", RAVI, msgtype="m.file", url="mxc://mha.lab/gone", info={"mimetype": "application/pdf"})
    talk.member(EVE, "leave", by=RAVI)
    talk.say('=HYPERLINK("http://evil","x")', RAVI)
    return talk
