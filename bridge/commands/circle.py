"""Circles of people, as the configuration names them: user ids in which `*` and `?` stand for any letters."""

import re
from dataclasses import dataclass

from bridge.model import UserId


@dataclass(frozen=True)
class Circle:
    """Some people. Ids are compared letter by letter: `@Ravi:mha.lab` is not `@ravi:mha.lab`."""

    patterns: tuple[str, ...]

    def __contains__(self, user_id: UserId) -> bool:
        return any(_matches(pattern, user_id) for pattern in self.patterns)


def _matches(pattern: str, user_id: UserId) -> bool:
    """Local part with local part, server with server: a `*` never reaches over the colon between them."""
    asked, given = pattern.partition(":"), user_id.partition(":")
    return all(re.fullmatch(_regex(asked[part]), given[part], re.DOTALL) for part in (0, 1, 2))


def _regex(glob: str) -> str:
    return re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
