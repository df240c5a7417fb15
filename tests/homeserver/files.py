"""Files that people put into their rooms and open there, as any client does."""

from typing import Any

from mautrix.api import Method, Path
from mautrix.types import ContentURI

from bridge.lab.client import Client, Seen


async def sends_file(person: Client, room: str, name: str, data: bytes) -> str:
    """Uploads a file and shows it in a room; gives its mxc address."""
    mxc = str(await person._api.upload_media(data, mime_type="application/pdf", filename=name))
    content = {
        "msgtype": "m.file",
        "body": name,
        "url": mxc,
        "info": {"size": len(data), "mimetype": "application/pdf"},
    }
    await sends(person, room, "m.room.message", content)
    return mxc


async def sees_file(person: Client, room: str, name: str, within: float) -> str:
    """Waits for a file in a room and gives its mxc address."""

    def wanted(seen: Seen) -> bool:
        return seen.body == name and seen.content.get("msgtype") == "m.file"

    return str((await person.wait_for(room, wanted, within, f"file {name}")).content["url"])


async def opens(person: Client, mxc: str) -> bytes:
    """Downloads a file."""
    data: bytes = await person._api.download_media(ContentURI(mxc))
    return data


async def sends(person: Client, room: str, kind: str, content: dict[str, Any]) -> str:
    """Sends any event and gives its id."""
    address = Path.v3.rooms[room].send[kind][person._api.api.get_txn_id()]
    return str((await person._api.api.request(Method.PUT, address, content))["event_id"])


async def sets(person: Client, room: str, kind: str, content: dict[str, Any]) -> None:
    """Sets a piece of a room's state."""
    await person._api.api.request(Method.PUT, Path.v3.rooms[room].state[kind], content)
