"""All schemes, types of data and words of an installation together, as the engine takes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bots.classification import lexicon as words
from bots.classification import vocabulary
from bots.classification.lexicon import Lexicon
from bots.classification.scheme import Data, DataRule, FormRule, Rule, Scheme, VocabularyWords
from bots.classification.vocabulary import Vocabulary

File = Scheme | Data | VocabularyWords


@dataclass(frozen=True)
class Grammar:
    """What is looked for."""

    schemes: tuple[Scheme, ...]
    data: tuple[DataRule, ...]
    words: tuple[VocabularyWords, ...]

    @classmethod
    def of(cls, files: Iterable[File]) -> "Grammar":
        """From the files in their order: a later scheme or type takes the place of an earlier one of its name."""
        schemes: dict[str, Scheme] = {}
        data: dict[str, DataRule] = {}
        others: list[VocabularyWords] = []
        for file in files:
            match file:
                case Scheme():
                    schemes[file.scheme] = file
                case Data():
                    data |= {rule.id: rule for rule in file.types}
                case VocabularyWords():
                    others.append(file)
        return cls(tuple(schemes.values()), tuple(data.values()), tuple(others))

    @cached_property
    def lexicon(self) -> Lexicon:
        """The terms of all schemes."""
        return words.lexicon(self.schemes, self.words)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words around them."""
        return vocabulary.vocabulary(self.words)

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its id."""
        forms: tuple[FormRule, ...] = tuple(rule for scheme in self.schemes for rule in scheme.rules)
        return {rule.id: rule for rule in (*forms, *self.data)}
