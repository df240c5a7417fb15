"""A homeserver as far as keys go, in memory: it hands out the device lists and one-time keys of the people who have
devices there, delivers what is sent to them, keeps a key backup, and fails where the test wants it to.
"""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, Refused
from bridge.model import HomeserverName
from tests.people import MHA
from tests.store.handset import Handset

Answer = dict[str, Any]
Address = tuple[str, ...]
Fault = Exception | Callable[[], None]
DOWN = Refused(500, None, None)


class KeyServer(Homeserver):
    """Plays the homeserver's part."""

    def __init__(self, name: HomeserverName = MHA) -> None:  # it needs nothing of what the real one stands on
        self.name = name
        self.handsets: dict[tuple[str, str], Handset] = {}
        self.lies: dict[str, Answer] = {}
        """What is answered to /keys/query about a person, in place of the truth."""
        self.unheard: list[str] = []
        """Homeservers that cannot be reached from there."""
        self.without_keys: set[tuple[str, str]] = set()
        """Devices that have no one-time keys there."""
        self.members: dict[str, dict[str, str]] = defaultdict(dict)
        self.events: dict[str, Answer] = {}
        self.accounts: set[tuple[str, str]] = set()
        """Devices of ours that were made."""
        self.uploaded: dict[tuple[str, str], Answer] = {}
        """The device keys of ours."""
        self.offered: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        """The one-time keys of ours that are left."""
        self.fallback: dict[tuple[str, str], dict[str, Any]] = {}
        self.identities: dict[str, Answer] = {}
        self.backups: dict[str, Answer] = {}
        self.backed_up: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        self.requests: list[tuple[str, str, Answer]] = []
        """What was sent to devices other than handsets: type, user, content."""
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        """What the next requests meet whose path holds this; a request that meets one is not carried out."""
        self.lost: dict[str, list[Exception]] = defaultdict(list)
        """The same for requests that are carried out, and whose answer is lost."""
        self.meanwhile: dict[str, list[Callable[[], Awaitable[None]]]] = defaultdict(list)
        """What happens while the answer is on its way."""
        self.calls: list[str] = []
        self._seen: set[tuple[str, str]] = set()

    def has(self, *handsets: Handset) -> None:
        """These devices are logged in."""
        self.handsets.update({(one.user_id, one.device_id): one for one in handsets})

    def logs_out(self, handset: Handset) -> None:
        del self.handsets[handset.user_id, handset.device_id]

    async def call(
        self,
        method: Method,
        path: str,
        acting: Acting | None = None,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        _meet(self.faults, path)
        self.calls.append(path)
        address = tuple(unquote(part) for part in path.split("/")[4:])
        answer = self._answer(str(method), address, acting, json.loads(json.dumps(body or {})), dict(query or {}))
        for piece, some in list(self.meanwhile.items()):
            if piece in path and some:
                await some.pop(0)()
        _meet(self.lost, path)
        parsed: Answer = json.loads(json.dumps(answer))
        return parsed

    def asked(self, piece: str) -> int:
        """How many requests had this in their path."""
        return sum(piece in path for path in self.calls)

    def _answer(
        self, method: str, address: Address, acting: Acting | None, body: Answer, query: Mapping[str, str]
    ) -> Answer:
        match method, *address:
            case "GET", "rooms", room_id, "members":
                return {"chunk": [_member(user, how) for user, how in self.members[room_id].items() if how != "leave"]}
            case "GET", "rooms", _, "event", event_id:
                if event_id not in self.events:
                    raise Refused(404, "M_NOT_FOUND", None)
                return self.events[event_id]
            case "POST", "keys", "query":
                return self._devices(list(body["device_keys"]))
            case "POST", "keys", "claim":
                return {"one_time_keys": {u: self._claimed(u, some) for u, some in body["one_time_keys"].items()}}
            case "POST", "keys", "device_signing", "upload":
                self.identities[_acting(acting)[0]] = body
                return {}
            case "POST", "keys", "upload":
                return self._upload(_acting(acting), body)
            case "PUT", "sendToDevice", type, txn_id:
                return self._deliver(_acting(acting), type, txn_id, body["messages"])
            case _, "room_keys", what:
                return self._room_keys(method, what, body, query)
            case "PUT", "devices", device_id:
                self.accounts.add((_acting(acting)[0], device_id))
            case "DELETE", "devices", device_id:
                self.accounts.discard((_acting(acting)[0], device_id))
                self.uploaded.pop((_acting(acting)[0], device_id), None)
            case "POST", "register":
                pass
            case _:
                raise AssertionError(f"nobody plays {method} {address}")
        return {}

    def _devices(self, users: list[str]) -> Answer:
        answer: Answer = {"device_keys": {}, "master_keys": {}, "self_signing_keys": {}, "failures": {}}
        for server in self.unheard:
            answer["failures"][server] = {"status": 503}
        for user in users:
            if user.endswith(tuple(f":{server}" for server in self.unheard)):
                continue
            theirs: Answer = {"device_keys": {user: {}}}
            for (owner, _), one in self.handsets.items():
                if owner == user:
                    known = one.phone.answer()
                    theirs["device_keys"][user] |= known.pop("device_keys")[user]
                    theirs |= known
            for (owner, device_id), keys in self.uploaded.items():
                if owner == user:
                    theirs["device_keys"][user][device_id] = keys
            if user in self.identities:
                theirs["master_keys"] = {user: self.identities[user]["master_key"]}
            for part, found in self.lies.get(user, theirs).items():
                answer[part] = {**answer[part], **found}
        return answer

    def _claimed(self, user: str, wanted: Mapping[str, str]) -> Answer:
        claimed: Answer = {}
        for device_id in wanted:
            if (handset := self.handsets.get((user, device_id))) and (user, device_id) not in self.without_keys:
                claimed[device_id] = handset.phone.offer()["one_time_keys"][user][device_id]
        return claimed

    def one_time_key(self, user: str, device_id: str) -> str:
        """One of our device's keys, as somebody claims it: a one-time key, or when none is left the fallback key."""
        offered = self.offered[user, device_id]
        name = next(iter(offered), None)
        key = offered.pop(name) if name is not None else next(iter(self.fallback[user, device_id].values()))
        return str(key["key"])

    def _upload(self, device: tuple[str, str], body: Answer) -> Answer:
        if "device_keys" in body:
            self.uploaded[device] = body["device_keys"]
        self.offered[device].update(body.get("one_time_keys", {}))
        if body.get("fallback_keys"):
            self.fallback[device] = body["fallback_keys"]
        return {"one_time_key_counts": {"signed_curve25519": len(self.offered[device])}}

    def _deliver(self, sender: tuple[str, str], type: str, txn_id: str, messages: Answer) -> Answer:
        if (sender[0], txn_id) in self._seen:
            return {}
        self._seen.add((sender[0], txn_id))
        for user, devices in messages.items():
            for device_id, content in devices.items():
                if (handset := self.handsets.get((user, device_id))) is not None:
                    handset.take({"type": type, "sender": sender[0], "content": content})
                else:
                    self.requests.append((type, user, content))
        return {}

    def _room_keys(self, method: str, what: str, body: Answer, query: Mapping[str, str]) -> Answer:
        last = str(len(self.backups))
        match method, what:
            case "GET", "version":
                if not self.backups:
                    raise Refused(404, "M_NOT_FOUND", None)
                return {**self.backups[last], "version": last}
            case "POST", "version":
                made = str(len(self.backups) + 1)
                self.backups[made] = body
                return {"version": made}
        if query["version"] != last:
            raise Refused(403, "M_WRONG_ROOM_KEYS_VERSION", None)
        rooms = self.backed_up[last]
        for room_id, room in body.get("rooms", {}).items():
            for session_id, entry in room["sessions"].items():
                had = rooms[room_id].get(session_id)
                if had is None or entry["first_message_index"] < had["first_message_index"]:
                    rooms[room_id][session_id] = entry
        return {"rooms": {room_id: {"sessions": sessions} for room_id, sessions in rooms.items()}}


def _meet(faults: Mapping[str, list[Any]], path: str) -> None:
    for piece, some in list(faults.items()):
        if piece in path and some:
            fault = some.pop(0)
            if isinstance(fault, Exception):
                raise fault
            if fault is not None:
                fault()


def _member(user: str, membership: str) -> Answer:
    return {"type": "m.room.member", "state_key": user, "sender": user, "content": {"membership": membership}}


def _acting(acting: Acting | None) -> tuple[str, str]:
    assert acting is not None
    return acting.user_id, acting.device_id or ""
