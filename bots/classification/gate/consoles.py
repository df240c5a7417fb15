"""`setu antispam` and `setu policy`: what an administrator writes into homeserver.yaml, and sets in a room, so that the
gate is asked. Secrets that are missing are made.
"""

import json
import secrets
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from io import StringIO
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ruamel.yaml import YAML

from bots.classification.gate import paths, policy_state, token
from bots.classification.gate.settings import GateSettings
from bridge import keys, origin, secret_file
from bridge.config import Settings
from bridge.model import HomeserverName
from bridge.plugin import Bot, Console, names_config
from bridge.registration import TOKEN_BYTES, RegistrationError

NAME = "classification"

_ANTISPAM = """\
# For homeserver.yaml of {server}, made by `setu antispam`. Install synapse-http-antispam where Synapse is, and restart.
# It holds a token: keep it secret. While Setu does not answer, messages are {away}.
# The module writes what it could not have judged into Synapse's log, content included: in the log configuration, under
# `loggers:`, give `synapse_http_antispam` the level CRITICAL.
"""
_POLICY = """\
# For rooms in which other homeservers are, made by `setu policy`. 1. Let the reverse proxy of {server} hand the paths
# below {path} to {address}, as they come. 2. With somebody of {server} in the
# room, set this as the state `{type}` with an empty state key:
"""


def _arguments(parser: ArgumentParser) -> None:
    names_config(parser)
    parser.add_argument("server_name", help="the homeserver, as the configuration names it")


async def _antispam(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    gate, server = _gate(settings, bots), _ours(settings, given.server_name)
    if gate.token_file is None:
        return _lacking("token_file")
    secret = secret_file.ensure(gate.token_file, lambda: secrets.token_urlsafe(TOKEN_BYTES))
    away = "sent unjudged" if gate.when_away == "open" else "refused, and what others send here is lost"
    print(_ANTISPAM.format(server=server, away=away) + _yaml(_block(settings, gate, token.of(secret, server))), end="")
    return 0


def _block(settings: Settings, gate: GateSettings, bearer: str) -> dict[str, Any]:
    """The module's settings; its own word for `when_away: open` is `fail_open`."""
    asked = paths.CALLBACK
    config = {
        "base_url": f"{settings.listen.address}{paths.ANTISPAM}",
        "authorization": bearer,
        "enabled_callbacks": [asked],
        "fail_open": {asked: gate.when_away == "open"},
    }
    return {"modules": [{"module": "synapse_http_antispam.HTTPAntispam", "config": config}]}


async def _policy(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    gate, server = _gate(settings, bots), _ours(settings, given.server_name)
    if gate.policy_key_file is None:
        return _lacking("policy_key_file")
    key = policy_key_text(keys.signing_key(gate.policy_key_file))
    print(_POLICY.format(server=server, path="/_matrix/policy/", address=settings.listen.address,
                         type=policy_state.TYPE), end="")  # fmt: skip
    print(json.dumps(policy_state.content(server, key), indent=2))
    return 0


def policy_key_text(key: Ed25519PrivateKey) -> str:
    """The public half, as a room names it."""
    return origin.public_text(key.public_key()).rstrip("=")


def _gate(settings: Settings, bots: Sequence[Bot]) -> GateSettings:
    (bot,) = (bot for bot in bots if bot.name == NAME)
    gate: GateSettings = bot.given(settings).gate
    return gate


def _ours(settings: Settings, server_name: str) -> HomeserverName:
    known = [homeserver.server_name for homeserver in settings.homeservers]
    if server_name not in known:
        raise RegistrationError(f"no homeserver {server_name} is configured; there are: {', '.join(known)}")
    return HomeserverName(server_name)


def _lacking(name: str) -> int:
    print(f"bots.{NAME}.gate.{name} is not set; name a file in the configuration", file=sys.stderr)
    return 1


def _yaml(block: dict[str, Any]) -> str:
    text = StringIO()
    yaml = YAML()
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(block, text)
    return text.getvalue()


consoles = (
    Console(
        "antispam", "print what lets a homeserver ask before it sends (synapse-http-antispam)", _arguments, _antispam
    ),
    Console(
        "policy", "print what lets other homeservers of a room ask before they send (MSC4284)", _arguments, _policy
    ),
)
