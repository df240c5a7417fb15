"""The Matrix transaction id of an order: the same for each attempt, and no other order's (Client-Server API,
"Transaction identifiers"). Synapse's cache of them ignores the sender, so the sender is part of it.
"""

import base64
import hashlib

from bridge.model import UserId

MARK = "in.setu.txn"
"""The key under which each event that Setu sends carries its own transaction id."""


def transaction_id(sender: UserId, cause: str) -> str:
    """Unique over sender, cause and ordinal (the cause ends in it)."""
    digest = hashlib.sha256(f"{sender}\0{cause}".encode("utf-8", "surrogatepass")).digest()
    return "setu-" + base64.urlsafe_b64encode(digest[:24]).decode()
