"""Who signed a note is told from its last lines, and nothing in it can be changed unseen."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bots.retention import checkpoint, note
from bots.retention.checkpoint import Checkpoint
from bots.retention.note import BadNote, Signer

KNOWN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of the Go checksum database's notes, from which C2SP's come."""

SIGNER = Signer("nic.lab/setu/record/mha.lab", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
CHECKPOINT = Checkpoint("nic.lab/setu/record/mha.lab", 1234, bytes(range(32)))


def test_a_note_that_others_signed_opens() -> None:
    verifier = note.read(KNOWN)
    assert (verifier.text(), verifier.id.hex()) == (KNOWN, "c74f20a3")
    assert note.opened(SIGNED, verifier) == TEXT


def test_a_note_is_opened_with_its_signers_key_and_with_no_other() -> None:
    signed = SIGNER.sign(CHECKPOINT.text())
    assert note.opened(signed, SIGNER.verifier) == CHECKPOINT.text()
    for verifier in (OTHER.verifier, replace(SIGNER.verifier, name="somebody"), note.read(KNOWN)):
        with pytest.raises(BadNote, match="has not signed"):
            note.opened(signed, verifier)


def test_a_note_that_a_witness_signed_too_opens_for_both() -> None:
    witness = Signer("witness.example", OTHER.key)
    both = SIGNER.sign(TEXT) + witness.sign(TEXT).rpartition("\n\n")[2]
    assert [note.opened(both, one.verifier) for one in (SIGNER, witness)] == [TEXT, TEXT]


@given(st.data())
def test_any_flipped_bit_of_a_note_is_found(data: st.DataObject) -> None:
    signed = SIGNER.sign(CHECKPOINT.text()).encode()
    bit = data.draw(st.integers(0, len(signed) * 8 - 1))
    changed = (int.from_bytes(signed, "big") ^ 1 << bit).to_bytes(len(signed), "big").decode("utf-8", "replace")
    with pytest.raises(BadNote):
        note.opened(changed, SIGNER.verifier)


@given(st.text())
def test_no_text_is_a_note_by_chance(text: str) -> None:
    with pytest.raises(BadNote):
        note.opened(text, SIGNER.verifier)


@pytest.mark.parametrize("text", ["no end of line", "a bell\a\n", "a return\r\n"])
def test_what_is_no_text_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="lines without control"):
        SIGNER.sign(text)


@pytest.mark.parametrize(
    "key", [KNOWN.replace("c74f20a3", "c74f20a4"), KNOWN.replace("+AR", "+CR"), "x", "a b+00+AA=="]
)
def test_what_names_no_key_is_not_taken_for_one(key: str) -> None:
    with pytest.raises(ValueError):
        note.read(key)


def test_a_checkpoint_is_three_lines() -> None:
    assert CHECKPOINT.text() == "nic.lab/setu/record/mha.lab\n1234\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert checkpoint.read(CHECKPOINT.text()) == checkpoint.read(f"{CHECKPOINT.text()}a line more\n") == CHECKPOINT
    assert checkpoint.origin("nic.lab", "mha.lab") == CHECKPOINT.origin


@pytest.mark.parametrize(
    "text",
    ["", "x\n1\n", "x\n01\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "x\n-1\nAAEC\n", "x\n1\nAAEC\n",
     "x\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "x\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError):
        checkpoint.read(text)
