"""`setu lab` as a person runs it: at a terminal of its own, with Ctrl-C."""

import re
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bridge.lab.client import Client
from bridge.lab.folder import MARKER
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.terminal import Terminal

CHECKS = 8

Lab = Callable[..., Awaitable[Terminal]]


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """Starts labs in one folder; those that still run at the end are ended."""
    started: list[Terminal] = []

    async def start(*arguments: str) -> Terminal:
        started.append(await Terminal.lab(tmp_path / "lab", *arguments))
        return started[-1]

    yield start
    for terminal in started:
        await terminal.close()


async def test_once_it_tells_what_arrived_holds_every_check_and_leaves_nothing_running(lab: Lab) -> None:
    terminal = await lab("--once")
    await terminal.until("ready after")
    row = await terminal.until("Ravi Kumar")
    assert re.findall(r"\w+\.lab", row) == ["mha.lab", "nic.lab"]
    assert await terminal.end() == 0, terminal.printed
    assert terminal.printed.count("\n✓ ") == CHECKS
    assert "✗" not in terminal.printed
    assert terminal.left_over() == []


async def test_a_person_logs_in_as_printed_until_ctrl_c_and_a_second_lab_there_is_refused(lab: Lab) -> None:
    terminal = await lab()
    await terminal.until("Ctrl-C ends the lab")
    address, people = printed_doors(terminal.printed, "mha.lab")
    await meet(address, people)
    second = await lab("--once")
    assert await second.end() == 2
    assert "a lab runs in" in second.printed
    terminal.process.send_signal(signal.SIGINT)
    assert await terminal.end() == 0, terminal.printed
    assert terminal.left_over() == []
    assert not listens(address)


@pytest.mark.parametrize("moment", ["starts in", "Synapse", "✓"])
async def test_ctrl_c_while_it_starts_or_plays_leaves_nothing_running(moment: str, lab: Lab) -> None:
    terminal = await lab("--once")
    await terminal.until(moment)
    terminal.process.send_signal(signal.SIGINT)
    assert await terminal.end() == 130, terminal.printed
    assert "Traceback" not in terminal.printed
    assert terminal.left_over() == []


async def test_a_folder_that_no_lab_made_is_not_wiped(lab: Lab, tmp_path: Path) -> None:
    note = tmp_path / "lab" / "note.txt"
    note.parent.mkdir()
    note.write_text("mine")
    terminal = await lab("--once")
    assert await terminal.end() == 2
    assert "name another with --folder" in terminal.printed
    assert [path.name for path in note.parent.iterdir()] == ["note.txt"]
    assert note.read_text() == "mine"


async def test_what_an_earlier_lab_left_in_its_folder_is_gone(lab: Lab, tmp_path: Path) -> None:
    left = tmp_path / "lab" / "tokens" / "old"
    left.parent.mkdir(parents=True)
    left.touch()
    (tmp_path / "lab" / MARKER).touch()
    terminal = await lab("--once")
    await terminal.until("starts in")
    assert not left.exists()


async def test_an_unknown_scenario_is_answered_with_those_that_there_are(lab: Lab) -> None:
    terminal = await lab("--once", "--scenario", "tlak")
    assert await terminal.end() == 2
    assert "no scenario 'tlak'" in terminal.printed
    assert "talk" in terminal.printed.partition("there is: ")[2]
    assert not terminal.folder.exists()


async def meet(address: str, people: list[tuple[str, str]]) -> None:
    """Two people log in, and one invites the other to tea."""
    host, guest = Client(address), Client(address)
    try:
        for client, (user_id, password) in zip((host, guest), people, strict=True):
            await client.log_in(user_id, password)
        room = await host.create_room("Tea", invite=[guest.user_id])
        assert await guest.invited_to("Tea", host.user_id, PATIENCE_SECONDS) == room
    finally:
        await host.close()
        await guest.close()


def printed_doors(printed: str, server: str) -> tuple[str, list[tuple[str, str]]]:
    """The address of a homeserver and its people's ids and passwords, as the lab printed them."""
    people = re.findall(rf"(@\S+:{re.escape(server)}) +password (\S+)", printed)
    before = printed[: printed.index(people[0][0] + " ")]
    return re.findall(r"http://\S+", before)[-1], people


def listens(address: str) -> bool:
    """Whether anybody answers there."""
    at = urlsplit(address)
    with socket.socket() as probe:
        return probe.connect_ex((at.hostname, at.port)) == 0
