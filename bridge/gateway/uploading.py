"""Files of ours into a room: streamed from the media folder, where they lie sealed, to the homeserver, encrypted as an
attachment on the way. A place is reserved and remembered first; each attempt writes the same bytes into it, so that
whichever arrives is the one that the message tells of.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

from bridge.actions import Upload
from bridge.disk import DiskError
from bridge.e2ee.file_lock import Locking
from bridge.gateway import media
from bridge.gateway.homeserver import Acting, Homeserver, Refused
from bridge.gateway.media import Reserve
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.media_folder import MediaFolder
from bridge.seal import CannotOpen

TYPE = "application/octet-stream"
"""What the homeserver is told of an encrypted file."""


async def upload(
    folder: MediaFolder | None, action: Upload, target: Homeserver, writer: Acting, limit: int | None, place: Reserve
) -> Outcome:
    """One attempt.

    Raises:
        Refused, and what `outcome.PASSING` names: the target refused, or could not be reached.
    """
    if folder is None:
        return Dead("the file waits in media.folder, which is not set here")
    if not folder.has(action.name):
        return Dead("the file that was to be handed over is no longer in media.folder")
    if limit is not None and action.size > limit:
        return media.too_large(f"{action.size} bytes", target, limit)
    reserved, reading = await place(), _Reading(folder, action)
    try:
        await media.put(target, writer, reserved, reading.chunks(), TYPE, action.size)
    except Refused as refused:
        if refused.status != 413:  # without a Matrix error it is a proxy's, and no less for good
            raise
        return media.too_large(f"{action.size} bytes", target, limit or 0) if limit else Dead(f"M_TOO_LARGE: {refused}")
    except Exception:
        if reading.trouble is not None:  # what the request makes of it says nothing of the homeserver
            return Dead(f"the file cannot be read in media.folder: {reading.trouble}")
        raise
    return Done(reserved)


@dataclass
class _Reading:
    """A file on its way."""

    folder: MediaFolder
    action: Upload
    trouble: str | None = field(default=None, init=False)
    """Why it could not be read."""

    async def chunks(self) -> AsyncIterator[bytes]:
        action = self.action
        locking = Locking(bytes.fromhex(action.key), bytes.fromhex(action.counter))
        try:
            async with aclosing(self.folder.read(action.name, bytes.fromhex(action.opens))) as chunks:
                async for chunk in chunks:
                    yield locking.add(chunk)
        except (CannotOpen, DiskError) as error:
            self.trouble = str(error)
            raise
