"""Verifies an export of Setu's record, offline. It needs Python 3.11 and the package `cryptography`, and nothing of
Setu: a copy of it lies in each export. `python verify.py FOLDER --key KEY`, where KEY is the key of the log as Setu's
administrators, or the room with the checkpoints, tell it; without it the export vouches for itself.

The folder (format "setu-export 1"); every file but `manifest.json` is named in that, and there is no other:

- `manifest.json`, one object. `format`. `files`: for each file, by its path with "/", `sha256` (hex) and `bytes`.
  `logs`: by organisation, `checkpoint` (path of a C2SP signed note of a tlog-checkpoint) and `key` (the key that signed
  it: name+id+base64). `records`: how many lines `records.jsonl` has. `rooms`: what is claimed to be complete, a list of
  `organisation`, `room_id`, `first`, `last`: every `room_seq` from first to last is there.
- `records.jsonl`, UTF-8, one object a line, ending in a newline:
  - `organisation`: whose log; `seq`: number of the leaf in it.
  - `header`: the canonical header (RFC 8785) as a string, exactly as the leaf has it. It is itself an object:
    `of` ("record" or "audit"), `organisation`, `salt` (hex), for a record `room_id`, `room_seq`, `pos`, `event_id`,
    times, sender, type, relation, and `sealed`: the names of the sealed parts, "event" and perhaps "clear".
  - `sealed_sha256`: for each name in the header's `sealed`, SHA-256(salt || sealed bytes) in hex; absent for "audit".
  - `proof`: the inclusion proof (RFC 9162, 2.1.3) under the checkpoint of the organisation, base64, from the leaf up.
  - `parts`, where the content was not disposed of: for each name of `sealed`, `sealed` (base64: 12 bytes of nonce, then
    AES-256-GCM), `key` (base64, the key of this event alone) and `plain` (the text that it holds, as a string, or
    `plain_base64` where it is not UTF-8). "event" is what the homeserver sent, "clear" what that says decrypted.
  - What Setu knew beside it, which no proof holds: `known` (identity, capacity, verdict), `files` (each with its `path`
    and `sha256`, or `why` it is not there), `unreadable` (why an encrypted event was not read), `gone` (its key was
    destroyed).

The leaf is SHA-256(0x00 || header || the hashes of `sealed_sha256`, in their order). The associated data of AES-GCM are
texts, each behind its length (4 bytes, big endian): "journal", organisation, room_id, event_id for "event", and
"clear", organisation, room_id, pos for "clear".
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = "setu-export 1"
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError)


class Wrong(Exception):
    """Something in the export that is not as it should be."""


@dataclass(frozen=True)
class Log:
    """What was signed of a log."""

    size: int
    root: bytes


@dataclass
class Export:
    """One folder."""

    folder: Path
    manifest: dict[str, Any]
    keys: list[str]
    logs: dict[str, Log] = field(default_factory=dict)
    seen: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """The numbers of the records of each room."""

    def faults(self) -> Iterator[str]:
        """Everything that is wrong with it."""
        if self.manifest.get("format") != FORMAT:
            yield f"manifest.json: this program verifies the format {FORMAT!r}"
            return
        yield from self._files()
        for organisation, log in self.manifest["logs"].items():
            try:
                self.logs[organisation] = self._log(log)
            except (Wrong, *MALFORMED) as error:
                yield f"checkpoint of {organisation}: {_said(error)}"
        lines = 0
        for lines, line in enumerate(self._lines(), 1):
            try:
                self._record(json.loads(line))
            except (Wrong, *MALFORMED) as error:
                yield f"records.jsonl, line {lines}: {_said(error)}"
        if lines != self.manifest["records"]:
            yield f"records.jsonl: it has {lines} records, not {self.manifest['records']}"
        yield from self._rooms()

    def _files(self) -> Iterator[str]:
        named = self.manifest["files"]
        found = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if not path.is_dir()}
        for name in sorted(found - named.keys() - {"manifest.json"}):
            yield f"{name}: the manifest does not name it"
        for name, told in named.items():
            if name not in found:
                yield f"{name}: it is missing"
            elif _digest(self.folder / name) != (told["sha256"], told["bytes"]):
                yield f"{name}: it is not the file that the manifest names"

    def _log(self, told: dict[str, Any]) -> Log:
        if self.keys and told["key"] not in self.keys:
            raise Wrong(f"it is signed with a key that was not given: {told['key']}")
        text = _signed_text((self.folder / told["checkpoint"]).read_text("utf-8"), told["key"])
        origin, size, root = text.split("\n")[:3]
        if origin != told["key"].partition("+")[0]:
            raise Wrong("it is the checkpoint of another log")
        return Log(int(size), base64.b64decode(root, validate=True))

    def _lines(self) -> Iterator[bytes]:
        with (self.folder / "records.jsonl").open("rb") as file:
            yield from file

    def _record(self, told: dict[str, Any]) -> None:
        header = json.loads(told["header"])
        hashes = [bytes.fromhex(each) for each in told.get("sealed_sha256", [])]
        if header["organisation"] != told["organisation"] or len(hashes) != len(header.get("sealed", [])):
            raise Wrong("the line and its header do not fit")
        if any(len(each) != 32 for each in hashes):
            raise Wrong("a hash has 32 bytes")
        leaf = hashlib.sha256(b"\x00" + told["header"].encode() + b"".join(hashes)).digest()
        log = self.logs.get(told["organisation"])
        if log is None:
            raise Wrong("there is no checkpoint of its log")
        if not _includes(leaf, told["seq"], log, [base64.b64decode(each, validate=True) for each in told["proof"]]):
            raise Wrong("the checkpoint does not contain it")
        if header["of"] == "record":
            self.seen.setdefault((header["organisation"], header["room_id"]), []).append(header["room_seq"])
        for name, part in told.get("parts", {}).items():
            _assert_part(header, name, hashes[header["sealed"].index(name)], part)

    def _rooms(self) -> Iterator[str]:
        for numbers in self.seen.values():
            numbers.sort()
        for claim in self.manifest["rooms"]:
            numbers = self.seen.get((claim["organisation"], claim["room_id"]), [])
            inside = [number for number in numbers if claim["first"] <= number <= claim["last"]]
            if inside != list(range(claim["first"], claim["last"] + 1)):
                yield f"room {claim['room_id']}: it is not complete from {claim['first']} to {claim['last']}"
        for (_, room_id), numbers in self.seen.items():
            if len(set(numbers)) != len(numbers):
                yield f"room {room_id}: a record stands there twice"


def _assert_part(header: dict[str, Any], name: str, digest: bytes, part: dict[str, str]) -> None:
    sealed = base64.b64decode(part["sealed"], validate=True)
    if hashlib.sha256(bytes.fromhex(header["salt"]) + sealed).digest() != digest:
        raise Wrong(f"the sealed bytes of its {name} are not those that were recorded")
    last = header["event_id"] if name == "event" else str(header["pos"])
    place = ("journal" if name == "event" else "clear", header["organisation"], header["room_id"], last)
    about = b"".join(len(text.encode()).to_bytes(4, "big") + text.encode() for text in place)
    try:
        plain = AESGCM(base64.b64decode(part["key"], validate=True)).decrypt(sealed[:12], sealed[12:], about)
    except InvalidTag:
        raise Wrong(f"the key does not open its {name}") from None
    shown = part["plain"].encode() if "plain" in part else base64.b64decode(part["plain_base64"], validate=True)
    if shown != plain:
        raise Wrong(f"its {name} says something else than what was recorded")


def _signed_text(note: str, key: str) -> str:
    """The text of a signed note (C2SP signed-note), if this key has signed it."""
    name, id, encoded = key.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != id:
        raise Wrong("its key is no Ed25519 key")
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        dash, who, signature = line.split(" ")
        signed = base64.b64decode(signature, validate=True)
        if (dash, who, signed[:4].hex()) == ("—", name, id):
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed[4:], f"{text}\n".encode())
            except InvalidSignature:
                raise Wrong("its signature does not fit") from None
            return f"{text}\n"
    raise Wrong("its key has not signed it")


def _includes(leaf: bytes, index: int, log: Log, proof: list[bytes]) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < log.size:
        return False
    at, last, node = index, log.size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = hashlib.sha256(b"\x01" + other + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + other).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and node == log.root


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, Wrong) else f"it cannot be understood ({type(error).__name__}: {error})"


def main(arguments: list[str] | None = None) -> int:
    """Prints a line for each fault, and gives the exit status: 0 when there is none."""
    parser = argparse.ArgumentParser(description="Verifies an export of Setu's record, offline.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", default=[], help="a key that is trusted (name+id+base64)")
    given = parser.parse_args(arguments)
    try:
        export = Export(given.folder, json.loads((given.folder / "manifest.json").read_bytes()), given.key)
        found = 0
        for fault in export.faults():
            found += 1
            print(fault)
    except MALFORMED as error:
        print(f"the export cannot be read: {type(error).__name__}: {error}")
        return 1
    for organisation, log in export.logs.items():
        print(f"{organisation}: proved against what was signed at {log.size} leaves")
    if not given.key:
        print("No --key was given: compare the keys in manifest.json with those that the administrators tell.")
    print(f"{sum(map(len, export.seen.values()))} records: {found or 'no'} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
