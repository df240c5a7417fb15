"""What people say and read in their rooms, and what of it is on record.

Tests that ask for the order speak while Setu lies dead or while all is well, never while a homeserver wins Setu back:
Synapse (1.163) may then hold back a transaction that it has just made, and send later ones before it; Setu finds it
seconds later, and then it stands after them. And a Synapse that is killed forgets to push what it had just taken: it
notes how far it has come before it has made the transaction.
"""

from bridge.lab.client import Client
from bridge.lab.site import Side, Site
from bridge.lab.together import together
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.administrator import ask


async def say(person: Client, room: str, *texts: str) -> None:
    """Says one after the other."""
    for text in texts:
        await person.say(room, text)


async def hears(person: Client, room: str, *texts: str) -> None:
    """Waits until a person has seen all of these in a room.

    Raises:
        LabError: one did not come in time.
    """

    async def hears_one(text: str) -> None:
        await person.wait_for(room, lambda seen: seen.body == text, PATIENCE_SECONDS, f"message {text!r}")

    await together(*(hears_one(text) for text in texts))


async def said_in(person: Client, room: str) -> list[str]:
    """What people wrote in a room, oldest first, as the homeserver tells it."""
    events = await person.history(room)
    return [
        str(event["content"].get("body"))
        for event in events
        if event["type"] == "m.room.message" and event["content"].get("msgtype") != "m.notice"
    ]


async def on_record(site: Site, side: Side) -> list[str]:
    """The ids of the messages of a room that are on record, in the order of the record."""
    found = await ask(
        site,
        "select event_id from record join room on room.id = record.room"
        " where homeserver = $1 and room_id = $2 and type = 'm.room.message' order by room_seq",
        side.homeserver.name, side.room,
    )  # fmt: skip
    return list(found)


async def written_here(side: Side) -> list[str]:
    """The ids of the messages that people of this side wrote in their room, oldest first."""
    ours = {person.user_id for person in side.people}
    events = await side.people[0].history(side.room)
    return [str(event["event_id"]) for event in events if event["type"] == "m.room.message" and event["sender"] in ours]
