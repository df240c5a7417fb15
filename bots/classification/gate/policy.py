"""The policy server (MSC4284; Server-Server API, "Policy Servers"): other homeservers of a federated room ask before
they send an event, and as they receive one, whether we sign it. What is behind the name of one of our homeservers, for
which its reverse proxy hands these paths to us; that homeserver itself never asks, since its antispam module does.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.classification.gate import paths, redacted
from bots.classification.gate.porter import NOT_JUDGED, Admitted, Porter, Refused, Unjudged
from bots.classification.gate.porter import Answer as Judged
from bots.classification.gate.room_version import RoomVersions
from bots.classification.gate.x_matrix import XMatrix
from bridge.e2ee import signed, unpadded
from bridge.model import Event, HomeserverName
from bridge.route import Answer, Request, Route
from bridge.store.database import GROUND

log = logging.getLogger(__name__)

KEY_ID = "ed25519:policy_server"


def _error(status: int, errcode: str, text: str) -> Answer:
    return Answer(status, {"errcode": errcode, "error": text})


STRANGER = _error(401, "M_UNAUTHORIZED", "this policy server does not know the server that asks")
FORGED = _error(401, "M_UNAUTHORIZED", "the signature of the request is not that of the server that asks")
NO_EVENT = _error(400, "M_BAD_JSON", "this is no event, or its hash is not that of its content")
NO_ROOM = _error(404, "M_NOT_FOUND", "this policy server is not in the room")
AWAY = _error(503, "M_UNKNOWN", "the policy server cannot answer now; ask again")


@dataclass(frozen=True)
class Asked:
    """An event that a homeserver has proven to ask about."""

    via: HomeserverName
    """The name of ours under which we were asked."""
    pdu: Mapping[str, Any]

    @property
    def event(self) -> Event:
        return Event(b"", self.pdu)


@dataclass(frozen=True)
class PolicyServer:
    """Answers for all of our homeservers, with one key."""

    porter: Porter
    versions: RoomVersions
    ours: Collection[str]
    """Our homeservers' names."""
    askers: Mapping[str, str]
    """The keys of the homeservers that may ask."""
    key: Ed25519PrivateKey
    when_away: Literal["open", "closed"]

    @property
    def routes(self) -> Sequence[Route]:
        """Where it is asked, by servers of today and of yesterday."""

        def post(path: str, answer: Callable[[Asked], Any]) -> Route:
            async def proven(request: Request) -> Answer:
                asked = self._proven(request)
                return await answer(asked) if isinstance(asked, Asked) else asked

            return Route("POST", path, self._knows, STRANGER, proven)

        return (
            post(paths.SIGN, self._sign),
            post(f"{paths.UNSTABLE}/sign", self._sign_unstable),
            post(f"{paths.UNSTABLE}/event/{{event_id}}/check", self._check),
        )

    def _knows(self, authorization: str) -> str | None:
        header = XMatrix.read(authorization)
        known = header is not None and header.origin in self.askers and header.destination in self.ours
        return header.origin if header is not None and known else None

    def _proven(self, request: Request) -> Asked | Answer:
        header = XMatrix.read(request.authorization)
        content = Event.read(request.body or b"").fields
        if header is None or not header.proves(request, content, self.askers[request.asker]):
            return FORGED
        return Asked(HomeserverName(header.destination), content)

    async def _sign(self, asked: Asked) -> Answer:
        """A signature, or an error whose text the sender reads (MSC4284, stable: 400)."""
        return await self._signed(asked, lambda text: _error(400, "M_FORBIDDEN", text))

    async def _sign_unstable(self, asked: Asked) -> Answer:
        """As before it was stable: who refuses gives no signature."""
        return await self._signed(asked, lambda _: Answer(200, {}))

    async def _signed(self, asked: Asked, refusal: Callable[[str], Answer]) -> Answer:
        room_id = asked.event.room_id
        if room_id is None or not redacted.hash_holds(asked.pdu):
            return NO_EVENT
        try:
            version = await self.versions.of(asked.via, room_id)
        except GROUND:
            return AWAY  # without the version there is nothing to sign
        if version is None:
            return NO_ROOM
        match await self._judged(asked):
            case Admitted():
                return Answer(200, self._signature(asked, version))
            case Refused(text):
                return refusal(text)
            case Unjudged():
                return AWAY

    async def _check(self, asked: Asked) -> Answer:
        """As it was asked before there were signatures."""
        admitted = isinstance(await self._judged(asked), Admitted)
        return Answer(200, {"recommendation": "ok" if admitted else "spam"})

    async def _judged(self, asked: Asked) -> Judged:
        judged = await self.porter.judge(asked.via, asked.event)
        if not isinstance(judged, Unjudged):
            return judged
        log.warning("a policy server was asked about an event that was not judged: %s", judged.why)
        text = self.porter.in_general(asked.via, NOT_JUDGED)
        return Admitted() if self.when_away == "open" else Refused(text)

    def _signature(self, asked: Asked, version: int) -> Mapping[str, Any]:
        def sign(text: str) -> str:
            return unpadded.encode(self.key.sign(text.encode()))

        bare = {**redacted.redacted(asked.pdu, version), "signatures": {}}
        whole = signed.sign(bare, sign, asked.via, KEY_ID)
        signatures: Mapping[str, Any] = whole["signatures"]
        return signatures
