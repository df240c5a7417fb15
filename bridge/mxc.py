"""The address of a file on a homeserver (Matrix specification, "Matrix Content (mxc://) URIs")."""

from urllib.parse import quote

from bridge.model import LONGEST_ID


def path(mxc: str) -> str | None:
    """Server and media id as they stand in a URL's path, each escaped; None where `mxc` is no mxc address."""
    server, slash, media_id = mxc.removeprefix("mxc://").partition("/")
    if not mxc.startswith("mxc://") or not server or not slash or not media_id or "/" in media_id:
        return None
    if {server, media_id} & {".", ".."} or len(mxc) > 2 * LONGEST_ID:
        return None
    try:
        return f"{quote(server, safe='')}/{quote(media_id, safe='')}"
    except UnicodeEncodeError:  # a lone surrogate
        return None
