"""Runs one benchmark by its name."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping

from tests.bench import mirror

BENCHMARKS = {"mirror": mirror.run}


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.bench", description="Measures Setu beside what it is built on.")
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument("--beside-federation", action="store_true", help="also what plain federation reaches")
    given = parser.parse_args()
    figures: Mapping[str, float] = asyncio.run(BENCHMARKS[given.name](given.beside_federation))
    print(json.dumps({name: round(figure, 3) for name, figure in figures.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
