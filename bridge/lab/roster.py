"""The roster that the administrator of a scenario keeps beside the settings: all the people of the lab, and who of them
has which role.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from bridge.lab.ground import Ground, Homeserver

FILE = "roster.csv"
HEAD = ("user_id", "name", "designation", "organisation", "roles")


def write(folder: Path, ground: Ground, roles: Mapping[str, str]) -> None:
    """Writes it into the folder of Setu's settings; `roles` go by the local part, whom it does not name has none."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row for homeserver in ground.homeservers for row in _rows(homeserver, roles)]
    with (folder / FILE).open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEAD, *rows])


def _rows(homeserver: Homeserver, roles: Mapping[str, str]) -> Sequence[Sequence[str]]:
    organisation = homeserver.organisation
    return [
        (
            f"@{person.localpart}:{homeserver.name}", person.name, person.designation, organisation.name,
            roles.get(person.localpart, ""),
        )
        for person in organisation.people
    ]  # fmt: skip
