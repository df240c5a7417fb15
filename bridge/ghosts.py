"""The Matrix id of a ghost: one for each person, told apart from every other, legal whatever the person's id is, and
readable where it can be: the ghost of `@ravi:mha.lab` on `nic.lab` is `@_setu_mha.lab_ravi:nic.lab`.
"""

import hashlib
import re
import string

from bridge.model import LONGEST_ID, HomeserverName, UserId

_LEGAL = frozenset(string.ascii_lowercase + string.digits + "._-/+")
"""Of the characters of a user id (Matrix specification, appendix "User identifiers") all but `=`, which escapes."""

_ESCAPE = re.compile(r"=([0-9a-f]{2})")
HASHED = "=h"
"""What stands before a hash, where the escaped id would be too long. No escape begins so."""


def ghost_id(prefix: str, person: UserId, homeserver: HomeserverName) -> UserId:
    """The ghost of a person. An id beyond 255 bytes ends in a hash instead, and only the database knows whose it is."""
    localpart, _, server = person[1:].partition(":")
    # A server name has no underscore (appendix "Server name"), so the first one ends it.
    readable = f"@{prefix}{_escape(server).replace('_', '=5f')}_{_escape(localpart)}:{homeserver}"
    if len(readable) <= LONGEST_ID:
        return UserId(readable)
    digest = hashlib.sha256(person.encode("utf-8", "surrogatepass")).hexdigest()
    return UserId(f"@{prefix}{HASHED}{digest}:{homeserver}")


def person_of(prefix: str, ghost: UserId) -> UserId | None:
    """Whose ghost this is; None where it is no ghost's id, or one that ends in a hash."""
    localpart = ghost[1:].partition(":")[0]
    escaped_server, underscore, escaped = localpart.removeprefix(prefix).partition("_")
    if not localpart.startswith(prefix) or not underscore or escaped_server.startswith(HASHED):
        return None
    server, name = _unescape(escaped_server), _unescape(escaped)
    return UserId(f"@{name}:{server}") if server and name is not None else None


def is_ghost(prefix: str, user_id: UserId, homeserver: HomeserverName) -> bool:
    """Whether the id stands in our own namespace, in which nobody else can speak."""
    return user_id.startswith(f"@{prefix}") and user_id.endswith(f":{homeserver}")


def _escape(text: str) -> str:
    octets = text.encode("utf-8", "surrogatepass")
    return "".join(chr(octet) if chr(octet) in _LEGAL else f"={octet:02x}" for octet in octets)


def _unescape(text: str) -> str | None:
    octets = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).encode("latin-1")
    try:
        return octets.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
