"""Timestamps (RFC 3161): what is asked of an authority, and whether an answer states that a note was there. Pure, but
for the certificates that it is given.
"""

from hashlib import sha256
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

GRANTED = frozenset({0, 1})
"""PKIStatus: granted, granted with modifications."""


class BadTimestamp(Exception):
    """An answer that does not state what it should: what is wrong with it."""


def request(note: str) -> TimeStampRequest:
    """Asks when this note was there."""
    asked = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return asked.nonce(nonce=True).cert_request(cert_request=True).build()


def assert_answers(asked: TimeStampRequest, token: bytes, note: str, roots: list[Certificate]) -> None:
    """Raises BadTimestamp unless this answers the request about the note."""
    told = assert_states(token, note, roots)
    if told.tst_info.nonce != asked.nonce:
        raise BadTimestamp("it answers another request")


def assert_states(token: bytes, note: str, roots: list[Certificate]) -> TimeStampResponse:
    """Raises BadTimestamp unless this states when the note was there, and where roots are given, comes from them."""
    try:
        told = decode_timestamp_response(token)
        if told.status not in GRANTED:
            raise BadTimestamp(f"the authority refused (status {told.status})")
        if told.tst_info.message_imprint.message != sha256(note.encode()).digest():
            raise BadTimestamp("it speaks of something else")
        if roots:
            VerifierBuilder(roots=list(roots)).build().verify_message(told, note.encode())
    except (ValueError, VerificationError) as error:
        raise BadTimestamp(f"it is no timestamp of a known authority: {error}") from error
    return told


def roots(file: Path | None) -> list[Certificate]:
    """The root certificates in a file of PEM; none where there is no file.

    Raises:
        BadTimestamp: the file cannot be read or holds none.
    """
    if file is None:
        return []
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadTimestamp(f"{file}: there are no root certificates ({type(error).__name__})") from error
