"""What our bot itself does in a linked room when something happens there."""

from bridge.actions import Action, Send
from bridge.mirror import plan, secure, upgrade
from bridge.mirror.batch import Batch
from bridge.model import Entry, UserId
from bridge.saying import Saying
from bridge.store import alarms, outbox


async def keep(batch: Batch, entry: Entry) -> None:
    """It says what the room is, looks whether it was replaced, and has encryption follow."""
    event = entry.event
    bot = batch.customs.bot_on(batch.room.homeserver)
    actions = [await _greeting(batch, bot)] if plan.has_come(event, bot) and batch.targets else []
    if batch.here.state != "left":  # one that was replaced is replaced once
        actions += upgrade.replacement(event, batch.stands(batch.here))
    if actions:
        cause = f"house:{batch.here.ref}:{event.id}"
        await outbox.put(batch.connection, batch.kek, batch.here.lane, cause, actions)
    if event.type == "m.room.encryption" and event.state_key == "":
        await _secure(batch, entry)
    if upgrade.is_forged(event):
        what = Saying.of("forged-replacement", sender=event.sender or "", room=str(batch.room.ref))
        await alarms.raise_alarm(batch.connection, f"upgrade:{batch.here.ref}", what)


async def _greeting(batch: Batch, bot: UserId) -> Action:
    """With whom the room is linked."""
    organisations = ", ".join(batch.customs.called(target.homeserver) for target in batch.targets)
    voice = await batch.tongues.in_room(batch.connection, batch.here.ref)
    return Send(bot, "m.room.message", voice.notice("linked", organisation=organisations))


async def _secure(batch: Batch, entry: Entry) -> None:
    """The room is encrypted: so is to be the hub's, where the link says so."""
    if batch.here.keeper is not None:
        bot = batch.customs.bot_on(batch.here.homeserver)
        await secure.let_in(batch.connection, batch.kek, batch.here, bot)
    for target in batch.targets:
        if target.encrypt in secure.SECURED:
            order = await secure.ask(batch.connection, batch.kek, target, batch.stands(target))
            batch.crossings.order(entry.pos, target.ref, order)
        else:
            await secure.warn(batch, target)
