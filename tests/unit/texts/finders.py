"""What can be wrong with a translation that Fluent takes all the same: each finder gives its complaints in words. They
are told of a text as its variants, the text as a person may come to read it, with its words as `{name}`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import markdown
from fluent.syntax import ast

from bridge.catalogue_file import CatalogueFile

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
CODE = re.compile(r"`[^`]*`")
BOLD = re.compile(r"\*\*.*?\*\*")
FOREIGN_WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,'’-]+[A-Za-z]{2,}){2,}")
"""Three words of Latin letters in a row; names such as JSON or MiB stand alone."""


@dataclass(frozen=True)
class Text:
    """A message in one language."""

    variants: Sequence[str]
    numbers: frozenset[str]
    """The words that the language may say without their digits, as in "one more line"."""


def texts(files: Iterable[CatalogueFile]) -> Mapping[str, Text]:
    """Every message of one language, by its id."""
    return {message.id.name: text(message) for file in files for message in file.messages}


def text(message: ast.Message) -> Text:
    numbers: set[str] = set()
    variants = _pattern(message.value, numbers) if message.value is not None else [""]
    return Text([" ".join(variant.split()) for variant in variants], frozenset(numbers))


def _pattern(pattern: ast.Pattern, numbers: set[str]) -> list[str]:
    pieces = [
        [element.value] if isinstance(element, ast.TextElement) else _placeable(element.expression, numbers)
        for element in pattern.elements
    ]
    return ["".join(chosen) for chosen in product(*pieces)]


def _placeable(expression: object, numbers: set[str]) -> list[str]:
    match expression:
        case ast.VariableReference(id=name):
            return [f"{{{name.name}}}"]
        case ast.FunctionReference(arguments=given):
            return [piece for one in given.positional for piece in _placeable(one, numbers)]
        case ast.SelectExpression(selector=ast.VariableReference(id=name), variants=variants):
            numbers.add(name.name)
            return [piece for variant in variants for piece in _pattern(variant.value, numbers)]
        case ast.TermReference(id=name):
            return [f"{{-{name.name}}}"]
        case ast.StringLiteral(value=value):
            return [value]
        case _:
            raise AssertionError(f"nobody wrote {type(expression).__name__} yet")


def missing(english: Mapping[str, Text], other: Mapping[str, Text]) -> list[str]:
    """Texts that a language lacks, and texts that only it has."""
    return [f"{name} is missing" for name in english.keys() - other] + [
        f"{name} is no English text" for name in other.keys() - english
    ]


def untranslated(english: Text, other: Text) -> Iterator[str]:
    """A text left in English, or some words of it."""
    for variant in other.variants:
        words = _bare(variant)
        if not any(c.isalpha() for c in "".join(map(_bare, english.variants))):
            continue  # nothing in it is language
        if not any(c.isalpha() and not _is_latin(c) for c in words):
            yield f"is not translated: {variant}"
        elif found := FOREIGN_WORDS.search(words):
            yield f"has English words: {found[0]}"


def misplaced(english: Text, other: Text) -> Iterator[str]:
    """Words that are missing, doubled, or elsewhere than in code or bold, where the English text has them."""
    last = english.variants[-1]
    for variant in other.variants:
        for where, part in (("", None), (" in code", CODE), (" in bold", BOLD)):
            found, wanted = _placeholders(variant, part), _placeholders(last, part)
            for name in sorted(found.keys() | wanted.keys()):
                said_otherwise = name in other.numbers and not found[name]
                if found[name] != wanted[name] and not said_otherwise:
                    yield f"has {{{name}}} {found[name]} times{where}, not {wanted[name]}: {variant}"


def glued(_english: Text, other: Text) -> Iterator[str]:
    """Words without a space or a sign beside them: whoever copies an id copies a letter too."""
    for variant in other.variants:
        for found in PLACEHOLDER.finditer(variant):
            before, after = variant[: found.start()][-1:], variant[found.end() :][:1]
            if any(unicodedata.category(c)[0] in "LMN" or c in "{}" for c in before + after):
                yield f"has no space beside {found[0]}: {variant}"


def code_changed(english: Text, other: Text) -> Iterator[str]:
    """What is to be typed as it stands is something else."""
    wanted = Counter(CODE.findall(english.variants[-1]))
    for variant in other.variants:
        if Counter(CODE.findall(variant)) != wanted:
            yield f"has other code than {sorted(wanted)}: {variant}"


def unbalanced(_english: Text, other: Text) -> Iterator[str]:
    """Markup that does not come out as markup, or comes out as more than bold and code."""
    for variant in other.variants:
        html = markdown.markdown(variant, output_format="html")
        tags = set(re.findall(r"</?([a-z0-9]+)", html)) - {"p", "strong", "code"}
        rest = re.sub(r"<code>.*?</code>", "", html)
        if html.count("<p>") != 1 or tags or "**" in rest or "`" in rest or re.search(r"<[^/pcs]", html):
            yield f"has markup that is not balanced: {variant}"
        elif re.search(r"<strong>\s|\s</strong>|\]\(", html):
            yield f"has markup in the wrong place: {variant}"


FINDERS: Sequence[Callable[[Text, Text], Iterator[str]]] = (
    untranslated, misplaced, glued, code_changed, unbalanced,
)  # fmt: skip


def complaints(english: Mapping[str, Text], other: Mapping[str, Text]) -> list[str]:
    """Everything against a translation."""
    found = [
        f"{name} {complaint}"
        for name in sorted(english.keys() & other.keys())
        for finder in FINDERS
        for complaint in finder(english[name], other[name])
    ]
    return sorted(missing(english, other)) + found


def own_complaints(english: Mapping[str, Text]) -> list[str]:
    """Everything against the English texts by themselves."""
    return [
        f"{name} {complaint}"
        for name, one in english.items()
        for finder in (misplaced, glued, unbalanced)
        for complaint in finder(one, one)
    ]


def _placeholders(variant: str, within: re.Pattern[str] | None) -> Counter[str]:
    parts = within.findall(variant) if within is not None else [variant]
    return Counter(name for part in parts for name in PLACEHOLDER.findall(part))


def _bare(variant: str) -> str:
    """Without what stays the same in every language."""
    return PLACEHOLDER.sub("", CODE.sub("", variant))


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
