"""`python -m tests.bench roster`: how long a roster of 100,000 takes to be read, and read again when a row changed, as
CSV and as YAML; the same for the index of look-alikes; and how many different names that index takes for one.
"""

import gc
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from bots.identity.lookalikes.index import Lookalikes
from bots.identity.roster.csv_file import CsvFile
from bots.identity.roster.register import Register
from bots.identity.roster.roster import Roster
from bots.identity.roster.source import COLUMNS, Source
from bots.identity.roster.yaml_file import YamlFile
from bridge.model import UserId
from tests.unit.identity.names import names

PEOPLE = 100_000
POSTS = ("Joint Secretary", "Director", "Under Secretary", "Section Officer")
STRANGER = UserId("@stranger:elsewhere.example")

Result = TypeVar("Result")
Rows = Sequence[Sequence[str]]


async def run() -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(Path(folder))
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<60} {value:12.3f}")
    return figures


def _measure(folder: Path) -> dict[str, float]:
    rows, csv, yaml = list(_rows()), folder / "people.csv", folder / "people.yaml"
    figures = _read_twice("csv", CsvFile(kind="csv", file=csv), csv, _csv, rows)
    figures |= _read_twice("yaml", YamlFile(kind="yaml", file=yaml), yaml, _yaml, rows)
    with _held() as held:
        register = Register([CsvFile(kind="csv", file=csv)])
        register.reload()
    with _held() as held_by_index:
        index = Lookalikes(register.reload().roster)
    del index
    figures |= {"roster_mb": held[0], "lookalikes_mb": held_by_index[0]}
    return figures | _lookalikes(register, csv, rows)


def _read_twice(kind: str, source: Source, path: Path, written: Callable[[Rows], str], rows: Rows) -> dict[str, float]:
    """How long a first reading takes, one when nothing changed, and one when one row did."""
    path.write_text(written(rows))
    register = Register([source])
    loaded, _ = _timed(register.reload)
    unchanged, _ = _timed(register.reload)
    path.write_text(written(_with_one_changed(rows)))
    one_row, reloaded = _timed(register.reload)
    assert len(reloaded.roster) == PEOPLE and len(reloaded.changed) == 1
    return {f"{kind}_load_s": loaded, f"{kind}_unchanged_s": unchanged, f"{kind}_one_row_s": one_row}


def _lookalikes(register: Register, csv: Path, rows: Rows) -> dict[str, float]:
    roster = register.reload().roster
    made, index = _timed(lambda: Lookalikes(roster))
    csv.write_text(_csv(_with_one_changed(rows)))
    new = register.reload()
    followed, _ = _timed(lambda: index.follow(new.roster, new.changed))
    asked, known = _timed(lambda: _taken_for_another(index, new.roster, names(PEOPLE)))
    strangers = _taken_for_another(index, new.roster, names(PEOPLE, seed=2))
    few = Roster({person.user_id: person for person in list(new.roster)[: PEOPLE // 100]})
    beside_few = _taken_for_another(Lookalikes(few), few, names(PEOPLE, seed=2))
    for shown, name in {*known, *strangers, *beside_few}:
        print(f"taken for another: {shown} for {name}")
    return {
        "lookalikes_made_s": made, "lookalikes_one_row_s": followed, "lookalikes_asked_us": asked / PEOPLE * 1e6,
        "false_alarms_among_rostered": len(known), "false_alarms_of_strangers": len(strangers),
        "false_alarms_beside_1000": len(beside_few),
    }  # fmt: skip


def _taken_for_another(index: Lookalikes, roster: Roster, shown: Iterable[str]) -> list[tuple[str, str]]:
    found = [(name, roster.people[like.person].name) for name in shown for like in index.resembling(name, STRANGER)]
    return [(name, other) for name, other in found if not _same(name, other)]


def _same(name: str, other: str) -> bool:
    """Whether two names are the same but for the order and spacing of their words."""
    name, other = name.casefold(), other.casefold()
    return sorted(name.split()) == sorted(other.split()) or name.replace(" ", "") == other.replace(" ", "")


def _timed(act: Callable[[], Result]) -> tuple[float, Result]:
    gc.collect()
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


@contextmanager
def _held() -> Iterator[list[float]]:
    """The megabytes that what happens inside goes on holding."""
    held: list[float] = []
    tracemalloc.start()
    yield held
    gc.collect()
    held.append(tracemalloc.get_traced_memory()[0] / 2**20)
    tracemalloc.stop()


def _with_one_changed(rows: Rows) -> Rows:
    middle = len(rows) // 2
    return [*rows[:middle], [*rows[middle][:2], "Secretary", *rows[middle][3:]], *rows[middle + 1 :]]


def _rows() -> Iterator[list[str]]:
    for number, name in enumerate(names(PEOPLE)):
        yield [
            f"@p{number}:d{number % 40}.example", name, POSTS[number % len(POSTS)], f"Ministry {number % 80}",
            f"Block {number % 300}, New Delhi", "official;spokesperson" if number % 9 else "moderator", "hi en",
            f"2024-{1 + number % 12:02}-{1 + number % 28:02}", "2029-12-31",
        ]  # fmt: skip


def _csv(rows: Rows) -> str:
    quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in rows]
    return "".join(f"{','.join(row)}\n" for row in [COLUMNS, *quoted])


def _yaml(rows: Rows) -> str:
    return "people:\n" + "".join(f"  - {_entry(row)}\n" for row in rows)


def _entry(row: Sequence[str]) -> str:
    lists = {"roles", "languages"}
    words = (
        f"[{cell.replace(';', ' ').replace(' ', ', ')}]" if key in lists else f'"{cell}"'
        for key, cell in zip(COLUMNS, row, strict=True)
    )
    return "\n    ".join(f"{key}: {word}" for key, word in zip(COLUMNS, words, strict=True))
