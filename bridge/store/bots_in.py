"""Which bots sit in which rooms, as far as the journal tells. The one that makes and joins rooms is not counted: the
state of the endpoint tells of it.
"""

from bridge.model import EndpointRef
from bridge.store.database import Connection


async def note(connection: Connection, endpoint: EndpointRef, bot: str, present: bool) -> None:
    """A bot came into the endpoint's room, or is out of it."""
    if present:
        await connection.execute(
            "insert into bot_in (endpoint, bot) values ($1, $2) on conflict do nothing", endpoint, bot
        )
    else:
        await connection.execute("delete from bot_in where endpoint = $1 and bot = $2", endpoint, bot)


async def sits(connection: Connection, endpoint: EndpointRef, bot: str) -> bool:
    """Whether the bot is in the endpoint's room."""
    found = await connection.fetchval("select 1 from bot_in where endpoint = $1 and bot = $2", endpoint, bot)
    return found is not None
