"""The fixture `element`: people at Element, all in one Node. A test module asks for it with
`pytest_plugins = ["tests.element.fixture"]`. Where Node is not installed its tests are skipped, but never in CI.
"""

import os
from collections.abc import AsyncIterator

import pytest

from tests.element.client import ElementClient
from tests.element.node import Node, missing
from tests.element.seat import Element


@pytest.fixture(scope="session")
async def node() -> AsyncIterator[Node]:
    """The Node process of all clients."""
    lacks = missing()
    if lacks and not os.environ.get("CI"):
        pytest.skip(lacks)
    node = Node()
    await node.start()
    yield node
    await node.stop()


@pytest.fixture
async def element(node: Node) -> AsyncIterator[Element]:
    """New devices of one test, which follow until its end."""
    clients: list[ElementClient] = []

    async def log_in(url: str, user_id: str, password: str, *, cross_sign: bool = True) -> ElementClient:
        client = ElementClient(url, node)
        clients.append(client)
        await client.log_in(user_id, password, cross_sign=cross_sign)
        return client

    yield log_in
    for client in clients:
        await client.close()
