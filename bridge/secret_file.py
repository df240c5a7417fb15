"""A secret in a file of its own: read with care, made once with mode 0600, never overwritten. Tokens, keys and
database URLs come through here, so that no error and no log line ever repeats what is inside.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

LARGEST = 64 * 1024
"""Bytes; no secret is larger, and what is larger is the wrong file."""


class SecretError(Exception):
    """A secret that cannot be read or made: which file, what is wrong, and the mend."""

    def __init__(self, path: Path, what: str, mend: str) -> None:
        self.path, self.what, self.mend = path, what, mend
        super().__init__(f"{path}: {what}; {mend}")


class Missing(SecretError):
    """There is no such file."""


def read(path: Path) -> str:
    """The secret in a file, without the newline at its end.

    Raises:
        Missing: there is no such file.
        SecretError: the file is unreadable, empty, or holds something that is no secret of one line.
    """
    raw = _bytes(path)
    try:
        secret = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError(path, "it is not text in UTF-8", "write the secret into it again") from None
    if not secret:
        raise SecretError(path, "it is empty", "write the secret into it, or remove it to have one made")
    if any(letter.isspace() or not letter.isprintable() for letter in secret):
        raise SecretError(path, "it holds a space or a second line", "leave only the secret in it")
    return secret


def create(path: Path, secret: str) -> None:
    """Makes a file with the secret, readable by its owner only. All of it is there, or nothing.

    Raises:
        FileExistsError: there is one already; it is left as it is.
        SecretError: the folder cannot be written.
    """
    try:
        _make_folder(path.parent)
        # Linked only when it is complete: a crash never leaves half a key, and a link replaces nothing (O_EXCL).
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".new-") as new:  # mode 0600
            new.write(f"{secret}\n")
            new.flush()
            os.fsync(new.fileno())
            os.link(new.name, path)
        sync_folder(path.parent)
    except (OSError, ValueError) as error:
        if isinstance(error, FileExistsError) and os.path.lexists(path):
            raise
        raise SecretError(
            path, f"it cannot be made ({_reason(error)})", "give Setu a folder that it may write"
        ) from None


def ensure(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file; it is made first where there is no file.

    Raises:
        SecretError: it can neither be read nor made.
    """
    if not os.path.exists(path):  # Unlike Path.exists, never raises.
        try:
            create(path, make())
        except FileExistsError:  # Another process was faster; its secret is the one.
            return read(path)
    return read(path)


def open_to_all(path: Path) -> bool:
    """Whether everybody on the machine may read or write the file."""
    return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


def _bytes(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # Opening a pipe would wait for ever.
            raise SecretError(path, "it is not a file", "name a file that holds the secret")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Missing(path, "there is no such file", "make it, or correct the path") from None
    except (OSError, ValueError) as error:
        raise SecretError(
            path, f"it cannot be read ({_reason(error)})", "let the user that runs Setu read it"
        ) from None
    if len(raw) > LARGEST:
        raise SecretError(path, f"it is larger than {LARGEST} bytes", "name the file that holds the secret")
    return raw


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "not a path"


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """What a folder names is on the disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
