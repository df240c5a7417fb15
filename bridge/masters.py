"""Which master key the settings name: one in a file, or one that a service keeps and never gives away, such as a KMS. A
kind of service is one small class: its settings (a frozen `Part`, its `kind` the name of its entry point in the group
`setu.master_keys`) with the methods of `bridge.seal.Master`.
"""

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import cast

from bridge.config import Keys, Part
from bridge.master_file import MasterFile
from bridge.seal import Master

GROUP = "setu.master_keys"
METHODS = ("fingerprint", "wrap", "unwrap")


def kinds() -> Mapping[str, type[Part]]:
    """Every installed kind of service, by its name.

    Raises:
        TypeError: an entry point of the group names something else.
    """
    found = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        kind = entry.load()
        if not (isinstance(kind, type) and issubclass(kind, Part) and all(hasattr(kind, name) for name in METHODS)):
            raise TypeError(f"entry point {entry.name} = {entry.value} in {GROUP} is no Part with {', '.join(METHODS)}")
        found[entry.name] = kind
    return found


def named(settings: Keys, standing: bytes | None) -> Master:
    """The master key.

    Args:
        standing: the fingerprint of the one that the database stands on; None where a missing file may be made.

    Raises:
        bridge.keys.KeyFileError: its file is missing and must not be made, or holds no key.
        bridge.secret_file.SecretError: its file cannot be read or made.
    """
    if settings.master is None:
        return MasterFile(settings.master_file).read(standing)
    return cast(Master, kinds()[settings.master["kind"]].model_validate(settings.master))
