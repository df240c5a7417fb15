"""Languages that are chosen in chat: by a person for themselves, wherever they are, and by a moderator for a room."""

from bridge import languages
from bridge.commands.house import House
from bridge.hearing import Content, Hearing
from bridge.saying import Saying
from bridge.store import tongues

BACK = "default"
"""Asks for what would be spoken if nothing had been chosen."""


async def choose_own(hearing: Hearing, _house: House) -> Content:
    """`language LANGUAGE`: what is said to the sender, in any room. The answer is in it."""
    if (against := _against(hearing.name)) is not None:
        return hearing.voice.notice(against)
    await tongues.set_of_person(hearing.connection, hearing.sender, _chosen(hearing.name))
    voice = await hearing.tongues.to_person(hearing.connection, hearing.sender, hearing.here.ref)
    return voice.notice("language-chosen")


async def choose_for_room(hearing: Hearing, _house: House) -> Content:
    """`room-language LANGUAGE`: what is said to all in this room. The answer is in it, so that all see what it is."""
    if (against := _against(hearing.name)) is not None:
        return hearing.voice.notice(against)
    await tongues.set_of_room(hearing.connection, hearing.room.ref, _chosen(hearing.name))
    voice = await hearing.tongues.in_room(hearing.connection, hearing.here.ref)
    return voice.notice("room-language-chosen")


def _against(wanted: str | None) -> Saying | None:
    """Why it cannot be chosen."""
    known = ", ".join(languages.known())
    if wanted is None:
        return Saying.of("language-usage", languages=known)
    if wanted != BACK and not languages.is_spoken(wanted):
        return Saying.of("language-unknown", language=wanted, languages=known)
    return None


def _chosen(wanted: str | None) -> str | None:
    return wanted if wanted != BACK else None
