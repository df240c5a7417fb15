"""A service that keeps a master key and gives it to nobody: a process of its own, asked over a socket, and the plug-in
by which Setu asks it.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from pydantic import Field

from bridge.config import Part
from bridge.seal import CannotOpen, MasterAway, MasterKey


class PretendKms(Part):
    """The plug-in: one class, with what its settings are and what a master key does."""

    kind: Literal["pretend"]
    socket: Path = Field(description="Where the service is asked.")
    key: str = Field(min_length=1, description="Which of its keys.")

    @property
    def fingerprint(self) -> bytes:
        return hashlib.sha256(f"pretend {self.key}".encode()).digest()[:16]

    async def wrap(self, key: bytes, about: bytes) -> bytes:
        return await self._ask("wrap", key, about)

    async def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        return await self._ask("unwrap", wrapped, about)

    async def _ask(self, *words: str | bytes) -> bytes:
        try:
            reader, writer = await asyncio.open_unix_connection(self.socket)
        except OSError as error:
            raise MasterAway(f"the service at {self.socket} does not answer ({error.strerror}): start it") from None
        told = [self.key, *(word.hex() if isinstance(word, bytes) else word for word in words)]
        writer.write((" ".join(told) + "\n").encode())
        answer = (await reader.readline()).decode().strip()
        writer.close()
        if answer == "no":
            raise CannotOpen("a key-encryption key does not open")
        return bytes.fromhex(answer)


@asynccontextmanager
async def service(socket: Path, keys: dict[str, MasterKey]) -> AsyncIterator[None]:
    """The service at work; it makes each of its keys when it is first asked for."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name, verb, data, about = (await reader.readline()).decode().split(" ")
        key = keys.setdefault(name, MasterKey(secrets.token_bytes(32)))
        does = key.wrap if verb == "wrap" else key.unwrap
        said = "no"
        with contextlib.suppress(CannotOpen):
            said = (await does(bytes.fromhex(data), bytes.fromhex(about.strip()))).hex()
        writer.write(f"{said}\n".encode())
        writer.close()

    server = await asyncio.start_unix_server(answer, socket)
    try:
        yield
    finally:
        server.close()
        await asyncio.to_thread(socket.unlink, missing_ok=True)


def install(site: Path) -> None:
    """Makes the plug-in an installed one, to whoever has the folder on their path."""
    info = site / "pretend_kms-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pretend-kms\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[setu.master_keys]\npretend = tests.store.kms:PretendKms\n")
