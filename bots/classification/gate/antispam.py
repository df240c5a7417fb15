"""What the homeserver's module synapse-http-antispam asks before it takes an event (`check_event_for_spam`), for its
own people. Any JSON but that of a 200 is a refusal, and its `error` is what the sender reads; where there is no JSON,
the module's own `fail_open` counts, as it does while we are away.
"""

import logging
from dataclasses import dataclass
from typing import Literal

from bots.classification.gate import paths
from bots.classification.gate.porter import ADMITTED, NOT_JUDGED, Admitted, Porter, Refused, Unjudged
from bots.classification.gate.token import Tokens
from bridge.model import Event, HomeserverName, server_of
from bridge.route import Answer, Request, Route

log = logging.getLogger(__name__)

PASSES = Answer(200, {})
STRANGER = Answer(401, "unknown token: compare it with what `setu antispam` prints")
"""No JSON: a wrong token must not be what people read when they write."""


@dataclass(frozen=True)
class Antispam:
    """Answers the modules of our homeservers."""

    porter: Porter
    tokens: Tokens
    when_away: Literal["open", "closed"]

    @property
    def route(self) -> Route:
        return Route("POST", f"{paths.ANTISPAM}/{paths.CALLBACK}", self.tokens.bearer, STRANGER, self.answer)

    async def answer(self, request: Request) -> Answer:
        """Whether the event in the body may be sent."""
        homeserver = HomeserverName(request.asker)
        match await self._judged(homeserver, request.body):
            case Admitted():
                return PASSES
            case Refused(text):
                return Answer(403, {"errcode": "M_FORBIDDEN", "error": text})
            case Unjudged(why):
                log.warning("%s asked about an event that was not judged: %s", homeserver, why)
                return self._unjudged(homeserver)

    async def _judged(self, homeserver: HomeserverName, body: bytes | None) -> Admitted | Refused | Unjudged:
        asked = Event.read(body or b"").fields.get("event")
        if not isinstance(asked, dict):
            return Unjudged("the body holds no event")
        event = Event(b"", asked)
        if event.sender is not None and server_of(event.sender) != homeserver:
            # It was sent, and others have it: refused here, it would be hidden from us too, and nobody would act.
            return ADMITTED
        return await self.porter.judge(homeserver, event)

    def _unjudged(self, homeserver: HomeserverName) -> Answer:
        if self.when_away == "open":
            return PASSES
        text = self.porter.in_general(homeserver, NOT_JUDGED)
        return Answer(403, {"errcode": "M_FORBIDDEN", "error": text})
