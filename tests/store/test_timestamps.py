"""An authority states when a checkpoint was there; without it the record goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.retention import checkpoints, timestamp
from bots.retention.checkpoints import Signed
from bots.retention.ledger import Ledger
from bots.retention.stamping import Stamping
from bots.retention.timestamp import BadTimestamp, roots
from bridge.store.database import Pool
from tests.deadline import until
from tests.people import MHA
from tests.store import authority as authorities
from tests.store.authority import Authority

pytestmark = pytest.mark.skipif(not authorities.HERE, reason="openssl is not installed")

NOTE = "nic.lab/setu/record/mha.lab\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


@pytest.fixture
async def authority(tmp_path: Path) -> AsyncIterator[Authority]:
    async with authorities.running(tmp_path / "authority") as one:
        yield one


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "checkpoints")


async def signed(pool: Pool, size: int = 1) -> Signed:
    """A checkpoint of the log of Home Affairs."""
    made = Signed(MHA, size, NOTE, datetime.now(UTC))
    async with pool.acquire() as connection:
        await connection.execute("insert into record_log (organisation) values ($1) on conflict do nothing", MHA)
        await checkpoints.add(connection, made)
    return made


@asynccontextmanager
async def stamping(one: Stamping) -> AsyncIterator[None]:
    running = asyncio.create_task(one.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def stamped(pool: Pool, size: int = 1) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return await token(pool, size) is not None

    return there


async def token(pool: Pool, size: int = 1) -> bytes | None:
    found: bytes | None = await pool.fetchval("select token from record_timestamp where size = $1", size)
    return found


async def is_alarmed(pool: Pool) -> bool:
    return bool(await pool.fetchval("select count(*) from alarm where cause = 'record-timestamp' and over_at is null"))


async def test_the_authority_states_that_the_checkpoint_is_there_now(
    pool: Pool, authority: Authority, ledger: Ledger
) -> None:
    await signed(pool)
    async with stamping(Stamping(pool, ledger, authority.url, authority.roots)):
        await until(stamped(pool))
    kept = await token(pool)
    assert kept is not None and ledger.all(MHA).tokens == {1: [kept]}
    told = timestamp.assert_states(kept, NOTE, roots(authority.roots))
    assert abs(told.tst_info.gen_time - datetime.now(UTC)) < timedelta(minutes=1)


async def test_what_the_authority_said_fits_no_other_note_and_no_other_root(
    pool: Pool, authority: Authority, ledger: Ledger, tmp_path: Path
) -> None:
    await signed(pool)
    async with stamping(Stamping(pool, ledger, authority.url, None)):
        await until(stamped(pool))
    kept = await token(pool)
    assert kept is not None
    with pytest.raises(BadTimestamp, match="something else"):
        timestamp.assert_states(kept, f"{NOTE}\n", [])
    async with authorities.running(tmp_path / "other") as other:
        with pytest.raises(BadTimestamp, match="known authority"):
            timestamp.assert_states(kept, NOTE, roots(other.roots))
    with pytest.raises(BadTimestamp):
        timestamp.assert_states(kept[:-9], NOTE, roots(authority.roots))
    with pytest.raises(BadTimestamp, match="another request"):
        timestamp.assert_answers(timestamp.request(NOTE), kept, NOTE, [])


async def test_while_the_authority_is_away_there_is_an_alarm_until_it_is_back(
    pool: Pool, authority: Authority, ledger: Ledger
) -> None:
    await signed(pool)
    authority.away = True
    async with stamping(Stamping(pool, ledger, authority.url, authority.roots, pause=0.05)):
        await until(lambda: is_alarmed(pool))
        assert await token(pool) is None
        authority.away = False
        await until(stamped(pool))
        await until(lambda: is_not_alarmed(pool))


async def is_not_alarmed(pool: Pool) -> bool:
    return not await is_alarmed(pool)


async def test_an_authority_of_another_root_is_not_believed(
    pool: Pool, authority: Authority, ledger: Ledger, tmp_path: Path
) -> None:
    await signed(pool)
    async with (
        authorities.running(tmp_path / "other") as other,
        stamping(Stamping(pool, ledger, authority.url, other.roots, pause=0.05)),
    ):
        await until(lambda: is_alarmed(pool))
    assert await token(pool) is None and ledger.all(MHA).tokens == {}


async def test_what_a_crash_left_in_the_file_alone_is_not_asked_for_again(
    pool: Pool, authority: Authority, ledger: Ledger
) -> None:
    one = await signed(pool)
    ledger.stamp(one, b"what it said")
    async with stamping(Stamping(pool, ledger, authority.url, None)):
        await until(stamped(pool))
    assert (await token(pool), authority.asked) == (b"what it said", 0)


async def test_only_the_last_checkpoint_is_asked_for(pool: Pool, authority: Authority, ledger: Ledger) -> None:
    for size in (1, 2, 3):
        await signed(pool, size)
    async with stamping(Stamping(pool, ledger, authority.url, None)):
        await until(stamped(pool, 3))
    assert (await token(pool, 1), authority.asked) == (None, 1)


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "roots.pem").write_text("nothing")
    for file in ("roots.pem", "absent.pem"):
        with pytest.raises(BadTimestamp, match=file):
            roots(tmp_path / file)
