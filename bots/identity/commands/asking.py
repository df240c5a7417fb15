"""Who somebody is, and what can be asked: `who`, `help`."""

from dataclasses import dataclass

from bots.identity.commands.words import person
from bots.identity.desk import Desk
from bots.identity.identifying import look_up
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.rights import Place
from bridge.store import people

WHO = {"unknown": "id-who-unknown", "claimed": "id-who-claimed", "verified": "id-who-verified"}
"""By the status of a tag."""


async def not_in_use(hearing: Hearing) -> Content:
    """The answer to everything, in an installation whose settings ask nothing of anybody."""
    return hearing.voice.notice("id-not-in-use")


@dataclass(frozen=True)
class Asking:
    """The deeds."""

    desk: Desk

    async def who(self, hearing: Hearing) -> Content:
        """`who @USER`, of anybody, also of a ghost."""
        asked, _ = person(hearing.rest)
        if asked is None:
            return hearing.voice.notice("id-who-usage")
        behind = await people.person_behind(hearing.connection, hearing.room.homeserver, asked) or asked
        tag = await look_up(hearing.connection, self.desk.keyring, self.desk.known, behind)
        name = {"name": str(tag.words)} if tag.identified else {}
        lines = [hearing.voice.notice(WHO[tag.status], user=behind, **name)]
        if tag.external:
            lines.append(hearing.voice.notice("id-who-external"))
        if tag.resembles is not None:
            lines.append(hearing.voice.notice("id-who-resembles", official=tag.resembles))
        return together(lines)

    async def help(self, hearing: Hearing) -> Content:
        """What the sender may ask for here."""
        lines = ["id-help"]
        if hearing.place in (Place.DEPARTMENT, Place.HUB):
            lines.append("id-help-room")
        if hearing.place in (Place.ADMIN_ROOM, Place.PRIVATE) and hearing.facts.roles:
            lines.append("id-help-officer")
        return together([hearing.voice.notice(line) for line in lines])
