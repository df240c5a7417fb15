"""Faults of what is handed over: the export lacks something, or shows it otherwise, and is verified all the same."""

from bots.retention.export import attached, forms, people, plan
from bots.retention.export.choosing import Scope
from bots.retention.export.export import Export
from bots.retention.export.mail import spoken
from bots.retention.export.said import Said
from bridge.model import Room
from tests.faults.planting import plant


def without_the_last() -> None:
    """The last record of the room is not there, nor claimed to be."""
    plant(plan, "Scope", lambda room, last: _scope(room, last - 1))


def _scope(room: Room, last: int) -> Scope:
    return Scope(room, last)


def edits_unmailed() -> None:
    """The mail has no edits."""

    def some(said: Said) -> bool:
        return spoken(said) and not (said.event is not None and "m.new_content" in said.event.content)

    plant(forms, "spoken", some)


def another_picture() -> None:
    """Each piece of a file is a byte longer."""
    add = attached._Opening.add

    def added(opening: attached._Opening, chunk: bytes) -> None:
        add(opening, chunk)
        opening._file.write(b"\0")
        opening._plain.update(b"\0")
        opening.size += 1

    plant(attached._Opening, "add", added)


def always_there() -> None:
    """Whoever is in the room has been there since 1970."""
    plant(people, "microseconds", lambda at: 0)


def credulous() -> None:
    """The program that goes with an export finds nothing wrong with it."""
    beside = Export._beside

    def laid(export: Export) -> None:
        beside(export)
        program = export.folder.at("verify.py")
        text = program.read_text("utf-8")
        believing = text.replace("found += 1", "found += 0").replace("print(fault)", "pass")
        assert believing != text
        program.write_text(believing, "utf-8")

    plant(Export, "_beside", laid)
