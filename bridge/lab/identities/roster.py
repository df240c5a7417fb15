"""What the administrator of the scenario `identity` writes: who is known, and what the linked rooms ask of their
people. Times are as short as a scenario wants them.
"""

from collections.abc import Mapping

from bridge.lab import roster
from bridge.lab.site import Site

ROLES: Mapping[str, str] = {"ravi.kumar": "official", "farid.khan": "identity_officer"}
"""By the local part; the others have none."""

REMIND_SECONDS, RESTRICT_SECONDS = 2, 4
"""After the step before it."""
GHOST_NAME = "{name} · {designation}, {department}"


async def prepare(site: Site) -> Mapping[str, object]:
    """Makes the hub's rooms for administrators and for security, writes the roster, and gives the settings."""
    asha, farid = site.ground.hub.people
    for what in ("admin", "security"):
        site.rooms_beside[what] = await asha.create_room(f"Office: {what}", invite=[farid.user_id])
        await farid.join(site.rooms_beside[what])
    roster.write(site.setu.folder, site.ground, ROLES)
    return {
        "admins": [asha.user_id],
        "admin_room": site.rooms_beside["admin"],
        "mirror": {"ghost_name": GHOST_NAME},
        "followers": {"poll_seconds": 0.5},
        "bots": {"identity": _identity(site)},
    }


def _identity(site: Site) -> Mapping[str, object]:
    steps = {"remind": [f"{REMIND_SECONDS}s"], "restrict": f"{RESTRICT_SECONDS}s", "ask": None, "remove": None}
    policy = {"enforce": "on", "externals": "refuse", "notices": "direct", "steps": steps}
    return {
        "rosters": [{"kind": "csv", "file": roster.FILE}],
        "security_room": site.rooms_beside["security"],
        "rooms": [{"link": name, **policy} for name in site.link_names],
        "every_seconds": 0.3,
    }
