"""The tokens by which antispam modules are known: each homeserver has its own, and all come from one secret, so that
the secret's file is all that is kept.
"""

import hmac
from collections.abc import Iterable

from bridge.model import HomeserverName


def of(secret: str, homeserver: HomeserverName) -> str:
    """The token of one homeserver (HMAC-SHA256, in hexadecimal)."""
    return hmac.new(secret.encode(), homeserver.encode(), "sha256").hexdigest()


class Tokens:
    """Those of all homeservers."""

    def __init__(self, secret: str, homeservers: Iterable[HomeserverName]) -> None:
        self._known = {homeserver: of(secret, homeserver).encode() for homeserver in homeservers}

    def bearer(self, authorization: str) -> HomeserverName | None:
        """Whose token stands in a header `Authorization: Bearer …`."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        given = token.strip().encode("utf-8", "surrogateescape")
        # Every token is compared, each in constant time, so that the time taken tells nothing.
        matches = [name for name, known in self._known.items() if hmac.compare_digest(known, given)]
        return matches[0] if matches else None
