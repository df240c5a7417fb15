"""A Setu that dies at its boundaries and is started again each time (`tests/faults/mortal.py`), as a test sees it."""

import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bridge.lab.setu import Setu
from tests import faults
from tests.deadline import until

PROGRAM = str(Path(faults.__file__).with_name("mortal.py"))


@dataclass(frozen=True)
class Mortal:
    """How it dies: only at boundaries whose names match, each so many times; where its deaths are written down."""

    notebook: Path
    only: str = ""
    times: int = 1
    waits: bool = False
    """Whether it stays dead until it is let live on."""

    @property
    def command(self) -> tuple[str, ...]:
        options = [f"--only={self.only}", f"--times={self.times}", *(["--waits"] if self.waits else [])]
        return (sys.executable, PROGRAM, *options, str(self.notebook))

    @property
    def deaths(self) -> list[str]:
        """The boundaries at which it has died, in order."""
        return self.notebook.read_text().splitlines() if self.notebook.exists() else []

    def died_at(self, pattern: str) -> bool:
        return any(re.search(pattern, death) for death in self.deaths)

    async def is_dead(self) -> None:
        """Waits for its next death, where it stays dead until it is let live on."""

        async def lies_still() -> bool:
            return self._hold.exists()

        await until(lies_still)

    async def lies_down(self, setu: Setu) -> None:
        """Kills its present life; it stays dead until it is let live on."""
        self._hold.touch()

        async def dead() -> bool:
            lives = psutil.Process(setu.pid).children()
            for life in lives:
                with suppress(psutil.NoSuchProcess):
                    life.kill()
            return not lives

        await until(dead)

    def live_on(self) -> None:
        self._hold.unlink()

    @property
    def _hold(self) -> Path:
        return Path(f"{self.notebook}.hold")
