"""What the administrator of the scenario `record` writes: where files are kept, that members are told of the record,
and who the records officer is.
"""

from collections.abc import Mapping

from bridge.lab import roster
from bridge.lab.site import Site

ROLES: Mapping[str, str] = {"farid.khan": "records_officer"}
MEDIA = "media"
"""The folder of files, beside the settings."""


async def prepare(site: Site) -> Mapping[str, object]:
    """Writes the roster, and gives the settings."""
    roster.write(site.setu.folder, site.ground, ROLES)
    return {
        "media": {"folder": MEDIA},
        "followers": {"poll_seconds": 0.2},
        "bots": {
            "identity": {"rosters": [{"kind": "csv", "file": roster.FILE}]},
            "retention": {"tell_members": True},
        },
    }
