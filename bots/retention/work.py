"""The retention bot at work: what it follows and obeys, put together from its settings. Imported when Setu runs."""

from datetime import UTC, datetime

from bots.retention.archived import Archived
from bots.retention.at_once import AtOnce
from bots.retention.facts.cause import Bridges
from bots.retention.facts.deletions import Deletions
from bots.retention.facts.facts import Facts
from bots.retention.files.keeping import Keeping
from bots.retention.files.named import Naming
from bots.retention.files.reader import FileReader
from bots.retention.follower import Retention
from bots.retention.handover.chat import Exporting
from bots.retention.handover.handing import Handing
from bots.retention.handover.supervisor import Supervisor
from bots.retention.holds.chat import Holding
from bots.retention.holds.desk import Desk as HoldDesk
from bots.retention.ledger import Ledger
from bots.retention.notary import Notary
from bots.retention.openly.desk import Desk
from bots.retention.openly.status import Status
from bots.retention.openly.telling import Telling
from bots.retention.search.chat import Searching
from bots.retention.search.file_rows import FileRows
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bots.retention.settings import RetentionSettings
from bots.retention.stamping import Stamping
from bridge.commands.circle import Circle
from bridge.customs import Customs
from bridge.hearing import Content, Hearing
from bridge.plugin import Guest, Host, Spoken
from bridge.rights import ANYBODY, Need, Place, Rights, everywhere
from bridge.store.journal import Journal

_OFFICER = Need(frozenset({"records_officer"}))
ANYWHERE: Rights = everywhere(ANYBODY)
BY_OFFICERS: Rights = everywhere(_OFFICER)
BY_OFFICERS_APART: Rights = {place: [_OFFICER] for place in (Place.PRIVATE, Place.ADMIN_ROOM)}


async def _help(hearing: Hearing) -> Content:
    return hearing.voice.notice("records-help")


def guest(settings: RetentionSettings, host: Host) -> Guest:
    """Everything of it, in this process."""
    return guest_of(Desk(host, settings, lambda: datetime.now(UTC)))


def guest_of(desk: Desk) -> Guest:
    """What it brings, standing on this."""
    settings, host = desk.settings, desk.host
    keys, archived = MonthKeys(host.keyring), archived_by(settings, host)
    checkpoints, url = settings.checkpoints, settings.timestamp_url
    tasks = [
        Notary(host, checkpoints, settings.timestamp_roots).run,
        Keeping(host).run,
        AtOnce(host.pool, archived).run,
    ]
    if host.media is not None:
        tasks.append(FileReader(host, host.media, FileRows(MonthKeys(host.keyring))).run)
    if url is not None:
        tasks.append(Stamping(host.pool, Ledger(checkpoints.folder), url, settings.timestamp_roots).run)
    if host.media is not None:
        tasks.append(Handing(host, host.media, settings.export).run)
        if host.settings_file is not None:
            tasks.append(Supervisor(host, settings.export, host.settings_file).run)
    facts, rows = facts_of(settings, host.journal, host.customs), Rows(host.journal, keys)
    return Guest(
        followers=[Retention(host.journal, archived, facts, rows, Telling(desk), Naming(host.keyring))],
        tasks=tasks,
        commands={
            "": Spoken(ANYWHERE, _help),
            "help": Spoken(ANYWHERE, _help),
            "export": Spoken(BY_OFFICERS, Exporting(host, settings.search).export),
            "hold": Spoken(BY_OFFICERS_APART, holding(desk).hold),
            "status": Spoken(ANYWHERE, Status(desk, archived).status),
            "search": Spoken(BY_OFFICERS, Searching(host, settings.search, keys).search),
        },
    )


def holding(desk: Desk) -> Holding:
    """Holds, as officers speak of them in chat."""
    settings, host = desk.settings, desk.host
    return Holding(host, HoldDesk(host.keyring, host.hub, settings.hold.cooling_off, desk.clock), settings.search.tz)


def archived_by(settings: RetentionSettings, host: Host) -> Archived:
    """The rooms that are archived. A checkpoint that is posted would be recorded, and give rise to the next one."""
    room = settings.checkpoints.room
    return Archived(settings.rooms, frozenset({(host.hub, room)} if room is not None else ()))


def facts_of(settings: RetentionSettings, journal: Journal, customs: Customs) -> Facts:
    """What is told beside the records."""
    bridges = Bridges(Circle(settings.bridges.accounts), frozenset(settings.bridges.disappearing))
    return Facts(journal, Deletions(customs, bridges))
