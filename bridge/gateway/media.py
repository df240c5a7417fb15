"""Files from one homeserver to another: a place is reserved first and remembered, then the file is streamed into it.
A repeated attempt writes the same place (Client-Server API, "Asynchronous uploads"); no file is ever held whole.
"""

from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import ClientResponse
from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, Refused

CHUNK = 64 * 1024
PLACE = "/_matrix/media/v1/create"


async def reserve(target: Homeserver, acting: Acting) -> str:
    """An mxc address on the target that waits for its file."""
    return str((await target.call(Method.POST, PLACE, acting))["content_uri"])


async def stream(source: Homeserver, reader: Acting, mxc: str, target: Homeserver, writer: Acting, place: str) -> None:
    """Copies a file into a reserved place; a place that already has its file is done.

    Raises:
        Refused: a homeserver refused; 413 where the file is larger than the target takes.
        ValueError: `mxc` is no mxc address.
    """
    address = source.url.joinpath("_matrix/client/v1/media/download", _path(mxc), encoded=True)
    headers = {"Authorization": f"Bearer {source.token}"}
    async with source.session.get(address, params={"user_id": reader.user_id}, headers=headers) as file:
        if file.status != 200:
            raise Refused(file.status, "M_NOT_FOUND" if file.status == 404 else None, None)
        await _put(target, writer, place, file)


async def _put(target: Homeserver, writer: Acting, place: str, file: ClientResponse) -> None:
    address = target.url.joinpath("_matrix/media/v3/upload", _path(place), encoded=True)
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": file.content_type}
    if file.content_length is not None:
        headers["Content-Length"] = str(file.content_length)
    params = {"user_id": writer.user_id}
    async with target.session.put(address, params=params, data=_chunks(file), headers=headers) as answer:
        if answer.status not in (200, 409):  # 409 M_CANNOT_OVERWRITE_MEDIA: an earlier attempt arrived
            raise Refused(answer.status, "M_TOO_LARGE" if answer.status == 413 else None, None)


async def _chunks(file: ClientResponse) -> AsyncIterator[bytes]:
    async for chunk in file.content.iter_chunked(CHUNK):
        yield chunk


def _path(mxc: str) -> str:
    server, slash, media_id = mxc.removeprefix("mxc://").partition("/")
    if not mxc.startswith("mxc://") or not server or not slash or not media_id or "/" in media_id:
        raise ValueError("not an mxc address")
    return f"{quote(server, safe='')}/{quote(media_id, safe='')}"
