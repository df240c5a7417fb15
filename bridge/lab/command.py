"""`setu lab`: two homeservers, PostgreSQL and Setu between them on this machine, a scenario played before a person, and
then all of it theirs to try, until Ctrl-C. With `--once` it ends by itself, and its exit code says whether all held.
"""

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bridge.lab.child import LabError
from bridge.lab.folder import made_anew
from bridge.lab.ground import Ground, Homeserver
from bridge.lab.progress import Progress
from bridge.lab.scenario import Check, Play, Scenario, find
from bridge.lab.site import Site
from bridge.lab.table import drawn
from bridge.store.embedded import EmbeddedUnavailable

FOLDER = Path(".lab")
COLUMNS = 120
"""Of a table, where there is no terminal to ask."""
INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended."""


async def run(*, once: bool, scenario: str, folder: Path | None, run_command: Sequence[str]) -> int:
    """Runs the lab.

    Returns:
        0: all checks held. 1: one did not. 2: the lab could not start. 130: it was ended before it was ready.
    """
    try:
        found = find(scenario)
        with made_anew(folder or FOLDER) as place:
            return await _until_signal(_Lab(place, run_command, once), found)
    except (LabError, EmbeddedUnavailable) as error:
        print(f"setu lab: {error}", file=sys.stderr)
        return 2


class _Lab:
    """One run of the command."""

    def __init__(self, folder: Path, run_command: Sequence[str], once: bool) -> None:
        self._folder = folder
        self._run_command = run_command
        self._once = once
        self.ready = False
        self.held = True

    async def work(self, scenario: Scenario) -> None:
        """Starts, plays, shows, and stays unless it is to run once."""
        async with self._opened(scenario) as site:
            await self._play(scenario.play, site)
            if not self._once:
                if site.setu.pid is None:  # A scenario may end it; people find it at work.
                    await site.setu.start()
                _show_doors(site.ground.everybody)
                print(f"\nEverything lies in {self._folder}. Ctrl-C ends the lab.", flush=True)
                self.ready = True
                await asyncio.Event().wait()

    @asynccontextmanager
    async def _opened(self, scenario: Scenario) -> AsyncIterator[Site]:
        progress = Progress(lambda line: print(line, flush=True))
        print(f"Setu's lab starts in {self._folder}", flush=True)
        people = scenario.inhabitants()
        ground = Ground(self._folder, people.hub, people.departments, people.outsiders)
        site = Site(ground, self._folder, self._run_command, prepare=scenario.prepare)
        try:
            await ground.start(self._run_command, progress)
            await site.open(scenario.links, progress)
            print(f"ready after {progress.seconds:.1f} s\n", flush=True)
            yield site
        finally:
            await site.close()
            await ground.stop()

    async def _play(self, play: Play, site: Site) -> None:
        async for outcome in play(site):
            if isinstance(outcome, Check):
                self.held &= outcome.ok
                print(_told(outcome), flush=True)
            else:
                print(drawn(outcome, shutil.get_terminal_size((COLUMNS, 0)).columns) + "\n", flush=True)


def _told(check: Check) -> str:
    return f"{'✓' if check.ok else '✗'} {check.text}{f' ({check.detail})' if check.detail else ''}"


def _show_doors(homeservers: Sequence[Homeserver]) -> None:
    print("\nLog in with Element or any Matrix client (another homeserver: the address):")
    for homeserver in homeservers:
        print(f"\n  {homeserver.organisation.name}   {homeserver.synapse.url}")
        for person in homeserver.organisation.people:
            user_id = f"@{person.localpart}:{homeserver.name}"
            print(f"    {user_id:<24} password {person.password}   {person.display_name}")


async def _until_signal(lab: _Lab, scenario: Scenario) -> int:
    """Lets the lab work until it is done, or until the first Ctrl-C or SIGTERM; what it started ends in either case."""
    work = asyncio.create_task(lab.work(scenario))
    with _first_signal_cancels(work):
        try:
            await work
        except asyncio.CancelledError:
            if not lab.ready:
                return INTERRUPTED
    return 0 if lab.held else 1


@contextmanager
def _first_signal_cancels(work: asyncio.Task[None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def cancel() -> None:
        if not work.cancelling():  # A second Ctrl-C must not cut the cleaning up short.
            print("\nending …", flush=True)
            work.cancel()

    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, cancel)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
