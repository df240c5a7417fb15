"""Something to be said, in no language yet: which text of the catalogues, and the words that go into it. What decides
makes these; what is kept of alarms and reasons is kept as these; a `bridge.voice.Voice` says them to somebody.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

Word = Union[str, int, float, "Saying"]
"""What may go into a text: words as somebody wrote them, a number that the language writes its own way, or a text."""


@dataclass(frozen=True)
class Saying:
    """A text and its words."""

    message: str
    """The text's id, the same in every language."""
    words: Mapping[str, Word] = field(default_factory=dict)

    @classmethod
    def of(cls, message: str, /, **words: Word) -> "Saying":
        """`Saying.of("paused", name="secretariat")`."""
        return cls(message, words)

    def __str__(self) -> str:
        """For logs and for `setu` commands that know no catalogue: the id, and the words as they are."""
        return f"{self.message} ({', '.join(map(str, self.words.values()))})" if self.words else self.message

    def stored(self) -> str:
        """As the JSON that a `jsonb` column holds."""
        return json.dumps(_tree(self), ensure_ascii=False)

    @classmethod
    def read(cls, stored: str) -> "Saying":
        """From what `stored` gave."""
        return _saying(json.loads(stored))


def _tree(saying: Saying) -> dict[str, Any]:
    words = {name: _tree(word) if isinstance(word, Saying) else word for name, word in saying.words.items()}
    return {"say": saying.message, "words": words}


def _saying(tree: Mapping[str, Any]) -> Saying:
    words = {name: _saying(word) if isinstance(word, dict) else word for name, word in tree["words"].items()}
    return Saying(tree["say"], words)
