"""The texts that people read, by language, as Fluent (projectfluent.org) has them: those of the bridge, in `texts`, and
those of each bot. A text comes out of here as Markdown in which the words that somebody wrote are yet to be put in, so
that nothing a person writes is ever read as Fluent or as markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bridge import languages
from bridge.config_problem import Problem
from bridge.saying import Saying

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

    from bridge.catalogue_file import CatalogueFile

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters that stand around a word's name, where the word is to be put in."""

ISOLATE, ISOLATE_END = "\u2068", "\u2069"
"""First strong isolate, pop directional isolate (Unicode Standard Annex 9)."""

_MARK = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_CODE = re.compile(r"(`[^`]*`)")


class CatalogueError(Exception):
    """Texts that cannot be used, with everything that is wrong in them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))


class Catalogues:
    """The texts in every language. Each language is read when something is first said in it, and then kept."""

    def __init__(self, of_bots: Iterable[Path] = ()) -> None:
        self._folders = (languages.TEXTS, *of_bots)
        self._known = languages.known()
        self._files: dict[str, Sequence[CatalogueFile]] = {}
        self._bundles: dict[str, FluentBundle] = {}

    def problems(self) -> Sequence[Problem]:
        """Everything that is wrong in any language."""
        found: list[Problem] = []
        for language in dict.fromkeys((languages.ENGLISH, *self._known)):
            try:
                self._bundle(language)
            except CatalogueError as error:
                found.extend(problem for problem in error.problems if problem not in found)
        return found

    def assert_sound(self) -> None:
        """Reads every language, so that nothing is read later; raises CatalogueError where anything is wrong."""
        if found := self.problems():
            raise CatalogueError(found)

    def text(self, saying: Saying, language: str) -> str:
        """The text in the best language that has it, on one line; words that are no numbers stand as marks in it.

        Nothing is raised for a text that no language has: its id stands for it, and its words.
        """
        for one in self._order(language):
            bundle = self._bundle(one)
            if bundle.has_message(saying.message) and (pattern := bundle.get_message(saying.message).value) is not None:
                words = {name: word if isinstance(word, int | float) else mark(name)
                         for name, word in saying.words.items()}  # fmt: skip
                text = " ".join(str(bundle.format_pattern(pattern, words)[0]).split())
                return _isolated(text) if _is_right_to_left(one) else text
        return " ".join([saying.message, *map(mark, saying.words)])

    def _order(self, language: str) -> Iterator[str]:
        return (one for one in languages.order(language) if one in self._known)

    def _bundle(self, language: str) -> "FluentBundle":
        """Raises CatalogueError where the language's files, or the English ones, are wrong."""
        if language not in self._bundles:
            # Fluent and Babel take a tenth of a second to import, and `setu status` mostly says nothing.
            from fluent.runtime import FluentBundle

            files = self._read(language)
            if found := list(self._disagreements(language, files)):
                raise CatalogueError(found)
            # What isolates words is put in here, where it is known which of them are to be copied.
            bundle = FluentBundle([language, languages.ENGLISH], use_isolating=False)
            for file in files:
                bundle.add_resource(file.resource)
            self._bundles[language] = bundle
        return self._bundles[language]

    def _disagreements(self, language: str, files: "Sequence[CatalogueFile]") -> Iterator[Problem]:
        from bridge import catalogue_file

        if language != languages.ENGLISH:
            english = {message.id.name: message for file in self._read(languages.ENGLISH) for message in file.messages}
            yield from catalogue_file.disagreements(files, english)

    def _read(self, language: str) -> "Sequence[CatalogueFile]":
        from bridge import catalogue_file

        if language not in self._files:
            paths = [folder / f"{language}.ftl" for folder in self._folders]
            files = [_file(path) for path in paths if path.is_file()]
            if found := list(catalogue_file.problems(files)):
                raise CatalogueError(found)
            self._files[language] = files
        return self._files[language]


def mark(name: str) -> str:
    """Stands in a text where the word of this name is to be put in."""
    return f"{OPEN}{name}{CLOSE}"


def _file(path: Path) -> "CatalogueFile":
    from bridge.catalogue_file import CatalogueFile

    try:
        return CatalogueFile.read(path)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CatalogueError(
            [Problem(str(path), line, 1, "the file is not in UTF-8", "save it again as UTF-8")]
        ) from None
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise CatalogueError([Problem(str(path), 0, 0, what, "let the user that runs Setu read it")]) from None


def _isolated(text: str) -> str:
    """In a script that runs from right to left, a word in another does not disturb the order of those around it. What
    stands in a code span is to be copied, and copied without signs that nobody sees.
    """
    pieces = _CODE.split(text)
    pieces[::2] = [_MARK.sub(rf"{ISOLATE}\g<0>{ISOLATE_END}", piece) for piece in pieces[::2]]
    return "".join(pieces)


def _is_right_to_left(language: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        return bool(Locale.parse(language, sep="-").text_direction == "rtl")
    except (UnknownLocaleError, ValueError):
        return False
