"""The keys of an installation that has hashed with its first master key from the beginning, without a database."""

from bridge.seal import Hashes, MasterKey
from bridge.store.keyring import Keyring


def keyring_of(master: MasterKey) -> Keyring:
    """A new process's keys: none is open yet."""
    return Keyring(master, Hashes.derived(master))
