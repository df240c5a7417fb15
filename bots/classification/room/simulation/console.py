"""`setu simulate`: tries other rules on what is journalled, and tells what they would have done. It writes nothing,
asks no homeserver anything, and prints numbers and ids alone. Of 100,000 journal entries it took 8 seconds here on one
core, most of them for opening the entries, and 85 MB however many there are.
"""

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bots.classification.room.simulation.asked import Asked
from bots.classification.settings import ClassificationSettings, Policy
from bridge import config_file, ground
from bridge.config import Settings
from bridge.config_problem import ConfigError, shown
from bridge.customs import Customs
from bridge.model import HomeserverName
from bridge.plugin import Bot, Console, Host, names_config
from bridge.store.journal import Journal
from bridge.tongues import Tongues

NAME = "classification"
PRESENT = "the present rules"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--rules", type=Path, help="a YAML file with what stands under bots.classification; without it, the present one"
    )
    parser.add_argument(
        "--since", required=True, type=_time, help="a date, or a date and time; UTC where it names no zone"
    )
    parser.add_argument("--room", help="only the room of this id")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    names_config(parser)


def _time(given: str) -> datetime:
    try:
        when = datetime.fromisoformat(given)
        return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError("write a date such as 2026-01-31, or 2026-01-31T09:00+05:30") from None


async def _run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    # The grammars take a third of a second, which no other command needs.
    from bots.classification import load
    from bots.classification.room.simulation import run

    try:
        rules = _rules(settings, given.rules)
        engine = load.load(rules.schemes, home=rules.scheme)
    except (ConfigError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    async with ground.opened(settings, bots) as stood:
        journal, tongues = Journal(stood.pool, stood.keyring), Tongues(ground.catalogues(bots), {})
        customs = Customs.of(settings, [bot.account.localpart for bot in bots])
        hub = HomeserverName(settings.hub.server_name)
        host = Host(stood.pool, journal, stood.keyring, customs, tongues, hub, settings.admin_room)
        asked = Asked(shown(str(given.rules), 200) if given.rules else PRESENT, given.since, given.room)
        return await run.run(run.desk(rules, engine, host), asked, as_json=given.json)


def _rules(settings: Settings, file: Path | None) -> ClassificationSettings:
    """The rules that are tried. With rules that ask nothing of any room the bot would read nothing."""
    if file is None:
        rules = ClassificationSettings.model_validate(settings.bots.get(NAME, {}))
    else:
        rules = config_file.load_part(file, ClassificationSettings)
    return rules if rules.in_use else rules.model_copy(update={"default": Policy(mode="off")})


console = Console("simulate", "tell what other classification rules would have done", _arguments, _run)
