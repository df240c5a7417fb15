"""The checkpoints of one log: signed with the key, the same in the file, and the root that the log had; and what an
authority said of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cryptography.x509 import Certificate

from bots.retention import checkpoint, note, timestamp
from bots.retention.checkpoints import Signed
from bots.retention.ledger import Kept
from bots.retention.note import BadNote, Verifier
from bots.retention.timestamp import BadTimestamp
from bots.retention.verification.fault import Fault


@dataclass(frozen=True)
class Signatures:
    """What was signed of one log, inside and outside of the database."""

    organisation: str
    signed: Sequence[Signed]
    tokens: Mapping[int, bytes]
    """By the size of the log."""
    kept: Kept

    def faults(self, key: Verifier, roots: Mapping[int, bytes], authorities: list[Certificate]) -> Iterator[Fault]:
        """`roots` are those that the log had, by its size; those that are not there are not compared."""
        for signed in self.signed:
            if (wrong := self._wrong(signed, key, roots)) is not None:
                yield Fault(self._name(signed.size), wrong)
        known = {signed.size: signed for signed in self.signed}
        for size in sorted(self.kept.signed.keys() - known.keys()):
            yield Fault(self._name(size), "it is in the file and not in the database, which takes it at the next start")
        yield from self._stamps(known, authorities)

    def _wrong(self, signed: Signed, key: Verifier, roots: Mapping[int, bytes]) -> str | None:
        try:
            told = checkpoint.read(note.opened(signed.note, key))
        except (BadNote, ValueError) as error:
            return str(error)
        if (told.origin, told.size) != (key.name, signed.size):
            return f"it is that of {told.origin} at {told.size}"
        if signed.size in roots and told.root != roots[signed.size]:
            return "the log was not what was signed"
        if signed.size not in self.kept.signed:
            return "it is not in the file"
        if self.kept.signed[signed.size] != signed:
            return "it is not what is in the file"
        return None

    def _stamps(self, known: Mapping[int, Signed], authorities: list[Certificate]) -> Iterator[Fault]:
        for size in sorted(self.tokens.keys() | self.kept.tokens.keys()):
            name, token = f"the timestamp of {self._name(size)}", self.tokens.get(size)
            if token is None:
                yield Fault(name, "it is in the file and not in the database, which takes it at the next start")
            elif token not in self.kept.tokens.get(size, ()):
                yield Fault(name, "it is not what is in the file")
            elif size not in known:
                yield Fault(name, "there is no such checkpoint")
            else:
                try:
                    timestamp.assert_states(token, known[size].note, authorities)
                except BadTimestamp as error:
                    yield Fault(name, str(error))

    def _name(self, size: int) -> str:
        return f"checkpoint {size} of {self.organisation}"
