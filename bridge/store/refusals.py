"""Transactions that a homeserver sent and that could not be understood: how often each was refused. A homeserver sends
one again for ever and queues behind it, so after some refusals it is taken as it is.
"""

from bridge.store.database import Connection


async def count(connection: Connection, homeserver: str, txn_id: str) -> int:
    """Counts one more refusal of this transaction and says how many that makes."""
    times: int = await connection.fetchval(
        "insert into refusal (homeserver, txn_id) values ($1, $2)"
        " on conflict (homeserver, txn_id) do update set times = refusal.times + 1 returning times",
        homeserver, txn_id,
    )  # fmt: skip
    return times


async def forget(connection: Connection, homeserver: str, txn_id: str) -> None:
    """It has been taken."""
    await connection.execute("delete from refusal where homeserver = $1 and txn_id = $2", homeserver, txn_id)
