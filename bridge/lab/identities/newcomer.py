"""Neha comes into the department's room, and no roster knows her. She is told, reminded and restricted, says who she
is, and may write again.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from mautrix.errors import MForbidden

from bridge.lab.checked import expect
from bridge.lab.client import Client
from bridge.lab.hindi import is_hindi
from bridge.lab.identities.office import Office, bot, may_write
from bridge.lab.identities.roster import REMIND_SECONDS, RESTRICT_SECONDS
from bridge.lab.steps.step import Wrong, same

NAME, DESIGNATION = "Neha Baruah", "Cartographer"


@dataclass
class Newcomer:
    """Neha, and where the identity bot talks with her."""

    office: Office
    neha: Client
    chat: str = ""
    officers_chat: str = ""
    """Where the identity officer talks with the bot."""
    read_before: int = 0
    """How much of it she had read when an officer decided."""

    @property
    def server(self) -> str:
        return self.office.here.homeserver.name

    @property
    def organisation(self) -> str:
        """Of which nobody else ever spoke."""
        return f"Survey of India {self.office.mark}"

    @property
    def accounts(self) -> Mapping[str, str]:
        """By which she stands in each room, by homeserver."""
        ghost = self.office.ghost(self.neha)
        return {self.server: self.neha.user_id, self.office.there.homeserver.name: ghost}

    @property
    def told(self) -> str:
        """What is known of her once she has said it, as the bot writes it."""
        return f"{NAME}, {DESIGNATION}, {self.organisation}, Room {self.office.mark}"

    def read(self) -> list[str]:
        """All that the bot has told her, oldest first."""
        return [
            seen.body
            for seen in self.neha.seen_in(self.chat)
            if seen.sender == bot(self.server) and seen.body is not None
        ]


async def _told(one: Newcomer) -> None:
    office = one.office
    await office.comes(one.neha)
    one.chat = await office.chat(one.neha, one.server)
    notice = await office.hears(one.neha, one.chat, one.server, "!id me")
    expect(is_hindi(notice.body or ""), f"she read: {notice.body}")
    same(notice.content.get("m.mentions"), {"user_ids": [one.neha.user_id]}, "who is mentioned")


async def _restricted(one: Newcomer) -> None:
    office, room = one.office, one.office.here.room

    async def restricted() -> bool:
        return not await may_write(one.neha, room, one.neha.user_id)

    await office.becomes(restricted, lambda: "her power is that of the others still", REMIND_SECONDS + RESTRICT_SECONDS)
    try:
        await one.neha.say(room, "I write all the same.")
    except MForbidden:
        said = await office.ravi.say(room, "The others write as before.")
        await one.neha.wait_for(room, lambda seen: seen.event["event_id"] == said, office.patience_seconds, "message")
    else:
        raise Wrong("she wrote all the same")


async def _restricted_there(one: Newcomer) -> None:
    office, side = one.office, one.office.there

    async def restricted() -> bool:
        return not await may_write(office.asha, side.room, office.ghost(one.neha))

    more = REMIND_SECONDS + RESTRICT_SECONDS
    await office.becomes(restricted, lambda: f"{office.ghost(one.neha)} may write in {side.homeserver.name}", more)


async def _reminded(one: Newcomer) -> None:
    await one.office.hears(one.neha, one.chat, one.server, "!id me", after=2)
    first, reminder, last = one.read()[:3]
    expect(is_hindi(reminder) and is_hindi(last), f"she read: {reminder} Then: {last}")
    expect(len({first, reminder, last}) == 3, f"she read the same again: {reminder}")


async def _restored(one: Newcomer) -> None:
    room = one.office.here.room
    await one.neha.say(one.chat, f"!id me {NAME}; {DESIGNATION}; {one.organisation}; Room {one.office.mark}")

    async def writes() -> bool:
        if one.neha.user_id in (await one.neha.state(room, "m.room.power_levels")).get("users", {}):
            return False
        try:
            await one.neha.say(room, "Good morning from the survey.")
        except MForbidden:
            return False
        return True

    await one.office.becomes(writes, lambda: "she still may not write as the others do")
    answer = await one.office.hears(one.neha, one.chat, one.server, one.told)
    expect(is_hindi((answer.body or "").replace(one.told, "")), f"she read: {answer.body}")


async def _restored_there(one: Newcomer) -> None:
    office, side = one.office, one.office.there

    async def writes() -> bool:
        return await may_write(office.asha, side.room, office.ghost(one.neha))

    await office.becomes(writes, lambda: f"{office.ghost(one.neha)} still may not write")


async def _claimed(one: Newcomer) -> None:
    for side in one.office.link.sides:
        shown = await one.office.shows(side, one.accounts[side.homeserver.name], "claimed")
        said = {"name": NAME, "designation": DESIGNATION, "organisation": one.organisation}
        same({key: shown.get(key) for key in said}, said, f"what {side.homeserver.name} shows of her")
        same(shown.get("user_id"), one.neha.user_id, "whose tag it is")


async def _discreet(one: Newcomer) -> None:
    for side in one.office.link.sides:
        server = side.homeserver.name
        bots = (bot(server), f"@setu:{server}")
        said = [seen for seen in side.people[0].seen_in(side.room) if seen.sender in bots and seen.body is not None]
        named = [seen.body for seen in said if one.neha.user_id in str(seen.content) or "!id me" in (seen.body or "")]
        same(named, [], f"what the room of {server} heard of it")


DEEDS: Mapping[str, tuple[str, Callable[[Newcomer], Awaitable[None]]]] = {
    "told": ("an official whom no roster knows comes, and is told in Hindi, in a direct chat", _told),
    "restricted": ("who still does not answer can read, and no longer write", _restricted),
    "restricted_there": ("their stand-in on the hub may not write either", _restricted_there),
    "reminded": ("before, they were reminded, and with it they were told so", _reminded),
    "restored": ("who says who they are can write again at once", _restored),
    "restored_there": ("their stand-in on the hub can write again too", _restored_there),
    "claimed": ("both rooms show what they say of themselves, as not verified", _claimed),
    "discreet": ("nobody else in either room was told of it", _discreet),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
