"""Does one rung of the ladder for one person: really, or only in words to the admin room where the policy simulates."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from bots.identity import ladder, letters, presence, standings
from bots.identity.account import ACCOUNT
from bots.identity.desk import Desk
from bots.identity.exempt import Exempt
from bots.identity.ladder import Step
from bots.identity.place import Place
from bots.identity.standings import Due, Standing
from bridge import powers_in
from bridge.actions import SetMember
from bridge.model import Room, UserId
from bridge.power import MODERATOR
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms, outbox
from bridge.store.database import Connection

TEXTS = {
    (Step.TOLD, False): "id-told",
    (Step.REMINDED, False): "id-reminded",
    (Step.RESTRICTED, False): "id-restricted",
    (Step.ASKED, False): "id-asked",
    (Step.REMOVED, False): "id-removed",
    (Step.ASKED, True): "id-external-asked",
    (Step.REMOVED, True): "id-external-removed",
}
"""What the person is told, by step and whether they are here as an external."""


LOOKED_AGAIN = timedelta(hours=1)
"""After which it is looked whether somebody whom nothing concerns is still such a one."""

STEPS = {
    Step.TOLD: "id-step-told",
    Step.REMINDED: "id-step-reminded",
    Step.RESTRICTED: "id-step-restricted",
    Step.ASKED: "id-step-asked",
    Step.REMOVED: "id-step-removed",
}
"""What happened, or would, in two words."""


@dataclass(frozen=True)
class Did:
    """What came of it."""

    power: bool = False
    """Whether somebody may not write any more."""
    lifted: bool = False
    """Whether they may write again."""


async def climb(desk: Desk, connection: Connection, kek: Kek, there: Place, due: Due, exempt: Exempt) -> Did:
    """The rung that is due for somebody."""
    one = due.standing
    if not due.here:
        await standings.settle(connection, one, "out")
        return Did()
    if await exempt.covers(there, one.user_id):
        if one.restricted:
            await standings.settle(connection, one, "pardoned")
        else:  # nobody moderates for ever
            await standings.wait(connection, one, desk.known.clock() + LOOKED_AGAIN)
        return Did(lifted=one.restricted)
    simulated = there.rules.enforce == "simulate"
    rungs = there.rules.rungs_for_externals if one.external else there.rules.rungs
    following = ladder.due(rungs, one.done, one.since)
    now = desk.known.clock()
    if following is None or following.at > now:  # the policy has changed meanwhile
        await standings.wait(connection, one, following.at if following is not None else None)
        return Did()
    removes = following.rung.step is Step.REMOVED and not simulated
    if removes and (against := await _against_removing(desk, connection, there, one.user_id)) is not None:
        await alarms.raise_alarm(connection, f"identity-powerless:{there.ref}:{one.user_id}", against)
        await standings.wait(connection, one, now + LOOKED_AGAIN)
        return Did()
    after = ladder.due(rungs, one.done + 1, now)
    await standings.stepped(connection, one, after.at if after is not None else None, simulated)
    if simulated:
        await would(connection, there, following.rung.step)
        return Did()
    await _do(desk, connection, kek, there, one, following.rung.step)
    return Did(power=following.rung.step is Step.RESTRICTED)


async def _against_removing(desk: Desk, connection: Connection, there: Place, person: UserId) -> Saying | None:
    """Why our bot could not put somebody out of a room; nobody is told that they were, who then were not."""
    for end in there.ends:
        if await presence.is_in(connection, end.homeserver, end.room_id, person):
            bot = end.keeper or desk.customs.bot_on(end.homeserver)
            powers = await powers_in.of_end(connection, desk.journal, end)
            if powers is None or powers.of(bot) < powers.to_remove or powers.of(bot) <= powers.of(person):
                needed = powers.to_remove if powers is not None else MODERATOR
                return Saying.of("id-powerless", bot=bot, room=end.room_id or "", level=needed)
    return None


async def would(connection: Connection, there: Place, step: Step) -> None:
    """Counted in one line of the admin room for each place and step."""
    name = next(iter(sorted(there.links)), str(there.ref))
    what = Saying.of("id-would", step=Saying.of(STEPS[step]), link=name)
    await alarms.raise_alarm(connection, f"identity-simulated:{there.ref}:{step.value}", what)


async def _do(desk: Desk, connection: Connection, kek: Kek, there: Place, one: Standing, step: Step) -> None:
    room = await desk.journal.room(connection, one.room)
    assert room is not None, "who stands on a ladder was met in a room"
    cause = f"identity:{step.value}:{there.ref}:{one.user_id}:{one.done}:{one.since.timestamp():.6f}"
    what = Saying.of(TEXTS[step, one.external], room=f"https://matrix.to/#/{quote(room.room_id, safe='!:')}")
    await letters.tell(desk, connection, kek, there, room, one.user_id, cause, what)
    if step is Step.RESTRICTED:
        await standings.mark(connection, one, restricted=True)
    if step is Step.REMOVED:
        await _remove(desk, connection, kek, there, one, room, cause)


async def _remove(
    desk: Desk, connection: Connection, kek: Kek, there: Place, one: Standing, room: Room, cause: str
) -> None:
    """From every room of the place in which they are themselves; their ghosts follow, as the mirror sees it."""
    for end in there.ends:
        if await presence.is_in(connection, end.homeserver, end.room_id, one.user_id):
            bot = end.keeper or desk.customs.bot_on(end.homeserver)
            text = "id-external-removed-reason" if one.external else "id-removed-reason"
            named = {} if one.external else {"bot": ACCOUNT.on(end.homeserver)}
            why = await letters.words(desk, connection, one.user_id, end, text, **named)
            out = SetMember(bot, one.user_id, "leave", why)
            await outbox.put(connection, kek, end.lane, f"{cause}:out:{end.ref}", [out])
            await presence.left(connection, end.homeserver, end.room_id, one.user_id)  # they are as good as gone
    await alarms.clear(connection, f"identity-powerless:{there.ref}:{one.user_id}")
    await standings.mark(connection, one, removed=True)
    await standings.settle(connection, one, "out")
