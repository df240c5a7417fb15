"""The process that judges files: it loads the engine once, and judges each file in a child (`bridge.documents.worker`).
`python -m bots.classification.files.worker` takes the home scheme and folders of schemes.
"""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bots.classification import load
from bots.classification.engine import Engine
from bots.classification.verdict import Verdict, packed
from bridge.documents import worker
from bridge.documents.read import Reading

LABEL = "a sensitivity label that no scheme names"


def judged(engine: Engine, name: str, data: bytes, home: str | None) -> Verdict:
    """The verdict on one file, in this process."""
    reading = Reading()
    segments = list(reading.segments(name, data))
    verdict = engine.judge(segments, home)
    labelled = any(segment.where == "label" for segment in segments)
    if labelled and not any(finding.segment.startswith("label") for finding in verdict.findings):
        reading.unread.append(LABEL)
    return Verdict(verdict.findings, verdict.dismissed, (*verdict.not_scanned, *reading.unread))


def _work(engine: Engine, job: Mapping[str, Any], data: bytes) -> Mapping[str, Any]:
    return packed(judged(engine, job["name"], data, job["home"]))


def main() -> None:
    """Serves until standard input ends."""
    home, *folders = sys.argv[1:]
    worker.serve(partial(_work, load.load(map(Path, folders), home=home)))


if __name__ == "__main__":
    main()
