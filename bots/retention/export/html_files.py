"""The files of a message on a page: pictures are seen, sound and film can be played, all else is a link that a browser
stores and does not open; what is missing is told with its reason.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bots.retention.export.html_clean import text
from bots.retention.export.html_words import size

_SEEN = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"))


def files(some: Sequence[Mapping[str, Any]], up: str) -> str:
    """All of them, each once."""
    once = {str(one.get("path") or one["name"]): one for one in some}
    return "".join(_file(one, up) for one in once.values())


def _file(one: Mapping[str, Any], up: str) -> str:
    name = f"<bdi>{text(one['name'] or 'a file without a name')}</bdi>"
    if "path" not in one:
        return f'<p class="file missing">{name}: not in this export, since {text(one["why"])}</p>'
    path = f"{up}{quote(str(one['path']))}"
    told = f'{size(one["bytes"])}, SHA-256 <span class="id">{text(one["sha256"])}</span>'
    return f'<p class="file">{_shown(one, path)}<a href="{path}" download>{name}</a> ({told})</p>'


def _shown(one: Mapping[str, Any], path: str) -> str:
    kind = str(one.get("mimetype") or "").lower()
    if kind in _SEEN:
        return f'<img src="{path}" alt="{text(one["name"])}" loading="lazy">'
    if kind.startswith(("audio/", "video/")):
        tag = "audio" if kind.startswith("audio/") else "video"
        return f'<{tag} src="{path}" controls preload="none"></{tag}>'
    return ""
