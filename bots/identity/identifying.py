"""Finds out who people are, from the roster and from what they and officers said, and keeps what changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bots.identity import claims, tags
from bots.identity.claims import Claim
from bots.identity.known import Known
from bots.identity.tag import Tag, Words
from bots.identity.tags import Kept
from bridge.model import UserId
from bridge.seal import Kek
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

LOCK = 0x1DE7
"""The advisory lock under which tags change: one transaction at a time."""

Likenesses = Mapping[UserId, UserId | None]
"""Of those whose name was looked at: whose name it is, where it is another's."""


async def identify(
    connection: Connection, keyring: Keyring, kek: Kek, known: Known, people: Collection[UserId],
    likenesses: Likenesses | None = None, seen: Mapping[UserId, datetime] | None = None,
) -> tuple[Mapping[UserId, Kept], frozenset[UserId]]:  # fmt: skip
    """The present tags of these people, brought up to date, and whose changed. Call it in a transaction.

    `seen`: since when those are met of whom nothing may be known.
    """
    alike = likenesses or {}
    kept = await tags.now(connection, keyring, people)
    wanted = await _wanted(connection, keyring, known, people, kept, alike)
    if all(_same(kept.get(user), tag) for user, tag in wanted.items()):
        return kept, frozenset()
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
    # Whoever held it before may have decided a claim, or changed the same tags.
    kept = await tags.now(connection, keyring, people)
    wanted = await _wanted(connection, keyring, known, people, kept, alike)
    changed = {user: tag for user, tag in wanted.items() if not _same(kept.get(user), tag)}
    met = seen or {}
    made = {
        user: await tags.change(connection, kek, tag, kept.get(user), met.get(user)) for user, tag in changed.items()
    }
    return {**kept, **made}, frozenset(changed)


async def look_up(connection: Connection, keyring: Keyring, known: Known, person: UserId) -> Tag:
    """Who somebody is, of whom nothing is kept for having been asked about."""
    kept = await tags.now(connection, keyring, [person])
    return (await _wanted(connection, keyring, known, [person], kept, {}))[person]


async def _wanted(
    connection: Connection, keyring: Keyring, known: Known, people: Collection[UserId],
    kept: Mapping[UserId, Kept], alike: Likenesses,
) -> Mapping[UserId, Tag]:  # fmt: skip
    said = await claims.of(connection, keyring, people)
    wanted = {}
    for user in people:
        now = kept[user].tag if user in kept else None
        tag = known.of_roster(user) or _claimed(known, user, said.get(user, ()))
        if not known.whole and now is not None and now.status == "verified" and not tag.identified:
            tag = now  # the row that says so may be in the file that could not be believed
        before = now.resembles if now is not None else None
        wanted[user] = replace(tag, resembles=alike.get(user, before))
    return wanted


def _claimed(known: Known, user_id: UserId, said: Sequence[Claim]) -> Tag:
    """The tag of somebody who is not in the roster: a verified claim counts before one that waits."""
    external = known.is_external(user_id)
    if not said:
        return Tag(user_id, "unknown", Words(), external)
    claim = said[0]
    return Tag(user_id, "verified" if claim.state == "verified" else "claimed", claim.words, external)


def _same(kept: Kept | None, tag: Tag) -> bool:
    return kept.tag == tag if kept is not None else tag.empty
