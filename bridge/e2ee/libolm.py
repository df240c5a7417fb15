"""The ratchets: accounts, Olm sessions between two devices, and Megolm sessions of a room. The only file that knows
libolm, so that another library can take its place. Pickles are in clear: whoever stores one seals it first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import olm.account
import olm.group_session
import olm.session

from bridge.e2ee import unpadded
from bridge.e2ee.unreadable import Unreadable, Why

PRE_KEY, NORMAL = 0, 1
"""Kinds of Olm messages (Client-Server API, "m.olm.v1.curve25519-aes-sha2")."""

WHY = {"UNKNOWN_MESSAGE_INDEX": Why.TOO_OLD, "BAD_MESSAGE_KEY_ID": Why.NO_KEY}
"""What libolm's errors mean; every other one means that something is damaged."""


@contextmanager
def _reading() -> Iterator[None]:
    """Turns what libolm raises into Unreadable."""
    try:
        yield
    except (olm.account.OlmAccountError, olm.session.OlmSessionError, olm.group_session.OlmGroupSessionError) as error:
        name = str(error).removeprefix("OLM_")
        raise Unreadable(WHY.get(name, Why.DAMAGED), f"libolm says {name}") from None
    except ValueError:  # an empty text, or one that is not UTF-8; the error itself would quote it
        raise Unreadable(Why.DAMAGED, "no text that libolm reads") from None


def _key(text: str) -> str:
    """The key, if it is one: libolm takes any 43 bytes for a key."""
    if (key := unpadded.key(text)) is None:
        raise Unreadable(Why.DAMAGED, "no Curve25519 key")
    return key


@dataclass(frozen=True, eq=False)
class OlmSession:
    """A ratchet between our device and one other. It changes with each message: keep it before you send, and after you
    read.
    """

    _olm: olm.session.Session = field(repr=False)

    @classmethod
    def opened(cls, pickled: bytes) -> "OlmSession":
        """Raises Unreadable."""
        with _reading():
            return cls(olm.session.Session.from_pickle(pickled))

    def pickled(self) -> bytes:
        return self._olm.pickle()

    @cached_property
    def id(self) -> str:
        return self._olm.id

    def encrypt(self, text: str) -> tuple[int, str]:
        """The message's kind and body."""
        message = self._olm.encrypt(text)
        return (PRE_KEY if isinstance(message, olm.session.OlmPreKeyMessage) else NORMAL), str(message.ciphertext)

    def decrypt(self, kind: int, body: str) -> str:
        """Raises Unreadable; the session is then as it was."""
        if kind not in (PRE_KEY, NORMAL):
            raise Unreadable(Why.DAMAGED, "an Olm message of an unknown kind")
        with _reading():
            message = olm.session.OlmPreKeyMessage(body) if kind == PRE_KEY else olm.session.OlmMessage(body)
            return self._olm.decrypt(message, "strict")

    def matches(self, their_key: str, body: str) -> bool:
        """Whether this pre-key message belongs to this session."""
        try:
            with _reading():
                return self._olm.matches(olm.session.OlmPreKeyMessage(body), _key(their_key))
        except Unreadable:
            return False


@dataclass(frozen=True, eq=False)
class Account:
    """The secret keys of one device of ours. It changes: keep it after each call that makes, marks or uses up keys."""

    _olm: olm.account.Account = field(repr=False)

    @classmethod
    def new(cls) -> "Account":
        return cls(olm.account.Account())

    @classmethod
    def opened(cls, pickled: bytes) -> "Account":
        """Raises Unreadable."""
        with _reading():
            return cls(olm.account.Account.from_pickle(pickled))

    def pickled(self) -> bytes:
        return self._olm.pickle()

    @cached_property
    def curve25519(self) -> str:
        return self._olm.identity_keys["curve25519"]

    @cached_property
    def ed25519(self) -> str:
        return self._olm.identity_keys["ed25519"]

    def sign(self, text: str) -> str:
        return self._olm.sign(text)

    def make_one_time_keys(self, count: int) -> None:
        self._olm.generate_one_time_keys(count)

    def make_fallback_key(self) -> None:
        """Makes a new one; the one before it still reads, the one before that no more."""
        self._olm.generate_fallback_key()

    def unpublished(self) -> Mapping[str, str]:
        """One-time keys that are not marked as published, by their ids."""
        return self._olm.one_time_keys["curve25519"]

    def unpublished_fallback(self) -> Mapping[str, str]:
        """The fallback key by its id, if it is not marked as published."""
        unpublished: Mapping[str, str] = self._olm.fallback_key["curve25519"]
        return unpublished

    def mark_published(self) -> None:
        """Marks all keys, the fallback key too, as known to the homeserver."""
        self._olm.mark_keys_as_published()

    def receive(self, their_key: str, body: str) -> OlmSession:
        """A session from a pre-key message, which it is then to decrypt; the one-time key is used up. Raises
        Unreadable, and the account is as it was: what cannot be decrypted may use up no key (same section).
        """
        with _reading():
            session = olm.session.InboundSession(self._olm, olm.session.OlmPreKeyMessage(body), _key(their_key))
            OlmSession.opened(session.pickle()).decrypt(PRE_KEY, body)
            self._olm.remove_one_time_keys(session)
            return OlmSession(session)

    def reach(self, their_key: str, one_time_key: str) -> OlmSession:
        """A session to a device whose one-time key was claimed. Raises Unreadable if one of them is no key."""
        with _reading():
            return OlmSession(olm.session.OutboundSession(self._olm, _key(their_key), _key(one_time_key)))


@dataclass(frozen=True, eq=False)
class OutboundGroup:
    """A Megolm session that we write with. It changes with each message."""

    _olm: olm.group_session.OutboundGroupSession = field(repr=False)

    @classmethod
    def new(cls) -> "OutboundGroup":
        return cls(olm.group_session.OutboundGroupSession())

    @classmethod
    def opened(cls, pickled: bytes) -> "OutboundGroup":
        """Raises Unreadable."""
        with _reading():
            return cls(olm.group_session.OutboundGroupSession.from_pickle(pickled))

    def pickled(self) -> bytes:
        return self._olm.pickle()

    @cached_property
    def id(self) -> str:
        return self._olm.id

    @property
    def index(self) -> int:
        """Of the message that is encrypted next."""
        return self._olm.message_index

    @property
    def key(self) -> str:
        """Reads the messages from this index on; the `session_key` of an m.room_key."""
        return self._olm.session_key

    def encrypt(self, text: str) -> str:
        return self._olm.encrypt(text)


@dataclass(frozen=True, eq=False)
class InboundGroup:
    """A Megolm session that we read with. Reading leaves what it can read as it was."""

    _olm: olm.group_session.InboundGroupSession = field(repr=False)

    @classmethod
    def of_key(cls, session_key: str) -> "InboundGroup":
        """From an m.room_key, whose signature is checked. Raises Unreadable."""
        with _reading():
            return cls(olm.group_session.InboundGroupSession(session_key))

    @classmethod
    def imported(cls, exported: str) -> "InboundGroup":
        """From a forwarded key or a backup, which prove nothing about their origin. Raises Unreadable."""
        with _reading():
            return cls(olm.group_session.InboundGroupSession.import_session(exported))

    @classmethod
    def opened(cls, pickled: bytes) -> "InboundGroup":
        """Raises Unreadable."""
        with _reading():
            return cls(olm.group_session.InboundGroupSession.from_pickle(pickled))

    def pickled(self) -> bytes:
        return self._olm.pickle()

    @cached_property
    def id(self) -> str:
        return self._olm.id

    @property
    def first_index(self) -> int:
        """The first message that it reads."""
        return self._olm.first_known_index

    def decrypt(self, ciphertext: str) -> tuple[str, int]:
        """The text and the message's index. Raises Unreadable."""
        with _reading():
            return self._olm.decrypt(ciphertext, "strict")

    def exported(self, index: int | None = None) -> str:
        """The key from this index on, or all of it. Raises Unreadable (TOO_OLD)."""
        with _reading():
            return self._olm.export_session(self.first_index if index is None else index)
