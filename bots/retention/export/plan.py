"""What an export settled when it began, and keeps to when it goes on: its number, its rooms and how far they reached,
and the checkpoints under which it is proved. That it is made is on record before anything is read.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bots.retention import audit, log, record, sealed_words
from bots.retention.export.choosing import Scope
from bots.retention.export.facts import EXPORT
from bots.retention.export.proved import Proof, proofs
from bots.retention.export.request import Request
from bots.retention.leaf import moment
from bots.retention.settings import Checkpoints
from bridge.model import HomeserverName, Room, RoomRef
from bridge.plugin import Host
from bridge.store.database import Connection
from bridge.store.keyring import Keyring


@dataclass(frozen=True)
class Plan:
    """One export."""

    id: str
    began: str
    request: Request
    scopes: Sequence[Scope]
    proofs: Mapping[str, Proof]
    """By organisation."""

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.request.zone)

    def told(self) -> Mapping[str, Any]:
        """As the worklist keeps it."""
        proofs = {name: {**asdict(one), "token": one.token.hex() if one.token else None}
                  for name, one in self.proofs.items()}  # fmt: skip
        return {"id": self.id, "began": self.began, "request": self.request.told(), "proofs": proofs,
                "scopes": [[*asdict(scope.room).values(), scope.last] for scope in self.scopes]}  # fmt: skip

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Plan":
        scopes = [Scope(Room(RoomRef(ref), HomeserverName(homeserver), room_id), last)
                  for ref, homeserver, room_id, last in told["scopes"]]  # fmt: skip
        proofs = {name: Proof(**{**one, "token": bytes.fromhex(one["token"]) if one["token"] else None})
                  for name, one in told["proofs"].items()}  # fmt: skip
        return cls(told["id"], told["began"], Request.read(told["request"]), scopes, proofs)


async def begun(
    connection: Connection, host: Host, settings: Checkpoints, request: Request, rooms: Sequence[Room]
) -> Plan:
    """Puts the export on record, and has everything up to that signed. Raises as `proofs`."""
    id = uuid.uuid4().hex
    began: datetime = await connection.fetchval("select clock_timestamp()")
    heads = await record.count(connection)
    async with connection.transaction():
        await _note(connection, host.keyring, request, rooms, id, heads)
    edges = await log.frontiers(connection)
    sizes = {str(room.homeserver): edges[room.homeserver].size for room in rooms}
    scopes = [Scope(room, heads[room.ref]) for room in rooms]
    return Plan(id, moment(began), request, scopes, await proofs(connection, host, settings, sizes))


async def _note(
    connection: Connection, keyring: Keyring, request: Request, rooms: Sequence[Room], id: str,
    heads: Mapping[int, int],
) -> None:  # fmt: skip
    selection = request.selection
    for room in sorted(rooms, key=lambda room: room.homeserver):
        done: dict[str, Any] = {
            "room_id": room.room_id, "purpose": request.purpose, "export": id, "records": heads[room.ref],
            "since": selection.since, "until": selection.until, "person": selection.person,
            "searched": selection.query is not None, "forms": [str(form) for form in request.forms],
        }  # fmt: skip
        place, actor = room.homeserver, request.actor
        if selection.query is None:
            await audit.note(connection, place, actor, EXPORT, **done)
        else:  # its words are content: they are kept sealed, as those of a search are
            await sealed_words.note(connection, keyring, place, actor, EXPORT, selection.query, **done)


async def note_again(connection: Connection, plan: Plan, actor: str) -> None:
    """Puts it on record that somebody goes on with it."""
    async with connection.transaction():
        for scope in sorted(plan.scopes, key=lambda scope: scope.room.homeserver):
            await audit.note(
                connection, scope.room.homeserver, actor, EXPORT, room_id=scope.room.room_id,
                purpose=plan.request.purpose, goes_on=plan.id,
            )  # fmt: skip
