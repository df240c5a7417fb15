"""A clock that stands until a test moves it."""

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Clock:
    """Tells the time in UTC."""

    def __init__(self) -> None:
        self.time = MORNING

    def now(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by
