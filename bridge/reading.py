"""The journal as followers read it: what came encrypted is read with the room keys that are there, and told once, so
that every follower reads the same. An event may come a moment before its key: the room waits for it that long, and no
longer; what cannot be read then stands in the gap register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.e2ee import megolm
from bridge.e2ee.unreadable import Unreadable, Why
from bridge.model import AtRest, Entry, Room, storable
from bridge.room_keys import Keys, Need, RoomKeys
from bridge.seal import CannotOpen
from bridge.store import clear_text, our_devices
from bridge.store.clear_text import Told
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring

PATIENCE = timedelta(seconds=5)
"""How long an event that was just pushed may wait for its key."""

LONGEST = timedelta(minutes=15)
"""How long it may while our device has not yet taken what waited for it at the homeserver, as after an outage."""


@dataclass(frozen=True)
class Reading:
    """What was read of a room."""

    entries: Sequence[Entry]
    up_to: int
    wait: timedelta | None = None
    """How long the next entry may still wait for its key."""


@dataclass(frozen=True)
class Failed:
    """An entry that could not be read."""

    why: str
    tried: int | None
    """From which message on the key that failed reads; None where there was none, FINAL where no key will help."""


class Reader:
    """Reads the journal of all rooms."""

    def __init__(self, journal: Journal, keyring: Keyring) -> None:
        self._journal = journal
        self._keys = RoomKeys(keyring)

    async def read(self, connection: Connection, room: Room, after: int, up_to: int) -> Reading:
        """The entries with `after` < pos ≤ `up_to`, or those before the first that waits for its key. Call it in a
        transaction.
        """
        entries = await self._journal.read(connection, room, after, up_to)
        return await self._determined(connection, room, entries, up_to)

    async def read_at(self, connection: Connection, room: Room, positions: Sequence[int]) -> Sequence[Entry]:
        """The entries at these positions; nobody waits. Call it in a transaction."""
        entries = await self._journal.read_at(connection, room, positions)
        asked = _asked(entries)
        keys = await self._keys.find(connection, room, map(_need, asked))
        return await self._tell(connection, room, entries, asked, keys)

    async def read_again(self, connection: Connection, room: Room, pos: int) -> megolm.Clear | Failed:
        """What an entry says that nobody could read before. Raises CannotOpen."""
        [entry] = await self._journal.read_at(connection, room, [pos])
        self._keys.forget(room, _need(entry))  # it does not reach far enough
        return _try(entry, await self._keys.find(connection, room, [_need(entry)]))

    async def _determined(self, connection: Connection, room: Room, entries: Sequence[Entry], up_to: int) -> Reading:
        asked = _asked(entries)
        if not asked:
            return Reading(entries, up_to)
        keys = await self._keys.find(connection, room, map(_need, asked))
        waits, wait = await self._first_to_wait(connection, room, asked, keys)
        if waits is not None:
            entries, up_to = [entry for entry in entries if entry.pos < waits.pos], waits.pos - 1
            asked = [entry for entry in asked if entry.pos < waits.pos]
        return Reading(await self._tell(connection, room, entries, asked, keys), up_to, wait)

    async def _first_to_wait(
        self, connection: Connection, room: Room, asked: Sequence[Entry], keys: Keys
    ) -> tuple[Entry | None, timedelta | None]:
        """The first entry whose key may still be on its way, and how long that may take."""
        pushed = [entry for entry in asked if entry.source == "push"]
        lacking = {need.session_id for entry in pushed if (need := _need(entry)).session_id and need not in keys}
        if not lacking:
            return None, None
        lacking -= await clear_text.lacks(connection, room.ref, lacking)
        now, synced_at = await our_devices.synced(connection, room.homeserver)
        for entry in pushed:
            waited = now - entry.received_at
            behind = synced_at is not None and synced_at < entry.received_at  # keys may lie at the homeserver for us
            left = (LONGEST if behind else PATIENCE) - waited
            if _need(entry).session_id in lacking and left > timedelta():
                return entry, min(left, PATIENCE)
        return None, None

    async def _tell(
        self, connection: Connection, room: Room, entries: Sequence[Entry], asked: Sequence[Entry], keys: Keys
    ) -> Sequence[Entry]:
        """The entries with what the encrypted ones among them say, as it is told for everybody."""
        if not asked:
            return entries
        read = {entry.pos: _try(entry, keys) for entry in asked}
        tell = {entry.pos: _told(entry, read[entry.pos]) for entry in asked}
        told = await clear_text.tell(connection, room.ref, list(tell.values()))
        by_others: dict[int, Entry] = {}
        if others := [entry.pos for entry in asked if entry.pos not in told]:
            await self._tell_of_replays(connection, room, others)
            by_others = {entry.pos: entry for entry in await self._journal.read_at(connection, room, others)}
        return [by_others.get(entry.pos) or _with(entry, read.get(entry.pos), tell.get(entry.pos)) for entry in entries]

    async def _tell_of_replays(self, connection: Connection, room: Room, positions: Sequence[int]) -> None:
        """Nobody had told of these, and yet their message was told: somebody sends it again as another event."""
        replayed = await clear_text.untold(connection, room.ref, positions)
        told = [Told(pos, None, why=REPLAYED, tried=clear_text.FINAL) for pos in replayed]
        await clear_text.tell(connection, room.ref, told)


def _asked(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Those that nobody has tried to read yet. One whose key was destroyed stays as it is: whoever opens it is told."""
    return [entry for entry in entries if entry.undetermined and _opens(entry)]


def _opens(entry: Entry) -> bool:
    try:
        return entry.raw is not None
    except CannotOpen:
        return False


def _need(entry: Entry) -> Need:
    return Need(megolm.session_of(entry.raw.content), entry.raw.sender)


def _try(entry: Entry, keys: Keys) -> megolm.Clear | Failed:
    """Reads an entry with the key of its session that its sender owns."""
    need = _need(entry)
    if need.session_id is None:
        return Failed(_WORDS[Why.UNKNOWN_ALGORITHM], clear_text.FINAL)
    failed = Failed(_WORDS[Why.NO_KEY], None)
    for session in keys.get(need, ()):
        try:
            return megolm.decrypt(entry.raw, session)
        except Unreadable as failure:
            now = _failed(failure, session)
            failed = now if failed.tried is None else min(failed, now, key=lambda one: one.tried or clear_text.FINAL)
    return failed


def _failed(failure: Unreadable, session: megolm.Session) -> Failed:
    why = _WORDS.get(failure.code, DAMAGED)
    match failure.code:
        case Why.TOO_OLD:
            return Failed(why, session.group.first_index)
        case Why.WRONG_SENDER:  # its owner's own key may still come
            return Failed(why, None)
        case _:
            return Failed(why, clear_text.FINAL)


def _told(entry: Entry, read: megolm.Clear | Failed) -> Told:
    need = _need(entry)
    session_id = need.session_id
    if isinstance(read, Failed):
        gap = not entry.raw.taken_back  # its author took it back: there is nothing to be read
        sender_key = storable(entry.raw.content.get("sender_key"))
        sender = need.sender
        return Told(
            entry.pos, session_id, why=read.why, tried=read.tried, gap=gap, sender=sender, sender_key=sender_key
        )
    assert entry.seal_clear is not None, "an entry of the journal can be sealed with"
    return Told(entry.pos, session_id, entry.seal_clear(read.raw), read.index, read.forwarded, sender=need.sender)


def _with(entry: Entry, read: megolm.Clear | Failed | None, told: Told | None) -> Entry:
    match read:
        case None:
            return entry
        case Failed(why):
            return replace(entry, unreadable=why)
        case megolm.Clear(raw):
            return replace(entry, clear=lambda: raw, at_rest=lambda: _at_rest(entry, told))


def _at_rest(entry: Entry, told: Told | None) -> AtRest:
    assert entry.at_rest is not None and told is not None, "what was told of an entry of the journal lies beside it"
    return replace(entry.at_rest(), clear=told.sealed)


DAMAGED = "it is encrypted, and damaged"
REPLAYED = "it repeats, as another event, an encrypted message that was read before"

_WORDS: Mapping[Why, str] = {
    Why.NO_KEY: "it is encrypted, and the room key was never given to the bridge's device",
    Why.TOO_OLD: "it is encrypted, and the bridge's device was given the room key only from a later message on",
    Why.WRONG_SENDER: "it is encrypted with the room key of somebody else than its sender",
    Why.WRONG_ROOM: "it was encrypted for another room",
    Why.UNKNOWN_ALGORITHM: "it is encrypted in a way that this version does not know",
}
