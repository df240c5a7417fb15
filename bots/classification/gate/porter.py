"""The porter: judges an event that somebody is about to send into a room of one of our homeservers, with the engine
that judges what was sent. What is against the room's rule is refused, in words for the sender alone.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from bots.classification.engine import Engine
from bots.classification.gate.rule import Rule
from bots.classification.gate.rules import PATIENCE_SECONDS, Rules
from bots.classification.verdict import Finding, Verdict
from bridge.languages import ENGLISH
from bridge.model import ENCRYPTED, Event, HomeserverName, UserId
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.store import links, tongues
from bridge.store.database import GROUND
from bridge.voice import Voice

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Admitted:
    """It may be sent."""


@dataclass(frozen=True)
class Refused:
    """It may not, and the sender reads why."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Unjudged:
    """Nobody can tell; the settings say what becomes of it."""

    why: str
    """For logs, without content."""


Answer = Admitted | Refused | Unjudged
ADMITTED = Admitted()


@dataclass
class Porter:
    """Stands in one process that listens for homeservers."""

    engine: Engine
    rules: Rules
    host: Host

    async def judge(self, homeserver: HomeserverName, event: Event) -> Answer:
        """Whether an event may go into a room, as this homeserver sees the room. Raises nothing of the database's."""
        if event.sender is None or event.type is None or event.room_id is None:
            return Unjudged("it names no sender, type or room")
        if self.host.customs.of_setu(event.sender) or event.type == ENCRYPTED:
            return ADMITTED
        try:
            rule = await self.rules.of(homeserver, event.room_id)
        except GROUND as failure:
            return Unjudged(f"the database is away ({type(failure).__name__})")
        if rule is None:
            return ADMITTED
        verdict = self.engine.judge_event(event.type, event.content)
        return await self._by(rule, homeserver, event.room_id, event.sender, verdict)

    async def _by(
        self, rule: Rule, homeserver: HomeserverName, room_id: str, sender: UserId, verdict: Verdict
    ) -> Answer:
        finding = rule.against(self.engine.grammar, verdict)
        if finding is None:
            if (would := rule.would_be_against(self.engine.grammar, verdict)) is not None:
                log.info("would be refused in %s: %s", room_id, would.rule)
            return Unjudged("not all of it can be read") if rule.bites and verdict.not_scanned else ADMITTED
        log.info("refused in %s: %s", room_id, finding.rule)
        voice = await self._voice(homeserver, room_id, sender)
        return Refused(voice.words(told(finding, rule)))

    def in_general(self, homeserver: HomeserverName, what: Saying) -> str:
        """Words for whoever is on a homeserver, where the person or the database cannot be asked."""
        return self._of(homeserver).words(what)

    async def _voice(self, homeserver: HomeserverName, room_id: str, sender: UserId) -> Voice:
        said_by = self.host.tongues
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self.host.pool.acquire() as connection:
                end = await links.endpoint_of(connection, homeserver, room_id)
                if end is not None:
                    return await said_by.to_person(connection, sender, end.ref)
                own = await tongues.of_person(connection, sender)
        except GROUND:
            own = None
        return Voice(said_by.catalogues, own) if own is not None else self._of(homeserver)

    def _of(self, homeserver: HomeserverName) -> Voice:
        known = self.host.tongues
        return Voice(known.catalogues, known.organisations.get(homeserver, ENGLISH))


def told(finding: Finding, rule: Rule) -> Saying:
    """What the sender reads: what was found, never its words, and what to do."""
    if finding.level is None or rule.ceiling is None:
        return Saying.of("mark-refused-data", type=finding.type)
    return Saying.of("mark-refused-marking", level=finding.level.name, ceiling=rule.ceiling.name)


NOT_JUDGED = Saying.of("mark-refused-unjudged")
