"""A recovery key is written down, typed again, and gives the same identities back; a slip of the pen is told."""

import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bridge.e2ee import unpadded
from bridge.e2ee.cross_signing import Identity
from bridge.e2ee.recovery import ALPHABET, RecoveryKey, Usage
from bridge.e2ee.signed import is_signed
from tests.json_values import TEXTS
from tests.unit.e2ee.phones import ASHA, RAVI, Phone

# The Alice of RFC 7748, section 6.1, and how other Matrix clients write her key down.
ALICE = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
ALICE_WRITTEN = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
ALICE_PUBLIC = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo"

SEEDS = st.binary(min_size=32, max_size=32)
USAGES: tuple[Usage, ...] = ("master", "self_signing", "user_signing")


def test_a_recovery_key_is_written_as_other_clients_write_it() -> None:
    assert RecoveryKey(ALICE).text() == ALICE_WRITTEN
    assert RecoveryKey.read(ALICE_WRITTEN).seed == ALICE
    assert RecoveryKey(ALICE).backup.public == ALICE_PUBLIC


@given(SEEDS)
def test_a_recovery_key_that_was_written_down_is_read_again(seed: bytes) -> None:
    written = RecoveryKey(seed).text()
    assert RecoveryKey.read(written).seed == RecoveryKey.read(written.replace(" ", "")).seed == seed
    assert RecoveryKey.read(f"\n {written.replace(' ', '  ')}\t").seed == seed
    assert [len(group) for group in written.split(" ")] == [4] * 12


@given(SEEDS, st.integers(0, 47), st.sampled_from(ALPHABET))
def test_a_mistyped_key_is_refused_or_is_another_key(seed: bytes, place: int, letter: str) -> None:
    letters = RecoveryKey(seed).text().replace(" ", "")
    mistyped = letters[:place] + letter + letters[place + 1 :]
    if mistyped == letters:
        return
    with contextlib.suppress(ValueError):  # one parity byte lets one slip in 256 through
        assert RecoveryKey.read(mistyped).seed != seed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "48 letters and digits, this one has 0"),
        (ALICE_WRITTEN[:-1], "this one has 47"),
        (ALICE_WRITTEN + "d", "this one has 49"),
        (ALICE_WRITTEN.replace("3", "0"), "letter 17 of"),
        ("1" + ALICE_WRITTEN[1:], "begin with Es"),
        ("z" * 48, "begin with Es"),
        (ALICE_WRITTEN[:-1] + "e", "mistyped"),
    ],
)
def test_what_is_wrong_with_a_typed_key_is_told(typed: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        RecoveryKey.read(typed)


@given(TEXTS | st.text(ALPHABET, min_size=48, max_size=48))
def test_whatever_is_typed_is_a_key_or_is_refused(typed: str) -> None:
    with contextlib.suppress(ValueError):
        assert RecoveryKey.read(typed).text().replace(" ", "") == "".join(typed.split())


def test_a_recovery_key_never_shows_itself() -> None:
    key = RecoveryKey(ALICE)
    shown = f"{key!r} {key.backup!r} {Identity(RAVI, key)!r}"
    assert "w" * 4 not in shown and ALICE.hex() not in shown and repr(ALICE)[2:-1] not in shown


def test_keys_of_another_length_are_refused() -> None:
    for seed in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            RecoveryKey(seed)


def test_the_same_recovery_key_gives_the_same_identities_back() -> None:
    before, after = Identity(RAVI, RecoveryKey(ALICE)), Identity(RAVI, RecoveryKey.read(ALICE_WRITTEN))
    assert before.upload() == after.upload()


def test_each_account_and_each_use_has_a_key_of_its_own() -> None:
    keys = {
        RecoveryKey(seed).signing(user, usage).private_bytes_raw()
        for seed in (ALICE, bytes(32))
        for user in (RAVI, ASHA)
        for usage in USAGES
    }
    assert len(keys) == 12 and ALICE not in keys


def test_the_master_key_signs_the_other_two() -> None:
    identity = Phone.of(RAVI).identity
    body = identity.upload()
    master = identity.master_public
    assert body["master_key"]["keys"] == {f"ed25519:{master}": master}
    for name, usage in (("self_signing_key", "self_signing"), ("user_signing_key", "user_signing")):
        assert body[name]["usage"] == [usage] and body[name]["user_id"] == RAVI
        assert is_signed(body[name], RAVI, f"ed25519:{master}", master)
    Ed25519PublicKey.from_public_bytes(unpadded.decode(master))
