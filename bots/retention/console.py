"""`setu records`: what a records officer asks of the record. Each question is a module of its own."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from bots.retention import reading, verifying
from bots.retention.export import command as exporting
from bots.retention.holds import command as holding
from bots.retention.search import command as searching
from bridge.config import Settings
from bridge.plugin import Bot, Console

_COMMANDS = {
    "read": (reading, "read the record of one room, oldest first"),
    "search": (searching, "find what was said in all rooms, newest first"),
    "hold": (holding, "hold records that may not be disposed of, list holds, let them go"),
    "export": (exporting, "hand over what is on record of a room, in a folder that anybody can verify"),
    "verify": (verifying, "recompute the record, and name what is not as it was recorded"),
}


def _arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, text) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(asked=module.run)
        module.arguments(command)


async def _run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    code: int = await given.asked(settings, bots, given)
    return code


console = Console("records", "read, search, hold, export and verify the record", _arguments, _run)
