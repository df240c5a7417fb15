"""How a test asks for a Setu on the shared homeservers (the fixtures `new_site` and `open_site`)."""

import sys
from collections.abc import Sequence
from typing import Protocol

from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS

SETU = (sys.executable, "-m", "bridge")
"""The real command."""


class NewSite(Protocol):
    """Makes a site: nothing of it runs yet, and its database has Setu's schema."""

    def __call__(self, run_command: Sequence[str] = SETU, patience_seconds: float = PATIENCE_SECONDS) -> Site: ...


class OpenSite(Protocol):
    """Makes a site, runs its Setu, and opens so many links, with names of their own."""

    async def __call__(
        self, links: int = 1, run_command: Sequence[str] = SETU, patience_seconds: float = PATIENCE_SECONDS
    ) -> Site: ...
