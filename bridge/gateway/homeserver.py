"""One homeserver as the gateway speaks to it: requests as one of our accounts, with its device, through mautrix. A
refusal is raised with its status and code and without its text, which could repeat what a person wrote.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import ClientResponse, ClientSession
from mautrix.api import HTTPAPI, Method
from yarl import URL

from bridge.model import HomeserverName, UserId

_MUTED = logging.getLogger("bridge.gateway.muted")
_MUTED.disabled = True  # mautrix logs addresses and bodies


class Refused(Exception):
    """The homeserver, or something before it, answered with an error."""

    def __init__(self, status: int, errcode: str | None, retry_after: timedelta | None) -> None:
        super().__init__(f"{status} {errcode}")
        self.status = status
        self.errcode = errcode
        self.retry_after = retry_after


@dataclass(frozen=True)
class Acting:
    """Who acts: an account of ours and its device, without which a restarted Synapse forgets transaction ids."""

    user_id: UserId
    device_id: str | None = None


class _Api(HTTPAPI):
    """mautrix's request, with answers as bytes and refusals as `Refused`."""

    async def _send(
        self, method: Method, url: URL, content: Any, query_params: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[Any, ClientResponse]:
        request = self.session.request(str(method), url, data=content, params=query_params, headers=headers)
        async with request as response:
            body = await response.read()
            if not 200 <= response.status < 300:
                raise refusal(response.status, body)
            return body, response


def refusal(status: int, body: bytes) -> Refused:
    """The error that an answer is."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return Refused(status, None, None)
    errcode, wait = fields.get("errcode"), fields.get("retry_after_ms")
    after = timedelta(milliseconds=min(wait, 3_600_000)) if isinstance(wait, int) and wait >= 0 else None
    return Refused(status, errcode if isinstance(errcode, str) else None, after)


class Homeserver:
    """Requests to one homeserver, with the token of our registration there."""

    def __init__(self, name: HomeserverName, url: str, token: str, session: ClientSession) -> None:
        self.name = name
        self.session = session
        self.url = URL(url)
        self.token = token
        self._api = _Api(url, token, client_session=session, log=_MUTED)  # type: ignore[arg-type]

    async def call(
        self,
        method: Method,
        path: str,
        acting: Acting | None = None,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A request whose answer is a JSON object.

        Raises:
            Refused: it answered with an error, or with no JSON object.
            mautrix.errors.MatrixConnectionError, OSError, TimeoutError: it could not be reached.
        """
        raw = await self.raw(method, path, acting, body, query)
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise Refused(502, None, None)
        return answer

    async def raw(
        self,
        method: Method,
        path: str,
        acting: Acting | None = None,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        """The same with the answer's bytes."""
        params = dict(query or {})
        if acting is not None:
            params["user_id"] = acting.user_id
            if acting.device_id is not None:
                params["device_id"] = acting.device_id
        content = json.dumps(body or {}, separators=(",", ":")) if method is not Method.GET else None
        answer = await self._api.request(method, path, content, query_params=params, sensitive=content is not None)
        assert isinstance(answer, bytes)
        return answer


def said(answer: Mapping[str, Any], key: str) -> str:
    """A string of an answer. Raises Refused, as of a proxy, where the answer has none: it is asked again."""
    value = answer.get(key)
    if not isinstance(value, str):
        raise Refused(502, None, None)
    return value


def path(*parts: str) -> str:
    """A path under `/_matrix/client`, each part escaped."""
    return "/_matrix/client/" + "/".join(quote(part, safe="") for part in parts)
