"""Files in a message: each is copied to the other homeserver first, and the copy of the message names the new place. An
encrypted file is carried as the bytes it is; its key travels in the message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge import references
from bridge.model import LONGEST_ID, storable

LONGEST_MXC = 2 * LONGEST_ID
FACTS = ("mimetype", "size", "w", "h", "duration", "xyz.amorgan.blurhash", "is_animated", "fi.mau.gif")
KEY = ("v", "key", "iv", "hashes")
"""An encrypted file's key (Client-Server API, "Sending encrypted attachments")."""


@dataclass(frozen=True)
class Files:
    """What of a content is about files, for the copy, and which files must be copied before."""

    content: Mapping[str, Any]
    mxcs: tuple[str, ...]
    size: int | None
    """Bytes, as the sender says; a hint, not a fact."""


def files(content: Mapping[str, Any]) -> Files:
    """The files of a message or sticker. Each file's reference is its place in `mxcs`, until `references.shifted`."""
    mxcs: list[str] = []
    info = content.get("info")
    facts = _info(info, mxcs) if isinstance(info, dict) else {}
    carried = {**_place(content, "url", "file", mxcs), **({"info": facts} if facts else {})}
    size = info.get("size") if isinstance(info, dict) else None
    return Files(carried, tuple(mxcs), size if isinstance(size, int) and not isinstance(size, bool) else None)


def _info(info: Mapping[str, Any], mxcs: list[str]) -> dict[str, Any]:
    facts = {key: info[key] for key in FACTS if isinstance(info.get(key), (str, int, bool))}
    thumbnail = info.get("thumbnail_info")
    if isinstance(thumbnail, dict):
        facts["thumbnail_info"] = {
            key: thumbnail[key] for key in FACTS if isinstance(thumbnail.get(key), (str, int, bool))
        }
    return {**facts, **_place(info, "thumbnail_url", "thumbnail_file", mxcs)}


def _place(content: Mapping[str, Any], plain: str, encrypted: str, mxcs: list[str]) -> dict[str, Any]:
    if (mxc := _mxc(content.get(plain))) is not None:
        mxcs.append(mxc)
        return {plain: references.made(len(mxcs) - 1)}
    file = content.get(encrypted)
    if isinstance(file, dict) and (mxc := _mxc(file.get("url"))) is not None:
        mxcs.append(mxc)
        return {
            encrypted: {
                **{key: references.foreign(file[key]) for key in KEY if key in file},
                "url": references.made(len(mxcs) - 1),
            }
        }
    return {}


def _mxc(value: object) -> str | None:
    mxc = storable(value, LONGEST_MXC)
    return mxc if mxc is not None and mxc.startswith("mxc://") else None
