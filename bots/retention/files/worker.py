"""The process that reads files for search: each in a child (`bridge.documents.worker`), which tells its texts.
`python -m bots.retention.files.worker` takes no arguments.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.documents import worker
from bridge.documents.limits import LIMITS
from bridge.documents.read import Reading

MOST = 500_000
"""Characters of a file that can be searched."""


def texts(data: bytes) -> list[str]:
    """What a file says, in its order, up to so many characters; each text once."""
    reading, found, left = Reading(replace(LIMITS, characters=MOST)), dict[str, None](), MOST
    for segment in reading.segments("", data):
        if segment.where != "label" and segment.text not in found:
            found[segment.text[:left]] = None
            left -= len(segment.text)
            if left <= 0:
                break
    return list(found)


def _work(_: Mapping[str, Any], data: bytes) -> Mapping[str, Any]:
    return {"texts": texts(data)}


if __name__ == "__main__":
    worker.serve(_work)
