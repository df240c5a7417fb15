"""What the administrator of the scenario `classification` writes: that both linked rooms are for matter up to
RESTRICTED, that homeservers ask before they send what is far above it, and who the security officer is.
"""

from collections.abc import Mapping

from bridge.lab import roster
from bridge.lab.site import Site

CLEAR, SEALED = "border-roads", "border-posts"
"""The links: the people of the second one encrypt."""
CEILING = "RESTRICTED"
REFUSED_ABOVE = 2
"""So many levels above the ceiling is SECRET: it is refused before it is sent. CONFIDENTIAL is sent, and stays here."""
FULL_POWER = 100
ROLES: Mapping[str, str] = {"farid.khan": "security_officer"}


async def prepare(site: Site) -> Mapping[str, object]:
    """Makes the hub's offices, lets Setu moderate the department's rooms, writes the roster, and gives the settings."""
    asha, farid = site.ground.hub.people
    for what in ("admin", "security"):
        site.rooms_beside[what] = await asha.create_room(f"Office: {what}", invite=[farid.user_id])
        await farid.join(site.rooms_beside[what])
    for room in site.rooms.values():  # before the bot comes
        await room.people[0].empower(room.room, {room.homeserver.bot: FULL_POWER})
    roster.write(site.setu.folder, site.ground, ROLES)
    return {
        "admins": [asha.user_id],
        "admin_room": site.rooms_beside["admin"],
        "media": {"folder": "media"},
        "followers": {"poll_seconds": 0.5},
        "bots": {
            "identity": {"rosters": [{"kind": "csv", "file": roster.FILE}], "every_seconds": 0.5},
            "classification": _classification(site),
        },
    }


def _classification(site: Site) -> Mapping[str, object]:
    return {
        "security_room": site.rooms_beside["security"],
        # The hub's room of the first link is bound by what the department's may carry.
        "rooms": [
            {"room": site.rooms[CLEAR].room, "ceiling": CEILING},
            {"link": SEALED, "ceiling": CEILING},
        ],
        "gate": {"above": REFUSED_ABOVE},
        "every_seconds": 0.3,
    }
