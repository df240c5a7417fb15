"""Why something encrypted could not be read. Raised wherever ciphertext is opened; the code is kept beside the event,
and tells whether waiting for a key can help.
"""

from enum import StrEnum


class Why(StrEnum):
    """The reason, in one word."""

    NO_KEY = "no_key"
    """We hold no key for it."""
    TOO_OLD = "too_old"
    """The key came later than the message: it begins at a later index."""
    WRONG_SENDER = "wrong_sender"
    """The session belongs to somebody other than whoever the homeserver names as the sender."""
    WRONG_ROOM = "wrong_room"
    """It was encrypted for another room."""
    WRONG_RECIPIENT = "wrong_recipient"
    """It was encrypted for another user or another device."""
    REPLAYED = "replayed"
    """The same message was seen before, as another event."""
    DAMAGED = "damaged"
    """The ciphertext, or what came out of it, has not the form that it must have."""
    UNKNOWN_ALGORITHM = "unknown_algorithm"
    """It was encrypted in a way that we do not know."""


class Unreadable(Exception):
    """What was encrypted could not be read. Its text names the reason and no content."""

    def __init__(self, code: Why, reason: str | None = None) -> None:
        super().__init__(reason or code.replace("_", " "))
        self.code = code
