"""What the administrator of the scenario `identity` writes: who is known, and what the linked rooms ask of their
people. Times are as short as a scenario wants them.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from bridge.lab.ground import Ground, Homeserver
from bridge.lab.site import Site

FILE = "roster.csv"
HEAD = ("user_id", "name", "designation", "organisation", "roles")
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
    site.setu.folder.mkdir(parents=True, exist_ok=True)
    _write(site.setu.folder / FILE, _rows(site.ground))
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
        "rosters": [{"kind": "csv", "file": FILE}],
        "security_room": site.rooms_beside["security"],
        "rooms": [{"link": name, **policy} for name in site.link_names],
        "every_seconds": 0.3,
    }


def _rows(ground: Ground) -> Sequence[Sequence[str]]:
    return [row for homeserver in ground.homeservers for row in _rows_of(homeserver)]


def _rows_of(homeserver: Homeserver) -> Sequence[Sequence[str]]:
    organisation = homeserver.organisation
    return [
        (
            f"@{person.localpart}:{homeserver.name}", person.name, person.designation, organisation.name,
            ROLES.get(person.localpart, ""),
        )
        for person in organisation.people
    ]  # fmt: skip


def _write(file: Path, rows: Sequence[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEAD, *rows])
