"""The engine that tests ask, and the one without the native library beside it."""

import pytest

from bots.classification.engine import Engine
from bots.classification.load import load


@pytest.fixture(scope="session")
def engine() -> Engine:
    return load()


@pytest.fixture(scope="session")
def plain_engine() -> Engine:
    """Does without google-re2."""
    return load(native=False)
