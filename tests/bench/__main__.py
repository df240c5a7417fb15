"""Runs one benchmark by its name."""

import argparse
import asyncio
import json
import sys
from collections.abc import Coroutine, Mapping
from typing import Any

from tests.bench import classify, crowd, decryption, encrypted, export, history, large, mirror, record, roster

BENCHMARKS = ("mirror", "history", "decryption", "roster", "crowd", "classify", "record", "export")


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.bench", description="Measures Setu beside what it is built on.")
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument("--beside-federation", action="store_true", help="also what plain federation reaches")
    parser.add_argument("--encrypted", action="store_true", help="in encrypted rooms, beside a client that encrypts")
    parser.add_argument("--links", type=int, help="with so many links instead, and --ghosts people who have spoken")
    parser.add_argument("--ghosts", type=int, default=2000)
    parser.add_argument("--messages", type=int, default=200_000, help="to be recorded and searched")
    parser.add_argument("--events", type=int, default=100_000, help="to be exported")
    given = parser.parse_args()
    figures: Mapping[str, float] = asyncio.run(_chosen(given))
    print(json.dumps({name: round(figure, 3) for name, figure in figures.items()}))
    return 0


def _chosen(given: argparse.Namespace) -> Coroutine[Any, Any, Mapping[str, float]]:
    if given.name == "history":
        return history.run()
    if given.name == "classify":
        return classify.run()
    if given.name == "decryption":
        return decryption.run()
    if given.name == "crowd":
        return crowd.run()
    if given.name == "roster":
        return roster.run()
    if given.name == "export":
        return export.run(given.events)
    if given.name == "record":
        return record.run(given.messages, given.events)
    if given.encrypted:
        return encrypted.run()
    return large.run(given.links, given.ghosts) if given.links else mirror.run(given.beside_federation)


if __name__ == "__main__":
    sys.exit(main())
