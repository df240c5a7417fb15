"""A session goes into the key backup and comes out again, for who has the recovery key and for nobody else."""

import contextlib
import json
from typing import Any

import pytest
import vodozemac
from hypothesis import given
from hypothesis import strategies as st

from bridge.e2ee import backup, unpadded
from bridge.e2ee.algorithms import BACKUP
from bridge.e2ee.backup_key import BackupKey, backup_encrypt
from bridge.e2ee.libolm import InboundGroup, OutboundGroup
from bridge.e2ee.megolm import Session
from bridge.e2ee.recovery import RecoveryKey
from bridge.e2ee.signed import is_signed
from bridge.e2ee.unreadable import Unreadable, Why
from tests.json_values import JSON, TEXTS
from tests.unit.e2ee.broken import broken
from tests.unit.e2ee.phones import CELL, RAVI, Phone

PHONE = Phone.of(RAVI)
KEY = RecoveryKey.new().backup
GROUP = OutboundGroup.new()
SESSION = Session(
    InboundGroup.of_key(GROUP.key), CELL, PHONE.account.curve25519, RAVI, False, PHONE.account.ed25519
)  # fmt: skip
ENTRY = backup.entry(KEY.public, SESSION)


def restored(entry: Any, key: BackupKey = KEY) -> Session:
    return backup.restored(key, CELL, GROUP.id, entry)


def test_a_session_comes_back_out_of_the_backup_and_reads() -> None:
    session = restored(ENTRY)
    assert session.group.decrypt(GROUP.encrypt("namaste"))[0] == "namaste"
    assert (session.room_id, session.sender_key) == (CELL, PHONE.account.curve25519)
    assert session.claimed_ed25519 == PHONE.account.ed25519


def test_what_comes_out_of_a_backup_proves_nothing_about_its_owner() -> None:
    session = restored(ENTRY)
    assert session.sender is None and session.forwarded


def test_an_entry_says_from_where_on_it_reads() -> None:
    later = Session(InboundGroup.imported(SESSION.group.exported(3)), CELL, SESSION.sender_key, None, True)
    entry = backup.entry(KEY.public, later, forwarded_count=1, verified=True)
    assert (entry["first_message_index"], entry["forwarded_count"], entry["is_verified"]) == (3, 1, True)
    assert restored(entry).group.first_index == 3 and restored(entry).claimed_ed25519 is None


def test_another_recovery_key_reads_nothing() -> None:
    with pytest.raises(Unreadable) as refused:
        restored(ENTRY, RecoveryKey.new().backup)
    assert refused.value.code == Why.DAMAGED


def test_an_entry_that_was_encrypted_for_this_backup_must_say_so() -> None:
    sealed = ENTRY["session_data"]
    with pytest.raises(Unreadable):
        KEY.decrypt(sealed["ephemeral"], "AAAAAAAAAAA", sealed["ciphertext"])


def test_a_session_of_an_unknown_algorithm_is_not_restored() -> None:
    sealed = ENTRY["session_data"]
    told = json.loads(KEY.decrypt(sealed["ephemeral"], sealed["mac"], sealed["ciphertext"]))
    other = json.dumps({**told, "algorithm": "m.megolm.v2.aes-sha2"})
    with pytest.raises(Unreadable) as refused:
        restored({"session_data": backup_encrypt(KEY.public, other)})
    assert refused.value.code == Why.UNKNOWN_ALGORITHM


def test_an_entry_under_another_sessions_name_is_refused() -> None:
    with pytest.raises(Unreadable):
        backup.restored(KEY, CELL, OutboundGroup.new().id, ENTRY)


@given(broken(ENTRY))
def test_whatever_the_homeserver_gives_back_it_is_this_session_or_unreadable(entry: Any) -> None:
    if not isinstance(entry, dict):
        return
    with contextlib.suppress(Unreadable):
        assert restored(entry).group.id == GROUP.id


@given(JSON)
def test_whatever_was_encrypted_for_the_backup_is_a_session_or_unreadable(told: Any) -> None:
    for text in (json.dumps(told), json.dumps({"algorithm": "m.megolm.v1.aes-sha2", "session_key": told}), "[" * 9_999):
        with pytest.raises(Unreadable):
            restored({"session_data": backup_encrypt(KEY.public, text)})


@given(TEXTS, TEXTS, TEXTS)
def test_no_strangers_texts_are_an_entry(ephemeral: str, mac: str, ciphertext: str) -> None:
    right = backup_encrypt(KEY.public, "namaste")
    for data in ((ephemeral, mac, ciphertext), (right["ephemeral"], right["mac"], ciphertext)):
        with pytest.raises(Unreadable):
            KEY.decrypt(*data)


def test_an_ephemeral_key_that_gives_no_secret_is_refused() -> None:
    with pytest.raises(Unreadable):
        KEY.decrypt(unpadded.encode(bytes(32)), "AAAAAAAAAAA", "AAAA")
    with pytest.raises(ValueError, match=r".*"):
        backup_encrypt("no key", "namaste")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_another_library_reads_our_backups(text: str) -> None:
    sealed = backup_encrypt(KEY.public, text)
    theirs = vodozemac.PkDecryption.from_key(vodozemac.Curve25519SecretKey.from_bytes(KEY.seed))
    assert theirs.public_key.to_base64() == KEY.public
    message = vodozemac.Message.from_base64(sealed["ciphertext"], sealed["mac"], sealed["ephemeral"])
    assert (
        theirs.decrypt(message).decode()
        == text
        == KEY.decrypt(sealed["ephemeral"], sealed["mac"], sealed["ciphertext"])
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_we_read_the_backups_of_another_library(text: str) -> None:
    key = vodozemac.Curve25519PublicKey.from_base64(KEY.public)
    sealed = vodozemac.PkEncryption.from_key(key).encrypt(text.encode())
    ephemeral, mac, ciphertext = map(unpadded.encode, (sealed.ephemeral_key, sealed.mac, sealed.ciphertext))
    assert KEY.decrypt(ephemeral, mac, ciphertext) == text


def test_a_backup_is_signed_by_ravis_identity_and_by_the_device_that_made_it() -> None:
    recovery, master = PHONE.identity.recovery, PHONE.identity.master_public
    body = backup.version_body(recovery, PHONE.identity, PHONE.device_id, PHONE.account.sign)
    assert body["algorithm"] == BACKUP and body["auth_data"]["public_key"] == recovery.backup.public
    assert is_signed(body["auth_data"], RAVI, f"ed25519:{master}", master)
    assert is_signed(body["auth_data"], RAVI, "ed25519:PHONE", PHONE.account.ed25519)
    alone = backup.version_body(recovery, PHONE.identity)
    assert list(alone["auth_data"]["signatures"][RAVI]) == [f"ed25519:{master}"]
