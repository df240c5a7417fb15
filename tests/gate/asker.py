"""A homeserver that asks a policy server, as Synapse does: requests signed with signedjson."""

import json
from collections.abc import Mapping
from typing import Any

from signedjson.key import generate_signing_key, get_verify_key
from signedjson.sign import sign_json
from unpaddedbase64 import encode_base64

from bots.classification.gate import paths
from tests.gate.door import Door, Told

NAME, VIA = "pwd.lab", "mha.lab"


class Asker:
    """Of the name `pwd.lab`; asks about events behind the name of Home Affairs."""

    def __init__(self) -> None:
        self._key = generate_signing_key("one")

    @property
    def public_key(self) -> str:
        return encode_base64(get_verify_key(self._key).encode())

    def header(self, path: str, content: Mapping[str, Any], origin: str = NAME, destination: str = VIA) -> str:
        """`Authorization` for a POST of this content."""
        asked = {"method": "POST", "uri": path, "origin": origin, "destination": destination, "content": content}
        [(key, signature)] = sign_json(asked, origin, self._key)["signatures"][origin].items()
        return f'X-Matrix origin="{origin}",key="{key}",sig="{signature}",destination="{destination}"'

    async def asks(self, door: Door, content: Mapping[str, Any], path: str = paths.SIGN) -> Told:
        return await door.post(path, json.dumps(content).encode(), {"Authorization": self.header(path, content)})
