"""Farid, the identity officer on the hub, begins a chat with the identity bot, is told that Neha waits, and verifies
her: from then on the hub calls her stand-in by name, designation and organisation.
"""

from collections.abc import Awaitable, Callable, Mapping

from bridge.lab.checked import expect
from bridge.lab.hindi import is_hindi
from bridge.lab.identities.newcomer import DESIGNATION, NAME, Newcomer
from bridge.lab.identities.office import TAG, bot
from bridge.lab.steps.step import answered, same


async def _waits(one: Newcomer) -> None:
    office, admin = one.office, one.office.site.rooms_beside["admin"]
    await office.hears(office.asha, admin, office.there.homeserver.name, "!id pending")


async def _pending(one: Newcomer) -> None:
    line = await _asks(one, "!id pending")
    expect(one.neha.user_id in line and NAME in line, f"he read: {line}")


async def _verified(one: Newcomer) -> None:
    office, side = one.office, one.office.there
    one.read_before = len(one.read())
    told = await _asks(one, f"!id verify {one.neha.user_id}")
    expect(one.neha.user_id in told and NAME in told, f"he read: {told}")
    wanted, ghost = f"{NAME} · {DESIGNATION}, {one.organisation}", office.ghost(one.neha)
    called: list[str | None] = []

    async def so() -> bool:
        called[:] = [(await office.asha.names(side.room)).get(ghost)]
        return called == [wanted]

    await office.becomes(so, lambda: f"the hub calls her {called}, not {wanted}")


async def _shown(one: Newcomer) -> None:
    for side in one.office.link.sides:
        shown = await one.office.shows(side, one.accounts[side.homeserver.name], "verified")
        same(shown.get("name"), NAME, f"the name that {side.homeserver.name} shows")


async def _profile(one: Newcomer) -> None:
    office, ghost = one.office, one.office.ghost(one.neha)

    async def so() -> bool:
        shown = (await office.asha.profile(ghost)).get(TAG) or {}
        return (shown.get("status"), shown.get("organisation")) == ("verified", one.organisation)

    await office.becomes(so, lambda: f"the profile of {ghost} does not tell who she is")


async def _heard_of_it(one: Newcomer) -> None:
    notice = await one.office.hears(one.neha, one.chat, one.server, one.told, after=one.read_before)
    expect(is_hindi((notice.body or "").replace(one.told, "")), f"she read: {notice.body}")


async def _asks(one: Newcomer, command: str) -> str:
    """What the bot answers to Farid in the chat that he begins with it."""
    office = one.office
    farid, server = office.farid, office.there.homeserver.name
    if not one.officers_chat:
        one.officers_chat = await farid.call_up(bot(server))
        await farid.meets(one.officers_chat, bot(server), office.patience_seconds)
    asked = await farid.say(one.officers_chat, command)
    answer = await farid.wait_for(
        one.officers_chat, lambda seen: answered(seen.event) == asked, office.patience_seconds, "answer"
    )
    return answer.body or ""


DEEDS: Mapping[str, tuple[str, Callable[[Newcomer], Awaitable[None]]]] = {
    "waits": ("the admin room hears that somebody waits to be verified", _waits),
    "pending": ("the identity officer asks who waits, in a chat of his own with the bot, and reads it", _pending),
    "verified": ("he verifies them, and their stand-in bears name, designation and organisation", _verified),
    "shown": ("both rooms show them as verified", _shown),
    "profile": ("the stand-in's profile tells who they are", _profile),
    "heard_of_it": ("they are told so, in Hindi", _heard_of_it),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
