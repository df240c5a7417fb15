"""How a homeserver proves in a request to another that it is itself (Server-Server API, "Request Authentication"): the
header `X-Matrix` with a signature over the request and its body. Keys are those of the settings; none is fetched.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.e2ee import signed
from bridge.route import Request

_PIECE = re.compile(r'([a-z]+)="?([^",\s]{1,512})"?\s*(?:,|$)')
LONGEST = 4096
"""Characters of a header that are read."""


@dataclass(frozen=True)
class XMatrix:
    """What stands in the header. Nothing of it is proven yet."""

    origin: str
    destination: str
    key: str
    signature: str = field(repr=False)

    @classmethod
    def read(cls, authorization: str) -> "XMatrix | None":
        """What a header says; None where it is of another kind, or lacks a piece."""
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() != "x-matrix" or len(rest) > LONGEST:
            return None
        said = dict(_PIECE.findall(rest))
        wanted = ("origin", "destination", "key", "sig")
        return cls(*(said[name] for name in wanted)) if all(name in said for name in wanted) else None

    def proves(self, request: Request, content: Mapping[str, Any], public_key: str) -> bool:
        """Whether the request with this body is the origin's, whose Ed25519 key this is (base64)."""
        whole = {
            "method": request.method,
            "uri": request.target,
            "origin": self.origin,
            "destination": self.destination,
            "content": content,
            "signatures": {self.origin: {self.key: self.signature}},
        }
        return signed.is_signed(whole, self.origin, self.key, public_key)
