"""What became of an attempt, as a value: it happened, it will be tried again, or it never will."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import ClientError
from mautrix.errors import MatrixConnectionError

from bridge.gateway.homeserver import Refused


@dataclass(frozen=True)
class Done:
    outcome: str = ""
    """An event id or an mxc address, where the action gives one."""


@dataclass(frozen=True)
class Retry:
    reason: str
    after: timedelta | None = None
    """When the homeserver said so; else the gateway's own back-off holds."""
    unreachable: bool = False


@dataclass(frozen=True)
class Dead:
    reason: str


Outcome = Done | Retry | Dead

RETRIED = frozenset({401, 408, 425, 429})
"""Refusals that pass: a token that an administrator will mend, time-outs, rate limits."""


def of_failure(failure: Exception) -> Outcome:
    """What a failed request means. A refusal without a Matrix error code was not the homeserver's, but a proxy's."""
    if not isinstance(failure, Refused):
        return Retry(type(failure).__name__, unreachable=True)
    said = f"{failure.status} {failure.errcode or 'without a Matrix error'}"
    if failure.status >= 500 or failure.errcode is None:
        return Retry(said, unreachable=True)
    if failure.status in RETRIED:
        return Retry(said, failure.retry_after)
    return Dead(f"refused: {said}")


PASSING = (Refused, MatrixConnectionError, ClientError, TimeoutError)
"""What a request raises that says something of the homeserver, not of this program or its database."""
