"""What our own accounts said comes back without haste, and holds up nobody."""

import asyncio

import pytest

from bridge.intake import echoes
from bridge.store import notify
from bridge.store.database import Pool
from tests.deadline import as_answer, until
from tests.intake.door import Answer, Door, ours
from tests.intake.test_transactions import journalled
from tests.people import MHA, event, joined, message, transaction

BOT = "@setu:mha.lab"
TAKEN = Answer(200, None)
LONG = 3600.0


@pytest.fixture
def far_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echoes, "APART", LONG)


def echo(event_id: str) -> bytes:
    return transaction(message(event_id, sender=BOT))


async def is_journalled(pool: Pool, event_id: str) -> bool:
    return event_id in await journalled(pool)


@pytest.mark.usefixtures("far_apart")
async def test_the_first_echo_is_answered_at_once_and_the_next_later(door: Door, pool: Pool) -> None:
    assert await door.put("1", echo("$1")) == TAKEN
    late = asyncio.create_task(door.put("2", echo("$2")))
    for number, body in enumerate((transaction(message("$3")), transaction(message("$4", sender=BOT), message("$5")))):
        assert await door.put(f"news {number}", body) == TAKEN
    assert await door.put("state", transaction(joined("$6", BOT, "Setu"))) == TAKEN
    assert await door.put("nothing", transaction()) == TAKEN
    await until(lambda: is_journalled(pool, "$2"))  # it is on disk, whenever it is answered
    assert not late.done()
    late.cancel()


async def test_echoes_that_come_thick_are_answered_all_the_same(door: Door) -> None:
    assert [await door.put(str(n), echo(f"${n}")) for n in range(3)] == [TAKEN] * 3


async def test_followers_are_told_apart_of_echoes_and_of_news(door: Door, url: str) -> None:
    news: list[frozenset[int] | None] = []
    quiet: list[frozenset[int] | None] = []
    told = {notify.JOURNAL: [news.append], notify.ECHOES: [quiet.append]}
    listening = asyncio.create_task(notify.listen(url, told, 0.05))
    await until(lambda: as_answer(bool(news and quiet)))  # each is told to look when it begins to listen
    echoed, both, state = "!echoed:mha.lab", "!both:mha.lab", "!state:mha.lab"
    events = [message("$1", room=echoed, sender=BOT), message("$2", room=both, sender=BOT), message("$3", room=both)]
    await door.put("1", transaction(*events, joined("$4", BOT, "Setu", room=state)))
    await until(lambda: as_answer(len(news) == len(quiet) == 2))
    listening.cancel()
    assert [len(rooms or ()) for rooms in (news[1], quiet[1])] == [2, 1]
    assert not (news[1] or frozenset()) & (quiet[1] or frozenset())


def test_what_is_an_echo() -> None:
    known = echoes.Echoes(ours)
    assert known.has(message("$1", sender=BOT), MHA)
    assert not known.has(message("$1"), MHA)
    assert not known.has(message("$1", sender="@setu:nic.lab"), MHA)
    assert not known.has(joined("$1", BOT, "Setu"), MHA)
    assert not known.has(event("$1", sender=7), MHA)  # type: ignore[arg-type]
