"""Who reads the journal is known by name without what they are made of, so that `setu status` answers at once."""

import subprocess
import sys

from bridge import readers
from bridge.commands.follower import Commands
from bridge.mirror.follower import Mirror

LIGHT = """
import sys
from bridge.__main__ import main
main(["check", "nowhere.yaml"])
heavy = {"aiohttp", "babel", "fluent", "mautrix", "markdown"}
print(sorted({module.partition(".")[0] for module in sys.modules} & heavy))
"""


def test_the_bridges_own_followers_are_called_as_they_call_themselves() -> None:
    assert (Mirror.name, Commands.name) == readers.OWN


def test_a_command_that_does_not_speak_matrix_does_not_wait_for_a_matrix_client() -> None:
    ran = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
    assert "nowhere.yaml" in ran.stderr
