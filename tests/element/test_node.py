"""The Node process of the tests' Element clients: how it ends, and that nothing hangs when it does."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bridge.lab.child import LabError
from tests.deadline import as_answer, until
from tests.element.client import ElementClient
from tests.element.node import Node

pytest_plugins = ["tests.element.fixture"]

NOWHERE = "http://127.0.0.1:9"
ROOT = Path(__file__).parents[2]
STARTS_AND_TELLS = """
import asyncio
from tests.element.node import Node

async def main():
    node = Node()
    await node.start()
    print(node.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def short_lived(node: Node) -> AsyncIterator[Node]:
    """A Node of this test alone; asks for `node` because its tests are skipped where that is."""
    alone = Node()
    await alone.start()
    yield alone
    await alone.stop()


async def test_who_waits_while_node_crashes_is_told_so_at_once_with_its_last_words(short_lived: Node) -> None:
    kavita = ElementClient(NOWHERE, short_lived)
    waiting = asyncio.create_task(kavita.wait_for("!tea:mha.lab", lambda seen: True, 20.0, "tea"))
    assert short_lived._process is not None and short_lived._process.stdin is not None
    short_lived._process.stdin.write(b"no line of JSON\n")
    with pytest.raises(LabError, match=r"Node does not run \(exit code 1\)(?s:.)*SyntaxError: Unexpected token"):
        await waiting
    with pytest.raises(LabError, match=r"so there is no send(?s:.)*SyntaxError: Unexpected token"):
        await kavita.say("!tea:mha.lab", "namaste")
    await kavita.close()


async def test_what_fails_at_the_homeserver_is_told_in_its_words(node: Node) -> None:
    with pytest.raises(LabError, match="fetch failed"):
        await ElementClient(NOWHERE, node).log_in("@kavita:mha.lab", "wrong")


@pytest.mark.usefixtures("node")
async def test_node_does_not_outlive_tests_that_were_killed() -> None:
    command = (sys.executable, "-c", STARTS_AND_TELLS)
    tests = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert tests.stdout is not None
    pid = int(await tests.stdout.readline())
    assert not ended(pid)
    tests.kill()
    await tests.communicate()
    await until(lambda: as_answer(ended(pid)))


def ended(pid: int) -> bool:
    """Whether a process runs no longer, whoever has yet to take notice of it."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
