"""What a leaf of the log commits to. The leaf of a record is the hash of its header and of the hashes of the sealed
bytes, each salted: whoever destroys the key, or the sealed bytes themselves, leaves every proof as it was. A header is
JSON in the canonical form of RFC 8785, so that a stranger computes the same bytes. Pure.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from bots.retention.merkle import leaf_hash

VERSION = 1
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the journal on record. The fields are the columns of the table."""

    room_seq: int
    """1, 2, 3 … without a hole within its room."""
    pos: int
    recorded_at: datetime
    received_at: datetime
    source: str
    late: bool
    cites: int | None
    event_id: str
    type: str | None
    sender: str | None
    membership: str | None
    sent_at: datetime | None
    relation: str | None
    """What it is to `relates_to`, such as m.replace, where it names one."""
    relates_to: str | None
    salt: bytes
    sealed_sha256: bytes
    """Of the salt and the sealed bytes as they came."""
    clear_sha256: bytes | None
    """Of the salt and the sealed bytes of what an encrypted event says, where it could be read."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done with the record. The fields are the columns of the table."""

    at: datetime
    actor: str
    action: str
    room_id: str | None
    purpose: str | None
    detail: str
    """What more there is to say, as one JSON object."""
    salt: bytes


def record_header(organisation: str, room_id: str, record: Record) -> bytes:
    """The header of a record's leaf."""
    # Written out, for there is one for each event: a third of the time that `canonical` takes.
    r = record
    parts = '["event"]' if r.clear_sha256 is None else '["event","clear"]'
    return (
        f'{{"cites":{"null" if r.cites is None else r.cites},"event_id":{_text(r.event_id)},'
        f'"late":{"true" if r.late else "false"},"membership":{_text(r.membership)},"of":"record",'
        f'"organisation":{_text(organisation)},"pos":{r.pos},"received_at":"{moment(r.received_at)}",'
        f'"recorded_at":"{moment(r.recorded_at)}","relates_to":{_text(r.relates_to)},'
        f'"relation":{_text(r.relation)},"room_id":{_text(room_id)},"room_seq":{r.room_seq},'
        f'"salt":"{r.salt.hex()}","sealed":{parts},"sender":{_text(r.sender)},'
        f'"sent_at":{"null" if r.sent_at is None else _text(moment(r.sent_at))},"source":{_text(r.source)},'
        f'"type":{_text(r.type)},"v":{VERSION}}}'
    ).encode()


def record_leaf(organisation: str, room_id: str, record: Record) -> bytes:
    """The leaf hash: of the header, and of the hashes that its `sealed` names, in that order."""
    header = record_header(organisation, room_id, record)
    return leaf_hash(header + record.sealed_sha256 + (record.clear_sha256 or b""))


def deed_header(organisation: str, deed: Deed) -> bytes:
    """The header of an audit leaf."""
    return canonical(
        {
            "action": deed.action,
            "actor": deed.actor,
            "at": moment(deed.at),
            "detail": deed.detail,
            "of": "audit",
            "organisation": organisation,
            "purpose": deed.purpose,
            "room_id": deed.room_id,
            "salt": deed.salt.hex(),
            "v": VERSION,
        }
    )


def deed_leaf(organisation: str, deed: Deed) -> bytes:
    """The leaf hash: of the header alone."""
    return leaf_hash(deed_header(organisation, deed))


def canonical(value: Any) -> bytes:
    """RFC 8785, for objects whose keys are ASCII and whose numbers are integers below 2^53."""
    return _ENCODE(value).encode()


@lru_cache(maxsize=64)  # what is recorded together came together
def moment(time: datetime) -> str:
    """A time as headers write it: RFC 3339 in UTC, with microseconds."""
    utc = time if time.tzinfo is UTC else time.astimezone(UTC)  # PostgreSQL's are
    return f"{utc.isoformat('T', 'microseconds')[:-6]}Z"


def _text(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


# Python's own escapes are those of RFC 8785, section 3.2.2.2: short ones where JSON has them, \u00xx in small letters.
_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
