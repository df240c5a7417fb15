"""One device of a person, as matrix-nio keeps it: its session at the homeserver, its keys, and how it gives and takes
keys. It differs from plain nio in what people do at other clients and tests need: it can hold back the keys of what it
sends, answer key requests of anybody, and take a key from anybody whom the person had asked.
"""

import asyncio
import secrets
from typing import Any, TypeVar

from nio import (  # type: ignore[import-untyped]
    AsyncClient,
    AsyncClientConfig,
    ErrorResponse,
    RoomKeyRequest,
    ShareGroupSessionResponse,
)
from nio.crypto import Olm, OlmDevice, OutgoingKeyRequest  # type: ignore[import-untyped]

from bridge.lab.child import LabError

AT_ONCE = AsyncClientConfig(max_timeouts=0)
"""A request that meets no homeserver fails at once, instead of after nio's own long waits."""

TIMER = "org.matrix.self_destruct_after"
"""When a message vanishes (MSC2228), in milliseconds since 1970, as Synapse knows it."""

Answer = TypeVar("Answer")


def answered(answer: Answer) -> Answer:
    """The answer of the homeserver, which nio gives as a value also when it is a refusal.

    Raises:
        LabError: it is one.
    """
    if isinstance(answer, ErrorResponse):
        raise LabError(f"The homeserver refused: {answer}")
    return answer


class Machine(Olm):  # type: ignore[misc]
    """nio's machine, which takes a forwarded key from nobody but one's own verified devices; here also from whoever
    sends one that the person had asked for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.asked: set[str] = set()
        """The Megolm sessions whose keys the person asked for."""

    def _should_accept_forward(self, sender: str, sender_key: str, event: Any) -> bool:
        asked_here = event.session_id in self.asked and event.session_id in self.outgoing_key_requests
        return asked_here or bool(super()._should_accept_forward(sender, sender_key, event))


class Device(AsyncClient):  # type: ignore[misc]
    """nio's client, of which the keys can be held back, asked for and passed on."""

    def __init__(self, url: str, store_folder: str) -> None:
        super().__init__(url, store_path=store_folder, config=AT_ONCE)
        self._held: list[tuple[Any, ...]] | None = None

    def load_store(self) -> None:
        super().load_store()
        self.olm = Machine(self.user_id, self.device_id, self.store)

    async def close(self) -> None:
        await super().close()
        if self.store is not None:
            self.store.database.close()

    def encrypt(self, room_id: str, message_type: str, content: dict[Any, Any]) -> tuple[str, dict[str, Any]]:
        """What the homeserver is to act upon stands beside what is encrypted too."""
        kind, encrypted = super().encrypt(room_id, message_type, content)
        return kind, {**encrypted, **({TIMER: content[TIMER]} if TIMER in content else {})}

    async def share_group_session(self, room_id: str, ignore_unverified_devices: bool = False) -> Any:
        try:
            return await super().share_group_session(room_id, ignore_unverified_devices)
        except BaseException:
            # nio forgets this when it can't claim keys, and whoever writes into the room then waits for ever.
            self.sharing_session.pop(room_id, asyncio.Event()).set()
            raise

    def hold_back_keys(self) -> None:
        """From now on each room gets a new key, which reaches nobody until `release_keys`."""
        self._held = self._held or []
        for room in self.rooms:
            self.invalidate_outbound_session(room)

    async def release_keys(self) -> None:
        """Sends the keys that were held back, and holds back no more."""
        held, self._held = self._held or [], None
        for request in held:
            answered(await self._send(*request))

    async def ask_for_key(self, event: Any) -> None:
        """Asks all devices of the sender, and the person's own, for the key of an event (nio's MegolmEvent)."""
        self.olm.asked.add(event.session_id)
        for user in {event.sender, self.user_id}:
            message = event.as_key_request(user, self.device_id, request_id=secrets.token_hex(8))
            request = OutgoingKeyRequest.from_message(message)
            self.olm.outgoing_key_requests[event.session_id] = request
            self.olm.store.add_outgoing_key_request(request)
            answered(await self.to_device(message))

    async def pass_on_key(self, request: RoomKeyRequest) -> None:
        """Gives a key to the device that asks for it, whosever it is; nothing, if the key or the device is unknown."""
        key = self.olm.inbound_group_store.get(request.room_id, request.sender_key, request.session_id)
        device = await self._device(request.sender, request.requesting_device_id)
        if key is None or device is None:
            return
        if self.olm.session_store.get(device.curve25519) is None:
            answered(await self.keys_claim({device.user_id: [device.id]}))
        session = self.olm.session_store.get(device.curve25519)
        if session is not None:
            answered(await self.to_device(self.olm._encrypt_forwarding_key(request.room_id, key, session, device)))

    async def do_chores(self) -> None:
        """What a client owes after each `/sync`: one-time keys, other people's devices, its own to-device messages."""
        if self.should_upload_keys:
            answered(await self.keys_upload())
        await self.learn_devices()
        if self.should_claim_keys:
            answered(await self.keys_claim(self.get_users_for_key_claiming()))
        for answer in await self.send_to_device_messages():
            answered(answer)

    async def learn_devices(self) -> None:
        """Asks for the devices of those whose list has changed."""
        if self.should_query_keys:
            answered(await self.keys_query())

    async def _device(self, user_id: str, device_id: str) -> OlmDevice | None:
        if device_id not in self.device_store[user_id]:
            self.olm.users_for_key_query.add(user_id)
            await self.learn_devices()
        return self.device_store[user_id].get(device_id)

    async def _send(
        self, response_class: type, method: str, path: str, data: Any = None, response_data: Any = None, **more: Any
    ) -> Any:
        if self._held is None or response_class is not ShareGroupSessionResponse:
            return await super()._send(response_class, method, path, data, response_data, **more)
        self._held.append((response_class, method, path, data, response_data))
        as_if_shared = ShareGroupSessionResponse(*response_data)
        await self.receive_response(as_if_shared)
        return as_if_shared
