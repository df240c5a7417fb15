"""A plain client under load: keeps a token, sends a number of messages, so many in flight, in turn into each room."""

import asyncio
import itertools
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bridge.lab.ground import Homeserver


class PlainClient:
    """One account, logged in, on one homeserver; nothing between it and the wire."""

    def __init__(self, url: str, user_id: str, password: str) -> None:
        self._url = url
        self._login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user_id}}
        self._login |= {"password": password}
        self._numbers = itertools.count()
        self._session = aiohttp.ClientSession()

    @classmethod
    def of(cls, homeserver: Homeserver) -> Self:
        """The first person of a homeserver, once more."""
        person = homeserver.organisation.people[0]
        return cls(homeserver.synapse.url, person.localpart, person.password)

    async def __aenter__(self) -> Self:
        answer = await self._call("POST", "login", self._login)
        self._session.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def create_room(self, invite: Sequence[str] = (), *, public: bool = False) -> str:
        body = {"preset": "public_chat" if public else "private_chat", "invite": list(invite)}
        return str((await self._call("POST", "createRoom", body))["room_id"])

    async def join(self, room: str) -> None:
        await self._call("POST", f"rooms/{quote(room)}/join", {})

    async def send(self, room: str, text: str) -> str:
        path = f"rooms/{quote(room)}/send/m.room.message/bench{next(self._numbers)}"
        answer = await self._call("PUT", path, {"msgtype": "m.text", "body": text})
        return str(answer["event_id"])

    async def send_many(self, rooms: Sequence[str], number: int, in_flight: int) -> list[str]:
        """Sends `message 0` and so many more, into each room in turn; gives their ids."""
        gate = asyncio.Semaphore(in_flight)

        async def one(n: int) -> str:
            async with gate:
                return await self.send(rooms[n % len(rooms)], f"message {n}")

        return await asyncio.gather(*(one(n) for n in range(number)))

    async def messages(self, room: str, kind: str = "m.room.message") -> list[dict[str, Any]]:
        """All message events of the room, newest first."""
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = await self._call("GET", f"rooms/{quote(room)}/messages?dir=b&limit=500{token}")
            found += [event for event in page["chunk"] if event["type"] == kind]
            if "end" not in page or not page["chunk"]:
                return found
            token = f"&from={page['end']}"

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        async with self._session.request(method, f"{self._url}/_matrix/client/v3/{path}", json=body) as answer:
            answer.raise_for_status()
            return await answer.json()


def rate(events: Sequence[dict[str, Any]]) -> float:
    """Events a second, by the homeserver's own clock, from the first to the last."""
    times: list[int] = sorted(event["origin_server_ts"] for event in events)
    return (len(times) - 1) / max((times[-1] - times[0]) / 1000, 0.001)
