"""A level in the name of a file: in capitals, in brackets, or at an edge of the name of a document."""

from collections.abc import Iterator

from bots.classification.judgement import Counts, Mention
from bots.classification.place import Place
from bots.classification.vocabulary import Vocabulary


def judged(place: Place, vocabulary: Vocabulary) -> Counts | Mention:
    """What its place in a file's name makes of a wording."""
    if place.said.capitals:
        return Counts("file_name", ("file_name", "capitals"))
    if place.bracket:
        return Counts("file_name", ("file_name", "brackets"))
    if any(_edges(place, vocabulary)):
        return Counts("file_name", ("file_name", "edge"))
    return Mention("sentence")


def _edges(place: Place, vocabulary: Vocabulary) -> Iterator[bool]:
    stem, _, ending = place.view.text.rpartition(".")
    if ending in vocabulary.documents:
        begins, ends = place.said.first == 0, place.said.end >= len(stem.rstrip())
        yield begins and (ends or place.right[:1] in ("_", "-"))
        yield ends and place.left[-1:] in ("_", "-")
