"""What the gate answers over HTTP, as the settings say."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.classification import load
from bots.classification.engine import Engine
from bots.classification.gate.antispam import Antispam
from bots.classification.gate.policy import PolicyServer
from bots.classification.gate.porter import Porter
from bots.classification.gate.room_version import RoomVersions
from bots.classification.gate.rule import RuleFor
from bots.classification.gate.rule_of_room import RuleOfRoom
from bots.classification.gate.rules import Rules
from bots.classification.gate.settings import GateSettings
from bots.classification.gate.token import Tokens
from bots.classification.room.desk import Desk
from bots.classification.settings import ClassificationSettings
from bridge import keys, secret_file
from bridge.model import HomeserverName
from bridge.plugin import Host
from bridge.route import Route


def routes(settings: GateSettings, host: Host, engine: Engine, rule_for: RuleFor) -> Sequence[Route]:
    """The routes of the antispam modules, and those of the policy server.

    Raises:
        bridge.secret_file.SecretError: a file that the settings name cannot be read.
        bridge.keys.KeyFileError: the policy server's holds no key.
    """
    return list(_routes(settings, host, Porter(engine, Rules(host.pool, rule_for), host)))


def routes_of(settings: ClassificationSettings, host: Host) -> Sequence[Route]:
    """The same for the bot at work, with the rules of its rooms. Raises ConfigError too: a scheme cannot be used."""
    engine = load.load(settings.schemes, home=settings.scheme)
    desk = Desk(settings, engine, host, lambda: datetime.now(UTC))
    return routes(settings.gate, host, engine, RuleOfRoom(desk))


def _routes(settings: GateSettings, host: Host, porter: Porter) -> Iterator[Route]:
    ours = [HomeserverName(server) for server in host.customs.organisations]
    if settings.token_file is not None:
        tokens = Tokens(secret_file.read(settings.token_file), ours)
        yield Antispam(porter, tokens, settings.when_away).route
    if settings.policy_key_file is not None:
        key = policy_key(settings.policy_key_file)
        asked = settings.policy_servers
        yield from PolicyServer(porter, RoomVersions(host), ours, asked, key, settings.when_away).routes


def policy_key(file: Path) -> Ed25519PrivateKey:
    """The key of the policy server, which is there: rooms name it, and another would be refused by all of them."""
    secret_file.read(file)
    return keys.signing_key(file)
