"""The places that make a wording a marking, and those that make it none. `judged` gives the form under which it counts,
with its evidence, or the reason why it does not.
"""

import re
from collections.abc import Callable, Container

from bots.classification import file_name
from bots.classification.judgement import Answer, Counts, Mention
from bots.classification.place import NEAR, Place
from bots.classification.scheme import Form
from bots.classification.vocabulary import Vocabulary, begins_at, ends_before
from bridge.documents.segment import Where

_SET_APART = re.compile(r"[\])}>*_\s]{0,6}(?:[:|;.>।]|//|[-–—=]{1,3}(?=\s)|\*{1,3}\s)")
_SET_BEHIND = re.compile(r"(?:\s[-–—|=/]{1,3}|\||[.!।…]|\*{2})\s*[\[(*_]{0,3}$|\s{4,}$|\t$")
_FIELD = re.compile(r"\s{0,3}(?:[:=|>]|[-–—]{1,2}|::)[\s\"'“‘\[(*_]{0,4}")
_LINKS = frozenset(
    ("classified", "as", "marked", "graded", "to", "be", "treated", "being", "hereby", "strictly", "considered", "is",
     "a", "rated", "kept", "handled", "now", "the", "level", "at", "of", "and", "must", "should", "shall")
)  # fmt: skip
_BLANK = re.compile(r"\s")


def judged(place: Place, vocabulary: Vocabulary, forms: Container[Form], where: Where) -> Counts | Mention:
    """What the place of a wording makes of it; `forms` are those that its scheme has rules for."""
    if place.said.several:
        return Mention("list")
    if where == "label":
        return Counts("label", ("label",))
    if where == "file_name":
        return file_name.judged(place, vocabulary)
    if place.asked:
        return Mention("question")
    if place.quoted and (place.alone or not (place.begins_line and place.ends_line)):
        return Mention("quotation")
    for form, test in _FORMS:
        if form in forms and _may(place, form) and (evidence := test(place, vocabulary)) is not None:
            return evidence if isinstance(evidence, Mention) else Counts(form, evidence)
    if place.describes(vocabulary.things):
        return Mention("thing")
    return Mention("alone" if place.alone else "sentence")


_OF_SHORT: Container[Form] = ("field", "reference", "control")
ALONE = 4
"""Letters of an abbreviation that may also make a line or a banner: CONF, RESTD; TS is too much else."""


def _may(place: Place, form: Form) -> bool:
    said = place.said
    if not said.short:
        return True
    long = said.end - said.start >= ALONE and form in ("line", "banner")
    return said.capitals and (long or form in _OF_SHORT)


def _line(place: Place, vocabulary: Vocabulary) -> Answer:
    if not (place.begins_line and place.ends_line):
        page = place.said.capitals and place.view.text.isascii() and place.page(vocabulary.pages)
        return ("own_line", "page_number") if page else None
    if place.said.capitals:
        return ("own_line", "capitals")
    if place.decorated:
        return ("own_line", "decorated")
    edge = place.said.first == 0 or place.said.behind == len(place.words)
    others = len(place.words) - (place.said.behind - place.said.first)
    return ("own_line", "first_line" if place.said.first == 0 else "last_line") if edge and others >= 3 else None


def _field(place: Place, vocabulary: Vocabulary) -> Answer:
    if place.begins_line or not _FIELD.fullmatch(place.left):
        return None
    if ends_before(place.words, place.said.first, vocabulary.fields) is None:
        return None
    return Mention("thing") if place.describes(vocabulary.things) else ("field",)


def _reference(place: Place, vocabulary: Vocabulary) -> Answer:
    start, end = _run(place)
    run = place.view.text[start:end]
    if not ("/" in run or "-" in run) or not any(letter.isdigit() for letter in run):
        return None
    at = place.said.first
    while at > 0 and place.words[at - 1].end > start:
        at -= 1
    announced = [
        n for n in range(at, max(0, at - 4), -1) if ends_before(place.words, n, vocabulary.references) is not None
    ]
    inside = ends_before(place.words, at + 1, vocabulary.references) or ends_before(
        place.words, at + 2, vocabulary.references
    )
    return ("file_reference",) if announced or inside is not None else None


def _run(place: Place) -> tuple[int, int]:
    text, start, end = place.view.text, place.said.start, place.said.end
    while start > max(0, place.said.start - NEAR) and not _BLANK.match(text, start - 1):
        start -= 1
    while end < min(len(text), place.said.end + NEAR) and not _BLANK.match(text, end):
        end += 1
    return start, end


def _bracket(place: Place, vocabulary: Vocabulary) -> Answer:
    said, kind = place.said, place.bracket
    attached = place.left[:1] == kind and not place.begins_line
    if not kind or attached or not (said.capitals or (kind != "(" and place.titled)):
        return None
    if place.denied(vocabulary.denials, vocabulary.denials_after):
        return Mention("denial")
    return Mention("question") if kind == "(" and place.in_question else ("brackets",)


def _banner(place: Place, vocabulary: Vocabulary) -> Answer:
    if not place.begins_line or place.ends_line:
        return None
    apart = _SET_APART.match(place.right)
    if apart and (place.said.capitals or (":" in apart[0] and not _ordinary(place))):
        return ("banner", "set_apart")
    aside = place.right.lstrip()[:1] == "(" and not begins_at(place.words, place.said.behind, vocabulary.denials)
    if place.said.capitals and aside and place.right[:1].isspace():
        return ("banner", "note_in_brackets")
    many = place.said.behind - place.said.first > 1 and place.view.text.isascii()
    if many and place.said.capitals and not (place.next_in_capitals or place.describes(vocabulary.things)):
        return ("banner", "capitals")
    return None


def _ordinary(place: Place) -> bool:
    """A single English word in small letters: before a colon it names a field of some software."""
    written = place.view.original(place.said.start, place.said.end)
    return written == place.said.level.name.lower().split()[-1]


def _footer(place: Place, vocabulary: Vocabulary) -> Answer:
    if not place.ends_line or place.begins_line or not place.said.capitals or not _SET_BEHIND.search(place.left):
        return None
    return ("footer", "set_apart")


def _control(place: Place, vocabulary: Vocabulary) -> Answer:
    said = place.said
    if not (said.handling and said.capitals and (said.strokes or any(h.own for h in said.handling))):
        return None
    if place.denied(vocabulary.denials, vocabulary.denials_after):
        return Mention("denial")
    return ("handling_words",)


def _inline(place: Place, vocabulary: Vocabulary) -> Answer:
    if not place.said.capitals or place.said.sense.scheme != "TLP":
        return None
    if place.denied(vocabulary.denials, vocabulary.denials_after):
        return Mention("denial")
    return Mention("question") if place.in_question else ("label",)


def _declaration(place: Place, vocabulary: Vocabulary) -> Answer:
    said = place.said
    for at in range(said.first, max(place.before, said.first - 8) - 1, -1):
        begin = ends_before(place.words, at, vocabulary.declarations)
        between = {word.text for word in place.words[at : said.first]}
        if begin is None or begin < place.before or not (said.capitals or said.first - begin > 2):
            continue
        if place.denied(vocabulary.denials, vocabulary.denials_after):
            return Mention("denial")
        if place.in_question:
            return Mention("question")
        shouted = not place.ends_line and place.next_in_capitals
        return ("declaration",) if between <= _LINKS and not shouted else None
    return None


def _disguised(place: Place, vocabulary: Vocabulary) -> Answer:
    written = place.view.original(place.said.start, place.said.end)
    plain = place.view.text[place.said.start : place.said.end].isascii()
    unusual = plain and not written.isascii()
    parted = {"spaced_letters", "look_alikes", "reversed"} & {*place.view.evidence}
    spelled = "digits_for_letters" in place.view.evidence and place.said.capitals  # in small letters it is a password
    if not (unusual or parted or spelled):
        return None
    return Mention("denial") if place.denied(vocabulary.denials, vocabulary.denials_after) else ("disguised",)


_FORMS: tuple[tuple[Form, Callable[[Place, Vocabulary], Answer]], ...] = (
    ("line", _line), ("field", _field), ("reference", _reference), ("bracket", _bracket), ("banner", _banner),
    ("footer", _footer), ("control", _control), ("inline", _inline), ("declaration", _declaration),
    ("disguised", _disguised),
)  # fmt: skip
