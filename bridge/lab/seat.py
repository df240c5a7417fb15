"""Somebody who comes to a homeserver while a scenario is played: an account, and the person at a client."""

import secrets
from contextlib import AsyncExitStack

from bridge.lab.client import Client
from bridge.lab.ground import Homeserver


async def seated(
    homeserver: Homeserver, localpart: str, name: str, stack: AsyncExitStack, *, admin: bool = False
) -> Client:
    """A new person, logged in and following; the client is put away with the stack."""
    password = secrets.token_urlsafe(9)
    client = Client(homeserver.synapse.url)
    stack.push_async_callback(client.close)
    await client.log_in(await homeserver.synapse.register(localpart, password, name, admin=admin), password)
    return client
