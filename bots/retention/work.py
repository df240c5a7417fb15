"""The retention bot at work: what it follows and obeys, put together from its settings. Imported when Setu runs."""

from datetime import UTC, datetime

from bots.retention.follower import Retention
from bots.retention.holds.chat import Holding
from bots.retention.holds.desk import Desk as HoldDesk
from bots.retention.ledger import Ledger
from bots.retention.notary import Notary
from bots.retention.search.chat import Searching
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bots.retention.settings import RetentionSettings
from bots.retention.stamping import Stamping
from bridge.hearing import Content, Hearing
from bridge.plugin import Guest, Host, Spoken
from bridge.rights import ANYBODY, Need, Place, Rights, everywhere

_OFFICER = Need(frozenset({"records_officer"}))
ANYWHERE: Rights = everywhere(ANYBODY)
BY_OFFICERS: Rights = everywhere(_OFFICER)
BY_OFFICERS_APART: Rights = {place: [_OFFICER] for place in (Place.PRIVATE, Place.ADMIN_ROOM)}


async def _help(hearing: Hearing) -> Content:
    return hearing.voice.notice("records-help")


def guest(settings: RetentionSettings, host: Host) -> Guest:
    """Everything of it, in this process."""
    keys = MonthKeys(host.keyring)
    searching = Searching(host, settings.search, keys)
    checkpoints, url = settings.checkpoints, settings.timestamp_url
    tasks = [Notary(host, checkpoints).run]
    if url is not None:
        tasks.append(Stamping(host.pool, Ledger(checkpoints.folder), url, settings.timestamp_roots).run)
    # A checkpoint that is posted would be recorded, and give rise to the next one.
    beside = frozenset({(host.hub, checkpoints.room)} if checkpoints.room is not None else ())
    return Guest(
        followers=[Retention(host.journal, Rows(host.journal, keys), beside)],
        tasks=tasks,
        commands={
            "": Spoken(ANYWHERE, _help),
            "help": Spoken(ANYWHERE, _help),
            "search": Spoken(BY_OFFICERS, searching.search),
            "hold": Spoken(BY_OFFICERS_APART, holding(settings, host).hold),
        },
    )


def holding(settings: RetentionSettings, host: Host) -> Holding:
    """Holds, as officers speak of them in chat."""
    desk = HoldDesk(host.keyring, host.hub, settings.hold.cooling_off, lambda: datetime.now(UTC))
    return Holding(host, desk, settings.search.tz)
