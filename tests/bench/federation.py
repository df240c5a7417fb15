"""What a user would pick instead of a mirror: plain Matrix federation, between two homeservers of the same kind, here
with TLS of their own on the loopback.
"""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    _make_certificate(folder)
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
    listeners = [
        {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]},
        {
            "port": tls_port,
            "type": "http",
            "tls": True,
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["federation"]}],
        },
    ]
    settings = {
        "listeners": listeners,
        "tls_certificate_path": str(folder / "tls.crt"),
        "tls_private_key_path": str(folder / "tls.key"),
        "federation_domain_whitelist": None,
        "federation_verify_certificates": False,
        "ip_range_blacklist": [],
        "federation_rr_transactions_per_room_per_second": 1000,
        "rc_federation": {"window_size": 1000, "sleep_limit": 10_000, "sleep_delay": 1, "concurrent": 100},
    }
    return Synapse(folder / f"federated-{port}", f"localhost:{tls_port}", port, settings=settings)


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "tls.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "tls.crt").write_bytes(certificate.public_bytes(pem))
