"""Puts together what is known for one decision, from rows that the follower has read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bridge.customs import Customs
from bridge.mirror.kinds import members
from bridge.mirror.scene import Ghost, Scene
from bridge.model import Entry, Room, UserId
from bridge.origin import Origin, Signer
from bridge.seal import Hashes
from bridge.speaking import PLAIN, Dressing
from bridge.store.links import Endpoint
from bridge.store.people import Standing

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Scenery:
    """Makes scenes."""

    def __init__(self, customs: Customs, signer: Signer, hashes: Hashes) -> None:
        self._customs = customs
        self._signer = signer
        self._hashes = hashes

    def scene(
        self, room: Room, entry: Entry, origin: Origin, target: Endpoint, standing: Standing | None,
        dressing: Dressing = PLAIN, label: Mapping[str, Any] = NOTHING,
    ) -> Scene:  # fmt: skip
        """What is known when this entry is mirrored into that endpoint. `standing` is the ghost's, if there is one."""
        customs, source = self._customs, room.homeserver

        def rename(user_id: UserId) -> UserId:
            return customs.across(user_id, source, target.homeserver)

        return Scene(
            room=room.ref,
            source=source,
            origin=origin,
            ghost=self._ghost(entry, origin, target, standing),
            bot=target.keeper or customs.bot_on(target.homeserver),
            reader=customs.bot_on(source),
            signer=self._signer,
            rename=rename,
            is_ghost=lambda user_id: customs.is_ghost(user_id, target.homeserver),
            dressing=dressing,
            label=label,
            ts=_true_time(entry),
            state_crosses=entry.source != "state" or target.made,
        )

    def _ghost(self, entry: Entry, origin: Origin, target: Endpoint, standing: Standing | None) -> Ghost:
        name = self._customs.ghost_name(origin)
        picture = members.picture(entry.event)
        if standing is None:
            user_id = self._customs.ghost_of(origin.sender, target.homeserver)
            return Ghost(user_id, name, None, joined=False, pictured=picture is None)
        named = None if standing.name_mac is None else standing.name_mac == self._hashes.mac_of(name)
        pictured = standing.avatar_mac == self._hashes.mac_of(picture or "") or (
            standing.avatar_mac is None and picture is None
        )
        return Ghost(standing.user_id, name, named, standing.joined_by is not None, pictured)


def _true_time(entry: Entry) -> int | None:
    """The time that the copy shows, where it comes much later than what it copies."""
    sent_at = entry.event.sent_at
    return int(sent_at.timestamp() * 1000) if sent_at is not None and (entry.late or entry.history) else None
