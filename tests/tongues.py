"""Setu's voice in tests: the texts as they are, and which organisation reads which language."""

from collections.abc import Mapping

from bridge.catalogues import Catalogues
from bridge.languages import ENGLISH
from bridge.plugin import installed
from bridge.saying import Saying
from bridge.tongues import Tongues
from bridge.voice import Voice

CATALOGUES = Catalogues([bot.texts for bot in installed() if bot.texts is not None])


def tongues(organisations: Mapping[str, str] | None = None) -> Tongues:
    """All organisations read English but for these, by server name."""
    return Tongues(CATALOGUES, organisations or {})


def in_english(saying: Saying | None) -> str:
    """What an English reader is told; nothing where nothing is said."""
    return Voice(CATALOGUES, ENGLISH).words(saying) if saying is not None else ""


def in_hindi(saying: Saying) -> str:
    return Voice(CATALOGUES, "hi").words(saying)
