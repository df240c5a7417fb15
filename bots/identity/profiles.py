"""Bots say in their own profiles that they are bots, on each homeserver where people meet them (MSC4133)."""

from collections.abc import Iterable

from bots.identity.account import ACCOUNT
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.tag import STATE
from bridge.actions import SetProfile
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection


async def present(desk: Desk, connection: Connection, kek: Kek, places: Iterable[Place]) -> None:
    """Once for each bot and homeserver."""
    ends = {end.homeserver: end for there in places for end in there.ends if end.state == "open"}
    causes = {homeserver: f"identity:bots:{homeserver}" for homeserver in ends}
    done = await outbox.having(connection, [f"{cause}#0" for cause in causes.values()])
    for homeserver, end in ends.items():
        if f"{causes[homeserver]}#0" in done:
            continue
        names = {desk.customs.bot_on(homeserver): "Setu", ACCOUNT.on(homeserver): ACCOUNT.name}
        said = [SetProfile(user, STATE, {"status": "bot", "name": name}) for user, name in names.items()]
        await outbox.put(connection, kek, end.lane, causes[homeserver], said)
