"""A file that we encrypt is opened by another client library, and by our own."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as some
from nio.crypto.attachments import decrypt_attachment  # type: ignore[import-untyped]

from bridge.e2ee.file_lock import FileLock, Locking, OtherFile


def locked(pieces: list[bytes]) -> tuple[FileLock, bytes]:
    locking = Locking.new()
    data = b"".join(locking.add(piece) for piece in pieces)
    return locking.lock(), data


@given(some.lists(some.binary(max_size=100)))
def test_another_client_opens_it_by_what_the_message_says(pieces: list[bytes]) -> None:
    lock, data = locked(pieces)
    told = lock.told()
    opened = decrypt_attachment(data, told["key"]["k"], told["hashes"]["sha256"], told["iv"])
    assert opened == b"".join(pieces)


@given(some.lists(some.binary(max_size=100)))
def test_what_we_say_of_it_is_what_we_read(pieces: list[bytes]) -> None:
    lock, data = locked(pieces)
    assert FileLock.read(lock.told()) == lock
    assert lock.opened(data) == b"".join(pieces) and lock.digest == hashlib.sha256(data).digest()


def test_each_file_has_a_key_and_a_counter_of_its_own_whose_lower_half_begins_at_zero() -> None:
    (one, data), (other, _) = locked([b"a"]), locked([b"a"])
    assert one.key != other.key and one.counter != other.counter
    assert one.counter[8:] == bytes(8)
    with pytest.raises(OtherFile):
        other.opened(data)
    told = one.told()
    assert (told["v"], told["key"]["alg"], told["key"]["kty"], told["key"]["ext"]) == ("v2", "A256CTR", "oct", True)
    assert set(told["key"]["key_ops"]) == {"encrypt", "decrypt"} and "=" not in str(told)


def test_who_begins_with_the_same_key_and_counter_uploads_the_same_bytes() -> None:
    lock, data = locked([b"one", b"two"])
    again = Locking(lock.key, lock.counter)
    assert again.add(b"onet") + again.add(b"wo") == data and again.lock() == lock
