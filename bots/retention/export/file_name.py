"""Names of files as somebody wrote them, made such that no file system, shell or double click does anything with them.
Pure.
"""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
"""Bytes; a file system takes 255 together with what stands before the name."""

_TELLING = frozenset("-_.() ")
ACTIVE = frozenset(
    ("htm", "html", "xhtml", "xht", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "js", "mjs", "vbs", "ps1", "bat",
     "cmd", "com", "exe", "msi", "scr", "pif", "lnk", "url", "hta", "jar", "jnlp", "reg", "sh", "py", "desktop", "apk",
     "dll", "wsf", "cpl", "chm", "iso", "img", "app")
)  # fmt: skip
"""What a double click runs, or a browser runs as a page of this folder."""


def safe(name: str) -> str:
    """A name that tells what the given one tells."""
    kept = "".join(letter if _telling(letter) else "_" for letter in unicodedata.normalize("NFC", name))
    kept = kept.strip(" .") or "file"
    path = PurePosixPath(kept)
    ending = path.suffix[:20]
    stem = _cut(kept.removesuffix(path.suffix) if path.suffix else kept, LONGEST - len(ending.encode()))
    return f"{stem}{ending}{'.download' if ending[1:].lower().strip() in ACTIVE else ''}"


def _telling(letter: str) -> bool:
    # Joiners (Cf) are part of words in Indian scripts, all else that is not seen deceives.
    return unicodedata.category(letter)[0] in "LMN" or letter in _TELLING or letter in "\u200c\u200d"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(" .") or "file"
