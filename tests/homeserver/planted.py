"""Words that stand nowhere else, and the search for them in files, in whatever way they may be written there."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LETTERS = "abcdefghjkmnpqrstuvwxyz"
AKSHARAS = "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह"


@dataclass(frozen=True)
class Planted:
    """A word, and where a person put it."""

    where: str
    word: str

    @classmethod
    def latin(cls, where: str) -> "Planted":
        return cls(where, "".join(secrets.choice(LETTERS) for _ in range(16)))

    @classmethod
    def devanagari(cls, where: str) -> "Planted":
        return cls(where, "".join(secrets.choice(AKSHARAS) for _ in range(12)))

    def forms(self) -> Iterator[bytes]:
        """The word as it may be written."""
        yield json.dumps(self.word)[1:-1].encode()
        yield "".join(f"\\u{ord(letter):04x}" for letter in self.word).encode()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            data = self.word.encode(encoding)
            yield from (data, data.hex().encode(), data.hex().upper().encode())
            for shift in range(3):  # what stands before it decides how its first and last letters look in base64
                inside = base64.b64encode(b"x" * shift + data)[4 if shift else 0 : -4]
                yield from (inside, inside.replace(b"+", b"-").replace(b"/", b"_"))


def found_in(folder: Path, planted: list[Planted]) -> set[str]:
    """Where people put the words that a file under this folder holds."""
    owners = {form: one.where for one in planted for form in one.forms()}
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files, f"there is something to search in {folder}"
    return {owner for file in files for owner in _found(file.read_bytes(), owners)}


def _found(data: bytes, owners: Mapping[bytes, str]) -> Iterator[str]:
    return (owner for form, owner in owners.items() if form in data)
