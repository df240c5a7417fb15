"""A room key that comes, beside what is held of its session: it is kept so that as much as ever can be read. What
somebody passed on, or the backup held, proves nothing about its owner, until the owner's own key says the same.
"""

from dataclasses import replace

from bridge.e2ee.libolm import InboundGroup
from bridge.model import HomeserverName
from bridge.seal import Kek
from bridge.store import inbound_sessions
from bridge.store.database import Connection
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import Keyring


async def keep(
    connection: Connection, keyring: Keyring, kek: Kek, homeserver: HomeserverName, came: InboundSession
) -> bool:
    """Keeps a room key; whether it is new, or better than what was held. Call it in a transaction."""
    held = await inbound_sessions.find(connection, keyring, homeserver, came.room_id, [came.session_id])
    of_its_device = [one for one in held if one.sender_key == came.sender_key]
    joined = _joined(came, of_its_device[0]) if of_its_device else came
    return await inbound_sessions.put(connection, kek, homeserver, joined)


def _joined(came: InboundSession, held: InboundSession) -> InboundSession:
    """Of one that was passed on and the owner's own, if they are the same: the owner's, as far back as either reaches.

    They are the same where both have come to the same place, since nobody can turn a ratchet back.
    """
    if came.forwarded == held.forwarded or not _same_ratchet(came, held):
        return came
    owners = held if came.forwarded else came
    further = min(came, held, key=lambda one: one.first_index)
    return replace(owners, first_index=further.first_index, pickled=further.pickled)


def _same_ratchet(one: InboundSession, other: InboundSession) -> bool:
    place = max(one.first_index, other.first_index)
    return InboundGroup.opened(one.pickled).exported(place) == InboundGroup.opened(other.pickled).exported(place)
