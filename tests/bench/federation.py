"""What a user would pick instead of a mirror: plain Matrix federation, between two homeservers of the same kind, here
with TLS of their own on the loopback.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.lab import federation
from bridge.lab.client import Client
from bridge.lab.ports import free_ports
from bridge.lab.synapse import Synapse
from bridge.lab.together import together
from tests.bench.carried import Carried
from tests.bench.load import PlainClient

PASSWORD = "federation"


@asynccontextmanager
async def federated(folder: Path, rooms: int) -> AsyncIterator[Carried]:
    """Two homeservers and so many rooms of one official of each."""
    ports = free_ports(4)
    synapses = [_synapse(folder, client, tls) for client, tls in (ports[:2], ports[2:])]
    hub = Client(synapses[1].url)
    try:
        await together(*(synapse.start() for synapse in synapses))
        writer, reader = [await synapse.register("official", PASSWORD, "An official") for synapse in synapses]
        await hub.log_in(reader, PASSWORD)
        async with PlainClient(synapses[0].url, writer, PASSWORD) as department:
            shared = [await department.create_room([reader]) for _ in range(rooms)]
            for room in shared:
                await hub.join(room)
            yield Carried(department, shared, hub, shared)
    finally:
        await hub.close()
        await together(*(synapse.stop() for synapse in synapses))


def _synapse(folder: Path, port: int, tls_port: int) -> Synapse:
    own = folder / f"federated-{port}"
    return Synapse(own, federation.server_name(tls_port), port, settings=federation.settings(own, port, tls_port))
