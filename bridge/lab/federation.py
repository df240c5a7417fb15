"""What lets two Synapses of the lab federate on the loopback: TLS of their own, and names that are addresses. The other
homeservers of the lab speak with Setu alone.
"""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def server_name(tls_port: int) -> str:
    """The name of a homeserver that others find at this port."""
    return f"localhost:{tls_port}"


def tls_port(server_name: str) -> int | None:
    """The port of a homeserver with such a name; None where the name is no address, and it does not federate."""
    host, _, port = server_name.partition(":")
    return int(port) if host == "localhost" and port else None


def settings(folder: Path, port: int, tls_port: int) -> dict[str, object]:
    """What is laid over the settings of a Synapse that federates. Makes the certificate, in its folder.

    Args:
        port: where its own people reach it.
        tls_port: where other homeservers do.
    """
    certificate, key = folder / "tls.crt", folder / "tls.key"
    if not certificate.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_certificate(certificate, key)
    return {
        "listeners": [_listener(port, "client"), {**_listener(tls_port, "federation"), "tls": True}],
        "tls_certificate_path": str(certificate),
        "tls_private_key_path": str(key),
        "federation_domain_whitelist": None,
        "federation_verify_certificates": False,
        "ip_range_blacklist": [],
        "federation_rr_transactions_per_room_per_second": 1000,
        "rc_federation": {"window_size": 1000, "sleep_limit": 10_000, "sleep_delay": 1, "concurrent": 100},
    }


def _listener(port: int, resource: str) -> dict[str, object]:
    return {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": [resource]}]}


def _make_certificate(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    key.write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    certificate.write_bytes(made.public_bytes(pem))
