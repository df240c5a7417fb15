"""The key backup on a homeserver (Client-Server API, "Server-side key backups"): Megolm sessions, encrypted for the
recovery key, so that what was written can be read again after the database is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.e2ee import unpadded
from bridge.e2ee.algorithms import BACKUP, MEGOLM
from bridge.e2ee.backup_key import BackupKey, backup_encrypt
from bridge.e2ee.cross_signing import Identity
from bridge.e2ee.foreign_json import at, mapping
from bridge.e2ee.foreign_json import read as read_json
from bridge.e2ee.foreign_json import write as write_json
from bridge.e2ee.libolm import InboundGroup
from bridge.e2ee.megolm import Session
from bridge.e2ee.recovery import RecoveryKey
from bridge.e2ee.signed import sign
from bridge.e2ee.unreadable import Unreadable, Why


def version_body(
    recovery: RecoveryKey,
    identity: Identity,
    device_id: str | None = None,
    device_sign: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """The body of POST /room_keys/version; signed by the device too, where it is named."""
    auth_data = identity.sign_backup({"public_key": recovery.backup.public})
    if device_id is not None and device_sign is not None:
        auth_data = sign(auth_data, device_sign, identity.user_id, f"ed25519:{device_id}")
    return {"algorithm": BACKUP, "auth_data": auth_data}


def entry(public: str, session: Session, forwarded_count: int = 0, verified: bool = False) -> dict[str, Any]:
    """One session for PUT /room_keys/keys. Raises ValueError if `public` is no public key."""
    told = {
        "algorithm": MEGOLM,
        "forwarding_curve25519_key_chain": [],
        "sender_key": session.sender_key,
        "sender_claimed_keys": {} if session.claimed_ed25519 is None else {"ed25519": session.claimed_ed25519},
        "session_key": session.group.exported(),
    }
    return {
        "first_message_index": session.group.first_index,
        "forwarded_count": forwarded_count,
        "is_verified": verified,
        "session_data": dict(backup_encrypt(public, write_json(told))),
    }


def restored(key: BackupKey, room_id: str, session_id: str, entry: Mapping[str, Any]) -> Session:
    """A session out of the backup. Whoever knows the public key could have put it there: it proves nothing about its
    owner. Raises Unreadable.
    """
    told = _told(key, entry.get("session_data"))
    session_key, sender_key = told.get("session_key"), unpadded.key(told.get("sender_key"))
    if told.get("algorithm") != MEGOLM:
        raise Unreadable(Why.UNKNOWN_ALGORITHM, "a backup of a session of an unknown algorithm")
    if not isinstance(session_key, str) or sender_key is None:
        raise Unreadable(Why.DAMAGED, "a backup without a session")
    group = InboundGroup.imported(session_key)
    if group.id != session_id:
        raise Unreadable(Why.DAMAGED, "a backup of another session than it says")
    claimed = unpadded.key(at(told, "sender_claimed_keys", "ed25519"))
    return Session(group, room_id, sender_key, None, True, claimed)


def _told(key: BackupKey, data: object) -> dict[str, Any]:
    ephemeral, mac, ciphertext = (mapping(data).get(name) for name in ("ephemeral", "mac", "ciphertext"))
    if not isinstance(ephemeral, str) or not isinstance(mac, str) or not isinstance(ciphertext, str):
        raise Unreadable(Why.DAMAGED, "no entry of a key backup")
    try:
        return read_json(key.decrypt(ephemeral, mac, ciphertext))
    except ValueError:
        raise Unreadable(Why.DAMAGED, "a backup that holds no JSON object") from None
