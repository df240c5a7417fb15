"""One real Synapse homeserver: a process of its own, SQLite, one port on the loopback, everything in one folder. It
talks to nobody: no federation, no key servers, no statistics. The lab starts one per organisation.
"""

import base64
import hashlib
import hmac
import secrets
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ruamel.yaml import YAML

from bridge.lab.child import Child, LabError

LIMITLESS = {"per_second": 100_000, "burst_count": 100_000}


class Synapse:
    """A homeserver that can be started, stopped, killed and started again on the same port."""

    def __init__(
        self,
        folder: Path,
        server_name: str,
        port: int,
        *,
        registrations: Sequence[Path] = (),
        settings: Mapping[str, object] | None = None,
        interpreter: str = sys.executable,
    ) -> None:
        """`settings` are laid over the homeserver.yaml of the lab; `interpreter` is a Python that has Synapse."""
        self.server_name = server_name
        self.url = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._port = port
        self._registrations = registrations
        self._settings = dict(settings or {})
        self._interpreter = interpreter
        self._secret = secrets.token_hex(32)
        command = (interpreter, "-m", "synapse.app.homeserver", "--config-path", str(folder / "homeserver.yaml"))
        self._child = Child(f"Synapse {server_name}", command, folder / "synapse.log")

    def lay_over(self, settings: Mapping[str, object]) -> None:
        """More settings, before it is started for the first time."""
        self._settings |= settings

    async def start(self, deadline_seconds: float = 60.0) -> None:
        """Starts it and waits until it answers.

        Raises:
            LabError: it did not; with the end of its log.
        """
        if self._interpreter == sys.executable and find_spec("synapse") is None:
            raise LabError("Synapse, the homeserver of the lab, is not installed: pip install 'setu[lab]'")
        if not (self._folder / "homeserver.yaml").exists():
            self._write_files()
        await self._child.start()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            await self._child.ready(lambda: _answers(session, f"{self.url}/health"), deadline_seconds)

    async def stop(self) -> None:
        await self._child.stop()

    async def kill(self) -> None:
        await self._child.kill()

    async def restart(self) -> None:
        """Stops it and starts it again, same port, same data."""
        await self.stop()
        await self.start()

    async def register(self, localpart: str, password: str, display_name: str, *, admin: bool = False) -> str:
        """Makes an account and gives its user id (Synapse's shared-secret registration)."""
        url = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as answer:
                nonce = (await answer.json())["nonce"]
            parts = (nonce, localpart, password, "admin" if admin else "notadmin")
            body = {
                "nonce": nonce,
                "username": localpart,
                "displayname": display_name,
                "password": password,
                "admin": admin,
                "mac": hmac.new(self._secret.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest(),
            }
            async with session.post(url, json=body) as answer:
                made = await answer.json()
        if "user_id" not in made:
            raise LabError(f"{self.server_name} would not make the account {localpart}: {made.get('error')}")
        return str(made["user_id"])

    def _write_files(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / "signing.key").write_text(_signing_key())
        yaml = YAML(typ="safe", pure=True)
        for name, content in (("homeserver.yaml", self._homeserver_yaml()), ("log.yaml", _log_yaml())):
            with (self._folder / name).open("w") as file:
                yaml.dump(content, file)

    def _homeserver_yaml(self) -> dict[str, object]:
        listener = {
            "port": self._port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"]}],
        }
        return {
            "server_name": self.server_name,
            "public_baseurl": f"{self.url}/",
            "report_stats": False,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self._folder / "homeserver.db")}},
            "media_store_path": str(self._folder / "media"),
            "signing_key_path": str(self._folder / "signing.key"),
            "log_config": str(self._folder / "log.yaml"),
            "pid_file": str(self._folder / "homeserver.pid"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": secrets.token_hex(32),
            "form_secret": secrets.token_hex(32),
            "bcrypt_rounds": 4,
            "app_service_config_files": [str(path) for path in self._registrations],
            "presence": {"enabled": False},
            **_closed_to_the_world(),
            **_without_limits(),
            "enable_ephemeral_messages": True,
            "experimental_features": {"msc2815_enabled": True},
            **self._settings,
        }


def _closed_to_the_world() -> dict[str, object]:
    return {
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "url_preview_enabled": False,
    }


def _without_limits() -> dict[str, object]:
    keys = ("message", "registration", "admin_redaction", "media_create")
    return {
        **{f"rc_{key}": LIMITLESS for key in keys},
        "rc_login": {"address": LIMITLESS, "account": LIMITLESS, "failed_attempts": LIMITLESS},
        "rc_joins": {"local": LIMITLESS, "remote": LIMITLESS},
        "rc_joins_per_room": LIMITLESS,
        "rc_room_creation": LIMITLESS,
        "rc_invites": {"per_room": LIMITLESS, "per_user": LIMITLESS, "per_issuer": LIMITLESS},
    }


def _log_yaml() -> dict[str, object]:
    return {
        "version": 1,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["console"]},
        # The antispam module logs what it could not have judged, content included.
        "loggers": {"synapse_http_antispam": {"level": "CRITICAL"}},
        "disable_existing_loggers": False,
    }


def _signing_key() -> str:
    """One line as Synapse's own generator writes it: algorithm, version, seed in unpadded base64."""
    seed = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode().rstrip("=")
    return f"ed25519 a_{secrets.token_hex(2)} {seed}\n"


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
