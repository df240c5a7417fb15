"""The classification bot at work: what it follows, obeys and does by itself, put together from its settings. Imported
when Setu runs, and not where it is only named.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bots.classification import load
from bots.classification.room.border import Border
from bots.classification.room.clock import Clock
from bots.classification.room.commands import rights
from bots.classification.room.commands.asking import Asking
from bots.classification.room.commands.deciding import Deciding
from bots.classification.room.commands.marking import Marking
from bots.classification.room.commands.trying import Trying
from bots.classification.room.desk import Desk
from bots.classification.room.follower import Classification
from bots.classification.scanner import Scanner
from bots.classification.settings import ClassificationSettings
from bridge.hearing import Content, Hearing
from bridge.plugin import Guest, Host, Spoken


def guest(settings: ClassificationSettings, host: Host) -> Guest:
    """Everything of it, in this process. Where no room has a ceiling, it reads nothing and only says so.

    Raises:
        ConfigError: a scheme cannot be used.
    """
    if not settings.in_use:
        return Guest(commands=dict.fromkeys(("", "help"), Spoken(rights.ANYWHERE, _not_in_use)))
    engine = load.load(settings.schemes, home=settings.scheme)
    return guest_of(Desk(settings, engine, host, lambda: datetime.now(UTC)))


def guest_of(desk: Desk) -> Guest:
    """What it brings, standing on this."""
    return Guest(
        followers=[Classification(desk)],
        commands=_commands(desk),
        tasks=[Clock(desk).run, *_scanner(desk)],
        judges=(Classification.name,),
        border=Border(desk),
    )


def _scanner(desk: Desk) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
    """Judges files, where they are fetched."""
    host, settings = desk.host, desk.settings
    if host.media is None:
        return ()
    scanner = Scanner(host.pool, host.keyring, host.journal, host.media, settings.scheme, settings.schemes)
    return (scanner.run,)


def _commands(desk: Desk) -> Mapping[str, Spoken]:
    asking, marking, deciding = Asking(desk), Marking(desk), Deciding(desk)
    of_officers = {
        "held": deciding.held, "release": deciding.release, "refuse": deciding.refuse, "contain": deciding.contain,
        "close": deciding.close, "incidents": deciding.incidents, "incident": deciding.incident,
        "check": deciding.check, "lift": deciding.lift, "would": Trying(desk).would,
    }  # fmt: skip
    return {
        "": Spoken(rights.ANYWHERE, marking.mark),
        "help": Spoken(rights.ANYWHERE, asking.help),
        "why": Spoken(rights.ANYWHERE, asking.why),
        "wrong": Spoken(rights.ANYWHERE, asking.wrong),
        "ceiling": Spoken(rights.IN_A_ROOM, asking.ceiling),
        **{verb: Spoken(rights.OF_OFFICERS, deed) for verb, deed in of_officers.items()},
    }


async def _not_in_use(hearing: Hearing) -> Content:
    return hearing.voice.notice("mark-not-in-use")
