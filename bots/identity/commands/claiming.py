"""Saying who one is, and an officer's verdict on it: `me`, `pending`, `verify`, `refuse`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bots.identity import claims, letters, lookout
from bots.identity.claims import Claim
from bots.identity.clock import refresh
from bots.identity.commands.words import Odd, fields, length, person
from bots.identity.desk import Desk
from bots.identity.identifying import Likenesses
from bots.identity.tag import Words
from bridge.hearing import Content, Hearing
from bridge.model import UserId
from bridge.notices import together
from bridge.saying import Saying
from bridge.spans import span
from bridge.store import alarms

MOST = 20
"""Claims that one answer names."""

LONGEST = timedelta(days=3_650)
"""For which a claim is verified at most."""

ALARM = "identity-claims"
"""Stands while claims wait for an officer."""


@dataclass(frozen=True)
class Claiming:
    """The deeds."""

    desk: Desk

    async def me(self, hearing: Hearing) -> Content:
        """`me NAME; DESIGNATION; ORGANISATION[; OFFICE]`; alone it tells what is known of the sender."""
        if not hearing.rest:
            return hearing.voice.notice("id-me-usage")
        said = fields(hearing.rest)
        if said is None:
            return hearing.voice.notice("id-me-usage")
        if isinstance(said, Odd):
            return hearing.voice.notice("id-me-odd", why=said.why)
        if (known := self.desk.known.person(hearing.sender)) is not None:
            return hearing.voice.notice("id-in-roster", name=str(Words.of(known)))
        await claims.make(hearing.connection, hearing.kek, hearing.room.ref, hearing.sender, said, self._mac(said))
        alike = await self._alike(hearing, said)
        await refresh(self.desk, hearing.connection, hearing.kek, [hearing.sender], alike)
        await self._tell_officers(hearing)
        return hearing.voice.notice("id-claimed", name=str(said))

    async def _alike(self, hearing: Hearing, said: Words) -> Likenesses | None:
        """Who says that they are called as an official is, who is somebody else, is told to the security room, and
        marked.
        """
        known = self.desk.known
        found = known.lookalikes.resembling(said.name, hearing.sender, known.clock())
        if not found:
            return None
        mac = self.desk.keyring.hashes.mac_of(said.name)
        likeness = lookout.Likenesses(found=[(hearing.sender, found[0], mac)])
        await lookout.alarm(self.desk, hearing.connection, hearing.kek, likeness)
        return {hearing.sender: found[0].person}

    async def pending(self, hearing: Hearing) -> Content:
        """`pending`: what waits for an officer."""
        waiting = await claims.waiting(hearing.connection, self.desk.keyring, MOST)
        if not waiting:
            return hearing.voice.notice("id-nothing-pending")
        return together([await self._line(hearing, claim) for claim in waiting])

    async def verify(self, hearing: Hearing) -> Content:
        """`verify @USER [anyway] [for 90d]`."""
        rest, valid = length(hearing.rest)
        who, more = person(rest)
        claim = await self._open(hearing, who)
        if who is None:
            return hearing.voice.notice("id-verify-usage")
        if claim is None:
            return hearing.voice.notice("id-no-claim")
        if who == hearing.sender:
            return hearing.voice.notice("id-not-oneself")
        rivals = await self._rivals(hearing, claim)
        if rivals and more != "anyway":
            return hearing.voice.notice("id-claimed-by-others", user=who, others=", ".join(rivals))
        if await claims.changed_unseen(hearing.connection, claim, hearing.sender):
            return hearing.voice.notice("id-claim-changed", user=who, name=str(claim.words))
        valid = min(valid or span(self.desk.settings.claims.valid), LONGEST)
        if not await claims.decide(hearing.connection, claim, "verified", hearing.sender, valid):
            return hearing.voice.notice("id-no-claim")
        await self._decided(hearing, claim, Saying.of("id-verified-you", name=str(claim.words)))
        return hearing.voice.notice("id-verified", user=who, name=str(claim.words), days=max(1, valid.days))

    async def refuse(self, hearing: Hearing) -> Content:
        """`refuse @USER WHY`."""
        who, why = person(hearing.rest)
        claim = await self._open(hearing, who)
        if who is None or not why:
            return hearing.voice.notice("id-refuse-usage")
        if claim is None:
            return hearing.voice.notice("id-no-claim")
        if not await claims.decide(hearing.connection, claim, "refused", hearing.sender):
            return hearing.voice.notice("id-no-claim")
        await self._decided(hearing, claim, Saying.of("id-refused-you", why=why))
        return hearing.voice.notice("id-refused", user=who)

    async def _decided(self, hearing: Hearing, claim: Claim, what: Saying) -> None:
        connection = hearing.connection
        await refresh(self.desk, connection, hearing.kek, [claim.user_id])
        if not await claims.how_many_wait(connection):
            await alarms.clear(connection, ALARM)
        cause = f"identity:decided:{claim.id}"
        await letters.tell_where(self.desk, connection, hearing.kek, claim.room, claim.user_id, cause, what)

    async def _open(self, hearing: Hearing, who: UserId | None) -> Claim | None:
        if who is None:
            return None
        said = (await claims.of(hearing.connection, self.desk.keyring, [who])).get(who, ())
        return next((claim for claim in said if claim.state == "open"), None)

    async def _line(self, hearing: Hearing, claim: Claim) -> Content:
        day = claim.claimed_at.astimezone(self.desk.settings.tz).date().isoformat()
        told = {"user": claim.user_id, "name": str(claim.words), "day": day}
        if rivals := await self._rivals(hearing, claim):
            return hearing.voice.notice("id-pending-line-rivals", others=", ".join(rivals), **told)
        return hearing.voice.notice("id-pending-line", **told)

    async def _rivals(self, hearing: Hearing, claim: Claim) -> Sequence[UserId]:
        """Who else is, or says that they are, the same: in the roster by a name that reads alike, or by a claim."""
        known = self.desk.known
        alike = [one.person for one in known.lookalikes.resembling(claim.words.name, claim.user_id, known.clock())]
        same = await claims.same(hearing.connection, self.desk.keyring, claim.user_id, self._mac(claim.words))
        return list(dict.fromkeys([*alike, *(other.user_id for other in same)]))

    def _mac(self, said: Words) -> bytes:
        parts = (said.name, said.designation, said.organisation)
        return self.desk.keyring.hashes.mac_of("\0".join(" ".join(part.casefold().split()) for part in parts))

    async def _tell_officers(self, hearing: Hearing) -> None:
        number = await claims.how_many_wait(hearing.connection)
        await alarms.raise_alarm(hearing.connection, ALARM, Saying.of("id-claims-wait", number=number))
