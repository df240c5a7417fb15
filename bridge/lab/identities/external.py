"""Vikram, of a homeserver that is not the government's, is invited into a room that is not open to such people; and
when everybody may come in, he does.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from mautrix.errors import MatrixError

from bridge.lab.client import Client, Seen
from bridge.lab.hindi import is_hindi
from bridge.lab.identities.office import Office, bot
from bridge.lab.steps.step import Wrong, answered, original


@dataclass
class External:
    """Vikram, and who let him in."""

    office: Office
    vikram: Client

    async def goes(self, reader: Client, was: str) -> None:
        """Waits until a reader has seen our bot take him out of the department's room, in which he `was`."""
        room, setu = self.office.here.room, self.office.here.homeserver.bot

        def gone(seen: Seen) -> bool:
            his = (seen.event["type"], seen.event.get("state_key")) == ("m.room.member", self.vikram.user_id)
            before = seen.event.get("unsigned", {}).get("prev_content", {}).get("membership", was)
            return his and (seen.content["membership"], seen.sender, before) == ("leave", setu, was)

        seen = await reader.wait_for(room, gone, self.office.patience_seconds, "removal of Vikram")
        if not is_hindi(str(seen.content.get("reason"))):
            raise Wrong(f"the reason is given as: {seen.content.get('reason')}")


async def _uninvited(one: External) -> None:
    office = one.office
    await office.ravi.invite(office.here.room, one.vikram.user_id)
    await one.goes(office.ravi, was="invite")
    try:
        await one.vikram.join_through(office.here.room, office.here.homeserver.name)
    except MatrixError:
        return
    raise Wrong("he came in all the same")


async def _put_out(one: External) -> None:
    office = one.office
    await office.ravi.open_to_all(office.here.room)
    await one.vikram.join_through(office.here.room, office.here.homeserver.name)
    await one.goes(office.ravi, was="join")
    await one.goes(one.vikram, was="join")


async def _told_why(one: External) -> None:
    office, server = one.office, one.office.here.homeserver.name
    chat = await office.chat(one.vikram, server)
    # What is said while somebody joins over federation, their homeserver learns of with what is said next.
    await one.vikram.say(chat, "!id help")
    told: list[str] = []

    async def reads() -> bool:
        told[:] = [
            str(event["content"].get("body"))
            for event in await one.vikram.scroll_up(chat)
            if event["sender"] == bot(server) and event["type"] == "m.room.message" and answered(event) is None
        ]
        return any(map(is_hindi, told))

    await office.becomes(reads, lambda: f"he read: {told}")


async def _no_ghost(one: External) -> None:
    office = one.office
    said = await office.ravi.say(office.here.room, "He is out again.")
    arrived = office.there.room, lambda seen: original(seen.event) == said, office.patience_seconds, "copy"
    await office.asha.wait_for(*arrived)  # what Setu did on the hub before it is done

    async def nobody() -> bool:
        return office.ghost(one.vikram) not in await office.asha.names(office.there.room)

    await office.becomes(nobody, lambda: f"{office.ghost(one.vikram)} is there")


DEEDS: Mapping[str, tuple[str, Callable[[External], Awaitable[None]]]] = {
    "uninvited": ("the invitation of somebody from outside is taken back", _uninvited),
    "put_out": ("who comes in from outside all the same is put out", _put_out),
    "told_why": ("they are told why, in a direct chat", _told_why),
    "no_ghost": ("nobody stands in for them on the hub", _no_ghost),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
