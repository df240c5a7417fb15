"""Events sent and taken back, each once: under a transaction id that is the same for each attempt. What an event refers
to is looked up now, since it may itself have been sent a moment ago.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mautrix.api import Method

from bridge import references
from bridge.actions import CopyOf, Redact, Send
from bridge.gateway import marks
from bridge.gateway.e2ee.encryption import IN_CLEAR, Encryption
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path, said
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.gateway.transaction_id import MARK, transaction_id
from bridge.store import copies, outbox
from bridge.store.database import Pool
from bridge.store.outbox import Order

ALREADY = frozenset({"M_DUPLICATE_ANNOTATION"})
"""Refusals that say that what is asked for is so: the same reaction by the same person."""


async def send(
    homeserver: Homeserver, pool: Pool, order: Order, room_id: str, acting: Acting, action: Send,
    encryption: Encryption,
) -> Outcome:  # fmt: skip
    """By transaction id, encrypted where the room is: what an earlier attempt encrypted otherwise counts as the same.

    An order older than the homeserver's memory of transaction ids looks for its mark first.
    """
    try:
        content = await filled(pool, order, action.origin, action.content)
    except references.Missing:
        return Dead("what it refers to has no counterpart here")
    txn_id = transaction_id(acting.user_id, order.cause)
    if order.aged and (found := await marks.find(homeserver, acting, room_id, txn_id, order.created_ms)):
        return Done(found)
    type, content = await encryption.sealed(acting.user_id, room_id, action.type, content)
    if action.only_encrypted and type == action.type and type not in IN_CLEAR:
        return Dead("not encrypted: the room there is not, and this must not stand in clear")
    address = path("v3", "rooms", room_id, "send", type, txn_id)
    query = {"ts": str(action.ts)} if action.ts is not None else None
    try:
        sent = await homeserver.call(Method.PUT, address, acting, {**content, MARK: txn_id}, query)
    except Refused as refused:
        if refused.errcode in ALREADY:
            return Done()
        raise
    return Done(said(sent, "event_id"))


async def redact(
    homeserver: Homeserver, pool: Pool, order: Order, room_id: str, acting: Sequence[Acting], action: Redact
) -> Outcome:
    """By transaction id; taking back twice what is gone changes nothing. Of those who act, the first who may does."""
    origin = action.origin
    async with pool.acquire() as connection:
        endpoint = order.lane.endpoint
        found = await copies.counterpart(connection, origin.room, action.event_id, endpoint) if origin else None
    target = found if origin else action.event_id
    if target is None:
        return Dead("what is taken back has no counterpart here")
    body = {"reason": action.reason} if action.reason is not None else {}
    *others, last = acting
    for one in others:
        try:
            return Done(await _redact(homeserver, order, room_id, one, target, body))
        except Refused as refused:
            if refused.status != 403:
                raise
    return Done(await _redact(homeserver, order, room_id, last, target, body))


async def _redact(
    homeserver: Homeserver, order: Order, room_id: str, acting: Acting, target: str, body: Mapping[str, str]
) -> str:
    address = path("v3", "rooms", room_id, "redact", target, transaction_id(acting.user_id, order.cause))
    return said(await homeserver.call(Method.PUT, address, acting, body), "event_id")


async def filled(pool: Pool, order: Order, origin: CopyOf | None, content: Any) -> Any:
    """The content with the counterparts of other events and the files of earlier orders in it."""

    async def find_event(event_id: str) -> str | None:
        if origin is None:
            return event_id
        async with pool.acquire() as connection:
            return await copies.counterpart(connection, origin.room, event_id, order.lane.endpoint)

    async def find_made(ordinal: str) -> str | None:
        return await find_sent(f"{order.cause.rpartition('#')[0]}#{ordinal}")

    async def find_sent(cause: str) -> str | None:
        async with pool.acquire() as connection:
            return await outbox.outcome_of(connection, cause)

    return await references.fill(content, find_event, find_made, find_sent)
