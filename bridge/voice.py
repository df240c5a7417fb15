"""Says things to somebody: in the language that they read, as plain words or as the content of a notice."""

from dataclasses import dataclass

from bridge import notices
from bridge.catalogues import Catalogues
from bridge.notices import Content
from bridge.saying import Saying, Word


@dataclass(frozen=True)
class Voice:
    """One language, with those that stand in for what it lacks."""

    catalogues: Catalogues
    language: str

    def notice(self, what: str | Saying, /, **words: Word) -> Content:
        """The content of an `m.notice`: a text by its id and its words, or a saying that holds both."""
        saying = _saying(what, **words)
        return notices.content(self._plain(saying), self._formatted(saying))

    def words(self, what: str | Saying, /, **words: Word) -> str:
        """The same as one line of plain text."""
        return self._plain(_saying(what, **words))

    def _plain(self, saying: Saying) -> str:
        words = {
            name: self._plain(word) if isinstance(word, Saying) else notices.one_line(str(word))
            for name, word in saying.words.items()
        }
        return notices.plain(self.catalogues.text(saying, self.language), words)

    def _formatted(self, saying: Saying) -> str:
        words = {
            name: self._formatted(word) if isinstance(word, Saying) else notices.escaped(str(word))
            for name, word in saying.words.items()
        }
        return notices.formatted(self.catalogues.text(saying, self.language), words)


def _saying(what: str | Saying, /, **words: Word) -> Saying:
    return what if isinstance(what, Saying) else Saying(what, words)
