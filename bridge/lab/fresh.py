"""Words that nobody else ever wrote, so that they can be looked for wherever they must stand, or must not."""

import secrets
from dataclasses import dataclass, field


@dataclass
class Words:
    """Those of one play."""

    marks: list[str] = field(default_factory=list)

    def new(self, text: str) -> str:
        """These words, and one that stands nowhere else."""
        self.marks.append(secrets.token_hex(8))
        return f"{text} {self.marks[-1]}"
