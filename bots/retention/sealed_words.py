"""The words with which somebody asked the record are content. They lie sealed beside the leaf that tells who asked,
when and for what; the leaf commits to the sealed bytes, and stands as it is when their key is destroyed.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bots.retention import audit
from bots.retention.leaf import Deed
from bots.retention.search.month_key import month_of
from bridge.seal import Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM, Keyring

CLASS = "deed"
"""Of the keys of what is sealed here: no disposal of a room's keys takes them along."""

WORDS = "words"
"""Under which a leaf tells of them."""


async def note(
    connection: Connection, keyring: Keyring, organisation: str, actor: str, action: str, words: str, *,
    room_id: str | None = None, purpose: str, at: datetime | None = None, **detail: Any,
) -> None:  # fmt: skip
    """Keeps who asked, for what, and with which words. The rest is as for `audit.note`; call it last, too."""
    when = at or datetime.now(UTC)
    kek = await keyring.make(connection, NO_ROOM, CLASS, month_of(when))
    deed = audit.deed(when, actor, action, room_id=room_id, purpose=purpose)
    sealed = kek.seal(words.encode("utf-8", "surrogatepass"), _place(organisation, deed.salt))
    deed = replace(deed, detail=audit.told({**detail, WORDS: _told(sealed)}))
    seq = await audit.keep(connection, organisation, [deed])
    await connection.execute(
        "insert into record_words (organisation, seq, kek, wrapped, sealed) values ($1, $2, $3, $4, $5)",
        organisation, seq, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


async def opened(connection: Connection, keyring: Keyring, organisation: str, deed: Deed, sealed: Sealed) -> str:
    """The words beside a deed. Raises CannotOpen where their key was destroyed."""
    await keyring.load(connection, [sealed.kek])
    return keyring.open(sealed, _place(organisation, deed.salt)).decode("utf-8", "surrogatepass")


def wrong(detail: str, sealed: Sealed | None) -> str | None:
    """What is wrong with the words beside a leaf that tells this."""
    if sealed is None and f'"{WORDS}":' not in detail:
        return None
    told = _words_in(detail)
    if sealed is None:
        return "the words that it tells of are missing" if told is not None else None
    return None if told == _told(sealed) else "the words beside it are not those that it tells of"


def _words_in(detail: str) -> Any:
    try:
        told = json.loads(detail)
    except ValueError:  # its own leaf tells that somebody changed it
        return None
    return told.get(WORDS) if isinstance(told, dict) else None


def _told(sealed: Sealed) -> Mapping[str, Any]:
    hashes = {"wrapped": sha256(sealed.wrapped).hexdigest(), "sealed": sha256(sealed.sealed).hexdigest()}
    return {"kek": sealed.kek, **hashes}


def _place(organisation: str, salt: bytes) -> bytes:
    return about("deed", organisation, salt.hex())
