"""A check of a scenario, from what is done to see whether its sentence is true."""

from collections.abc import Awaitable

from mautrix.errors import MatrixError

from bridge.lab.child import LabError
from bridge.lab.scenario import Check
from bridge.lab.steps.step import Wrong


async def checked(name: str, sentence: str, deed: Awaitable[str | None]) -> Check:
    """The sentence, and whether what was done shows it; what the deed gives is told beside it."""
    try:
        seen = await deed
    except (LabError, Wrong, MatrixError) as wrong:
        return Check(name, sentence, False, str(wrong))
    return Check(name, sentence, True, seen or "")


def expect(held: bool, otherwise: str) -> None:
    """Raises Wrong where it does not hold."""
    if not held:
        raise Wrong(otherwise)
