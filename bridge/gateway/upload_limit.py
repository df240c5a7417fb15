"""How large a file a homeserver takes: known beforehand, so that nothing is sent that it would refuse."""

import asyncio

from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, Refused

CONFIG = "/_matrix/client/v1/media/config"
ASKED_AGAIN = 3600.0
"""Seconds after which a homeserver is asked anew how large a file it takes."""


class UploadLimit:
    """The largest file that a homeserver takes, asked once an hour (Client-Server API, `GET /media/config`)."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self._bytes: int | None = None
        self._until = 0.0

    async def bytes(self, acting: Acting) -> int | None:
        """None where it does not say."""
        now = asyncio.get_running_loop().time()
        if now >= self._until:
            self._bytes, self._until = await self._ask(acting), now + ASKED_AGAIN
        return self._bytes

    async def _ask(self, acting: Acting) -> int | None:
        try:
            said = (await self._homeserver.call(Method.GET, CONFIG, acting)).get("m.upload.size")
        except Refused as refused:
            if refused.status != 404:  # before Matrix 1.11
                raise
            return None
        return said if isinstance(said, int) and said > 0 else None
