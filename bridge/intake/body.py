"""Reads the body of a request, as far as it may go."""

from aiohttp import web


async def read(request: web.Request, largest: int) -> bytes | None:
    """The body, or None where it is larger than it may be."""
    if (request.content_length or 0) > largest:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)
