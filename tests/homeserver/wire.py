"""The line between Setu and its database, which a test can cut and mend: a Unix socket before PostgreSQL's own."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"
"""PostgreSQL's name for its socket in the folder that a URL names as its host."""


class Wire:
    """Passes bytes on between a socket in a folder of its own and the database that a URL names."""

    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir()
        self._target = Path(parse_qs(urlsplit(url).query)["host"][0]) / SOCKET
        self._socket = folder / SOCKET
        self.url = url.replace(str(self._target.parent), str(folder))
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()

    async def mend(self) -> None:
        self._server = await asyncio.start_unix_server(self._connect, self._socket)

    async def cut(self) -> None:
        """Ends every connection at once, and lets none through."""
        if self._server is not None:
            self._server.close()
        self._socket.unlink(missing_ok=True)
        for end in self._ends:
            end.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        ends = {writer, far_writer}
        self._ends |= ends
        with suppress(OSError):
            done, rest = await asyncio.wait(
                [asyncio.create_task(_pass_on(reader, far_writer)), asyncio.create_task(_pass_on(far_reader, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in rest:
                task.cancel()
            await asyncio.gather(*done, *rest, return_exceptions=True)
        for end in ends:
            end.close()
        self._ends -= ends


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
