"""Files from one homeserver to another. The file is opened first, and one that is too large is refused before a byte of
it is written; then a place is reserved and remembered, and the file is streamed into it. A repeated attempt writes
the same place (Client-Server API, "Asynchronous uploads"); no file is ever held whole.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from aiohttp import ClientResponse, ClientTimeout
from mautrix.api import Method

from bridge import mxc
from bridge.gateway import outcome
from bridge.gateway.homeserver import Acting, Homeserver, Refused, refusal, said
from bridge.gateway.outcome import Dead, Done, Outcome, Retry
from bridge.model import HomeserverName

CHUNK = 64 * 1024
PLACE = "/_matrix/media/v1/create"
STREAMING = ClientTimeout(total=None, sock_connect=30, sock_read=60)
"""A large file takes as long as it takes; a homeserver that falls silent is given up."""

NOT_UPLOADED_MS = "5000"
"""How long the source may wait for a file whose message came before it."""
MOST_ATTEMPTS = 6
"""After so many a file that the source itself cannot get (502, 504) is given up: its lane waits meanwhile."""
Reserve = Callable[[], Awaitable[str]]
"""Gives the place that is reserved for the file, the same for each attempt."""


class TooLarge(Exception):
    """The file is larger than the homeserver takes; known only while it is read."""


@dataclass(frozen=True)
class File:
    """Where a file lies, and who may read it there."""

    source: Homeserver
    reader: Acting
    mxc: str


async def reserve(target: Homeserver, acting: Acting) -> str:
    """An mxc address on the target that waits for its file."""
    return said(await target.call(Method.POST, PLACE, acting), "content_uri")


async def copy(
    file: File, target: Homeserver, writer: Acting, limit: int | None, place: Reserve, tries: int
) -> Outcome:
    """Copies a file into its place; a place that already has its file is done. `tries` were made before.

    Raises:
        Refused, and what `outcome.PASSING` names: the target refused, or could not be reached.
    """
    if mxc.path(file.mxc) is None:
        return Dead("the message names no file: its address is not an mxc address")
    opened = await ask(file, tries)
    if not isinstance(opened, ClientResponse):
        return opened
    async with opened:
        size = opened.content_length
        if size is not None and limit is not None and size > limit:
            return too_large(f"{size} bytes", target, limit)
        reserved = await place()
        try:
            await _put(opened, target, writer, limit, reserved)
        except TooLarge:
            return too_large("more", target, limit or 0)
        return Done(reserved)


async def quarantine(homeserver: Homeserver, acting: Acting, address: str) -> Outcome:
    """Shows a file of this homeserver to nobody any more, where the acting account is an administrator of it.

    Raises:
        Refused, and what `outcome.PASSING` names, as `copy`.
    """
    if (place := mxc.path(address)) is None:
        return Dead("the message names no file: its address is not an mxc address")
    try:
        await homeserver.call(Method.POST, f"/_synapse/admin/v1/media/quarantine/{place}", acting)
    except Refused as refused:
        if refused.status not in (401, 403, 404, 405):
            raise
        return Dead(f"the file stays: {acting.user_id} is no administrator of {homeserver.name} ({refused})")
    return Done()


async def ask(file: File, tries: int) -> ClientResponse | Outcome:
    """The file, to be read; else what becomes of it, which says nothing of the target."""
    source = file.source
    address = source.url.joinpath(f"_matrix/client/v1/media/download/{mxc.path(file.mxc)}", encoded=True)
    # A body that was packed on the way would be longer or shorter than its length says.
    headers = {"Authorization": f"Bearer {source.token}", "Accept-Encoding": "identity"}
    query = {"user_id": file.reader.user_id, "timeout_ms": NOT_UPLOADED_MS}
    try:
        opened = await source.session.get(address, params=query, headers=headers, timeout=STREAMING)
        if opened.status == 200:
            return opened
        async with opened:
            return _not_had(source.name, refusal(opened.status, await opened.content.read(CHUNK)), tries)
    except outcome.PASSING as failure:
        return Retry(f"{source.name} cannot be reached: {type(failure).__name__}")


def _not_had(source: HomeserverName, refused: Refused, tries: int) -> Outcome:
    """What it means that the source does not give the file. None of it says anything of the target."""
    if refused.status in (502, 504) and refused.errcode is not None and tries + 1 >= MOST_ATTEMPTS:
        return Dead(f"{source} does not get the file: {refused}")
    match outcome.of_failure(refused):
        case Retry(reason, after):
            return Retry(f"{source} does not give the file: {reason}", after)
        case _:
            return Dead(f"{source} has no such file: {refused}")


def too_large(size: str, target: Homeserver, limit: int) -> Dead:
    """Of a file that the target does not take; `bridge.notices.why` reads it."""
    return Dead(f"M_TOO_LARGE: {size}, and {target.name} takes at most {limit} bytes")


async def _put(file: ClientResponse, target: Homeserver, writer: Acting, limit: int | None, place: str) -> None:
    chunks = Chunks(file, limit)
    try:
        await put(target, writer, place, chunks.read(), file.content_type, file.content_length)
    finally:
        chunks.check()


async def put(
    target: Homeserver, writer: Acting, place: str, chunks: AsyncIterator[bytes], content_type: str, size: int | None
) -> None:
    """Streams a file into a place that was reserved for it, or finds that an earlier attempt did.

    Raises:
        Refused, and what `outcome.PASSING` names, as `copy`.
    """
    address = target.url.joinpath(f"_matrix/media/v3/upload/{mxc.path(place)}", encoded=True)
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": content_type}
    if size is not None:
        headers["Content-Length"] = str(size)
    query = {"user_id": writer.user_id}
    async with target.session.put(address, params=query, data=chunks, headers=headers, timeout=STREAMING) as answer:
        if answer.status not in (200, 409):  # 409 M_CANNOT_OVERWRITE_MEDIA: an earlier attempt arrived
            raise refusal(answer.status, await answer.content.read(CHUNK))


class Chunks:
    """A file as it is read, up to the limit."""

    def __init__(self, file: ClientResponse, limit: int | None) -> None:
        self._file = file
        self._limit = limit
        self._read = 0

    async def read(self) -> AsyncIterator[bytes]:
        async for chunk in self._file.content.iter_chunked(CHUNK):
            self._read += len(chunk)
            self.check()
            yield chunk

    def check(self) -> None:
        """Raises TooLarge where more was read than the target takes."""
        if self._limit is not None and self._read > self._limit:
            raise TooLarge
