"""The file of the master key, and how it becomes another one: the new key is written beside it, and takes its place
when the database stands on it. Whenever that is cut off, one of the two files holds the key that is needed, and is
found.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge import keys, secret_file
from bridge.seal import MasterKey, short


@dataclass(frozen=True)
class MasterFile:
    """The file, and those beside it."""

    path: Path

    @property
    def new(self) -> Path:
        """Where the next key lies until it takes the file's place."""
        return self._beside(".new")

    def old(self, fingerprint: bytes) -> Path:
        """Where a key of before is left: backups of the database from then need it."""
        return self._beside(f".old-{short(fingerprint)}")

    def left(self) -> list[Path]:
        """The files of keys of before."""
        place = self._beside("")
        return sorted(place.parent.glob(f"{place.name}.old-*"))

    def read(self, standing: bytes | None) -> MasterKey:
        """The key that is in use.

        Args:
            standing: the fingerprint of the one that the database stands on; None where a missing file may be made.

        Raises:
            bridge.keys.KeyFileError: the file is missing and must not be made, holds no key, or the wrong one.
            bridge.secret_file.SecretError: the file cannot be read or made.
        """
        found = keys.master_key(self.path, may_make=standing is None)
        if standing is None or standing == found.fingerprint:
            return found
        with suppress(keys.KeyFileError):
            if (coming := keys.master_key(self.new, may_make=False)).fingerprint == standing:
                return coming
        # What was the next one may have come into its place just now.
        if (found := keys.master_key(self.path, may_make=False)).fingerprint == standing:
            return found
        if (left := self.old(standing)).exists():
            raise keys.KeyFileError(
                f"{self.path}: the database stands on master key {short(standing)}, as a backup of before does: copy"
                f" {left} into the place of this file, and keep this one beside it. Nothing was changed"
            )
        return found

    def next(self) -> MasterKey:
        """The key that comes, made where there is none yet. Raises as `read`."""
        return keys.master_key(self.new, may_make=True)

    def is_behind(self, standing: bytes) -> bool:
        """Whether the database stands on the next key, and the file holds one of before."""
        return keys.master_key(self.path, may_make=False).fingerprint != standing

    def renew(self) -> Path:
        """The next key takes the file's place, and the one of before is left where this says. Raises SecretError."""
        place = self._beside("")
        left = self.old(keys.master_key(place, may_make=False).fingerprint)
        try:
            if not left.exists():
                os.link(place, left)
            os.replace(self.new, place)
            secret_file.sync_folder(place.parent)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise secret_file.SecretError(
                place, f"it cannot be replaced ({reason})", f"move {self.new} into its place, and keep the old one"
            ) from None
        return left

    def _beside(self, end: str) -> Path:
        whole = self.path.resolve()  # what a link points to is replaced, not the link
        return whole.with_name(whole.name + end)
