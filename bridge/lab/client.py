"""A person at a real Matrix client (mautrix's client API): logs in with a password, makes rooms, joins, writes, and
follows `/sync` as any client does, so that the lab and the tests see of Setu exactly what people see of it.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mautrix.api import HTTPAPI, Method, Path
from mautrix.client import ClientAPI
from mautrix.errors import MatrixError
from mautrix.types import FilterID, MessageType, PresenceState, RoomID, SyncToken, TextMessageEventContent, UserID
from mautrix.types.event.message import Format
from mautrix.util.logging import TraceLogger

from bridge.lab.child import LabError
from bridge.lab.deeds import Deeds

POLL_MILLISECONDS = 30_000
AFTER_TROUBLE_SECONDS = 0.2
EVERYTHING = FilterID(json.dumps({"presence": {"types": []}, "room": {"timeline": {"limit": 1000}}}))
"""The sync filter: no event is left out between two polls."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Seen:
    """An event as it came down `/sync`, and when (seconds, `time.monotonic`)."""

    event: Mapping[str, Any] = field(repr=False)
    at: float

    @property
    def sender(self) -> str:
        return str(self.event["sender"])

    @property
    def content(self) -> Mapping[str, Any]:
        content: Mapping[str, Any] = self.event["content"]
        return content

    @property
    def body(self) -> str | None:
        """The text of a message, None for any other event."""
        return self.content.get("body") if self.event["type"] == "m.room.message" else None


@dataclass(frozen=True)
class Invitation:
    """The name of the room, if it has one, and who invites."""

    room_name: str | None
    inviter: str


def silent_log() -> TraceLogger:
    """A logger that says nothing: mautrix writes the bodies of requests into the one it is given."""
    return TraceLogger("setu.lab.client", logging.CRITICAL + 1)


class Client(Deeds):
    """One person, logged in and following."""

    def __init__(self, url: str) -> None:
        self._api = ClientAPI(api=HTTPAPI(url, log=silent_log()))
        self._rooms: dict[str, list[Seen]] = defaultdict(list)
        self._passing: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._invitations: dict[str, Invitation] = {}
        self._news = asyncio.Condition()
        self._following: asyncio.Task[None] | None = None
        self._trouble: Exception | None = None

    @property
    def user_id(self) -> str:
        return str(self._api.mxid)

    async def log_in(self, user_id: str, password: str) -> None:
        """Logs in and begins to follow."""
        await self._api.login(UserID(user_id), password=password, device_name="Setu lab")
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Puts the client away; what is on the homeserver stays."""
        await self.look_away()
        await self._api.api.session.close()

    async def look_away(self) -> None:
        """Follows no longer; the person can still act."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following

    async def create_room(self, name: str, invite: Sequence[str] = ()) -> str:
        """Makes a private room without encryption and gives its id."""
        return str(await self._api.create_room(name=name, invitees=[UserID(user) for user in invite]))

    async def invite(self, room: str, user_id: str) -> None:
        await self._api.invite_user(RoomID(room), UserID(user_id))

    async def bring_in(self, room: str, bot: str, deadline_seconds: float) -> None:
        """Invites a bot of Setu's, and once more where it does not come: a Synapse that wins Setu back just then may
        hold the invitation back (`bridge.intake.absence`), and takes another one as new only if it says something new.

        Raises:
            LabError: it did not come in time, also when it was invited again.
        """
        await self.invite(room, bot)
        try:
            await self.meets(room, bot, deadline_seconds)
        except LabError:
            await self._api.invite_user(RoomID(room), UserID(bot), "once more")
            await self.meets(room, bot, deadline_seconds)

    async def meets(self, room: str, user_id: str, deadline_seconds: float) -> None:
        """Waits until somebody has come into the room.

        Raises:
            LabError: they did not in time.
        """

        def came(seen: Seen) -> bool:
            coming = (seen.event["type"], seen.event.get("state_key")) == ("m.room.member", user_id)
            return coming and seen.content["membership"] == "join"

        await self.wait_for(room, came, deadline_seconds, f"coming of {user_id}")

    async def join(self, room: str) -> None:
        await self._api.join_room_by_id(RoomID(room))

    async def say(self, room: str, text: str, html: str | None = None, transaction: str | None = None) -> str:
        """Writes a message and gives the id of its event."""
        content = TextMessageEventContent(msgtype=MessageType.TEXT, body=text)
        if html is not None:
            content.format, content.formatted_body = Format.HTML, html
        return str(await self._api.send_message(RoomID(room), content, txn_id=transaction))

    async def wait_for(self, room: str, wanted: Callable[[Seen], bool], deadline_seconds: float, what: str) -> Seen:
        """The first event of the room that is wanted, seen already or still to come.

        Raises:
            LabError: none came in time.
        """
        found = await self._wait(lambda: next(filter(wanted, self._rooms[room]), None), deadline_seconds)
        if found is None:
            seen = [f"{seen.event['type']} of {seen.sender}" for seen in self._rooms[room]]
            raise self._not_seen(f"{what} in {room}", deadline_seconds, f"Last seen there: {', '.join(seen[-5:])}")
        return found

    async def invited_to(self, room_name: str | None, inviter: str, deadline_seconds: float) -> str:
        """The id of the room with this name that this user invites the person into.

        Raises:
            LabError: no such invitation came in time.
        """
        wanted = Invitation(room_name, inviter)
        invitations = self._invitations
        found = await self._wait(
            lambda: next((room for room, invitation in invitations.items() if invitation == wanted), None),
            deadline_seconds,
        )
        if found is None:
            others = ", ".join(map(str, invitations.values())) or "none"
            raise self._not_seen(f"invitation from {inviter} to {room_name}", deadline_seconds, f"Others: {others}")
        return found

    async def invited_into(self, room: str, inviter: str, deadline_seconds: float) -> None:
        """Waits until this user has invited the person into this room.

        Raises:
            LabError: no such invitation came in time.
        """

        def invited() -> bool | None:
            invitation = self._invitations.get(room)
            return (invitation is not None and invitation.inviter == inviter) or None

        if not await self._wait(invited, deadline_seconds):
            raise self._not_seen(f"invitation from {inviter} into {room}", deadline_seconds, "None came")

    def invited_by(self, *inviters: str) -> tuple[str, ...]:
        """The rooms into which one of these has invited the person, who has not answered."""
        return tuple(room for room, invitation in self._invitations.items() if invitation.inviter in inviters)

    async def notices(
        self, room: str, wanted: Callable[[Mapping[str, Any]], bool], deadline_seconds: float, what: str
    ) -> Mapping[str, Any]:
        """The first typing or receipt in the room that is wanted, noticed already or still to come.

        Raises:
            LabError: none came in time.
        """
        found = await self._wait(lambda: next(filter(wanted, self._passing[room]), None), deadline_seconds)
        if found is None:
            raise self._not_seen(f"{what} in {room}", deadline_seconds, f"Noticed: {self._passing[room][-3:]}")
        return found

    def noticed_in(self, room: str) -> tuple[Mapping[str, Any], ...]:
        """Typing and receipts of this room until now, oldest first."""
        return tuple(self._passing[room])

    def seen_in(self, room: str) -> tuple[Seen, ...]:
        """What came down `/sync` of this room until now, oldest first."""
        return tuple(self._rooms[room])

    async def history(self, room: str) -> list[dict[str, Any]]:
        """The whole of `/messages`, oldest first, as the homeserver gives it."""
        events: list[dict[str, Any]] = []
        token: str | None = ""
        while token is not None:
            query = {"dir": "f", "limit": "1000"} | ({"from": token} if token else {})
            page = await self._api.api.request(Method.GET, Path.v3.rooms[room].messages, query_params=query)
            events += page["chunk"]
            token = page.get("end")
        return events

    async def names(self, room: str) -> dict[str, str]:
        """The display name of each person who is in the room, by user id."""
        members = await self._api.get_joined_members(RoomID(room))
        return {str(user): member.displayname or "" for user, member in members.items()}

    async def _wait(self, look: Callable[[], Found | None], deadline_seconds: float) -> Found | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline_seconds), self._news:
                await self._news.wait_for(lambda: look() is not None)
        return look()

    def _not_seen(self, what: str, deadline_seconds: float, instead: str) -> LabError:
        trouble = f" Its last trouble with the homeserver: {self._trouble}." if self._trouble else ""
        return LabError(f"{self.user_id} saw no {what} within {deadline_seconds:g} s. {instead}.{trouble}")

    async def _follow(self) -> None:
        since: SyncToken | None = None
        while True:
            try:
                answer = await self._api.sync(
                    since, POLL_MILLISECONDS, filter_id=EVERYTHING, set_presence=PresenceState.OFFLINE
                )
            except MatrixError as error:  # The homeserver restarts, or is gone; whoever waits has a deadline.
                self._trouble = error
                await asyncio.sleep(AFTER_TROUBLE_SECONDS)
                continue
            since = answer["next_batch"]
            async with self._news:
                self._take(answer.get("rooms", {}))
                self._news.notify_all()

    def _take(self, rooms: Mapping[str, Any]) -> None:
        now = time.monotonic()
        for room, news in rooms.get("join", {}).items():
            self._invitations.pop(room, None)
            self._rooms[room] += [Seen(event, now) for event in news["timeline"]["events"]]
            self._passing[room] += news.get("ephemeral", {}).get("events", [])
        for room, news in rooms.get("leave", {}).items():
            self._invitations.pop(room, None)
            self._rooms[room] += [Seen(event, now) for event in news["timeline"]["events"]]
        for room, news in rooms.get("invite", {}).items():
            self._invitations[room] = _invitation(news["invite_state"]["events"], self.user_id)


def _invitation(state: Sequence[Mapping[str, Any]], invited: str) -> Invitation:
    events = {(event["type"], event["state_key"]): event for event in state}
    name = events.get(("m.room.name", ""), {"content": {}})["content"].get("name")
    return Invitation(name, events["m.room.member", invited]["sender"])
