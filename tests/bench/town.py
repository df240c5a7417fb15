"""Whom benchmarks of the record listen to: 6,600 people in 510 rooms of 17 organisations, of whom few say most, in
words of which few make up most of it. Several processes may each have a part of the organisations.
"""

import itertools
import json
import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.model import HomeserverName

ORGANISATIONS, ROOMS, PEOPLE, WORDS = 17, 510, 6_600, 100_000
TRANSACTION = 100
"""Events that a homeserver pushes at once when it has many (Synapse)."""
QUERIES = 40
"""Of each kind."""
SYLLABLES = (
    ("ka", "ri", "ma", "no", "te", "lu", "sho", "va", "pi", "den", "tra", "gu", "il", "an", "or", "est", "ba", "chi"),
    ("क", "रि", "म", "नो", "टे", "लु", "शो", "वा", "पि", "दे", "त्र", "गु", "इल", "अन", "ओर", "ज़", "बा", "ची"),
)
STEEPNESS = 1.15
"""How much more often a word is said than those that are seldom said (Zipf): 40,000 different ones in 400,000."""


def rooms() -> Iterator[tuple[HomeserverName, str]]:
    """All rooms, the busiest first."""
    for number in range(ROOMS):
        homeserver = HomeserverName(f"d{number % ORGANISATIONS}.example")
        yield homeserver, f"!room{number}:{homeserver}"


@dataclass
class Town:
    """Who writes what, where."""

    part: int = 0
    parts: int = 1
    first: int = 1
    """The number of the first message."""
    _chance: random.Random = field(init=False)
    _numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        chance = random.Random(7)  # the words are the same in every part
        self.words = [_word(chance, n) for n in range(WORDS)]
        self._common = list(itertools.accumulate((n + 2.7) ** -STEEPNESS for n in range(WORDS)))
        self._rooms = [room for n, room in enumerate(rooms()) if n % ORGANISATIONS % self.parts == self.part]
        busy = [1 / (n + 5) ** 0.8 for n in range(ROOMS) if n % ORGANISATIONS % self.parts == self.part]
        self._busy = list(itertools.accumulate(busy))
        self._chance = random.Random(self.first + self.part)
        self._numbers = itertools.count(self.first + self.part, self.parts)

    def transactions(self, messages: int) -> list[tuple[HomeserverName, list[bytes]]]:
        """So many messages as homeservers push them."""
        gathered: dict[HomeserverName, list[bytes]] = defaultdict(list)
        full: list[tuple[HomeserverName, list[bytes]]] = []
        for _ in range(messages):
            homeserver, room_id = self._room()
            gathered[homeserver].append(self.message(room_id, homeserver))
            if len(gathered[homeserver]) == TRANSACTION:
                full.append((homeserver, gathered.pop(homeserver)))
        return [*full, *gathered.items()]

    def message(self, room_id: str, home: str) -> bytes:
        """What somebody of there says there."""
        number, words = next(self._numbers), 1 + int(self._chance.expovariate(1 / 9.5))
        fields = {
            "type": "m.room.message", "event_id": f"${number:043}", "room_id": room_id,
            "content": {"msgtype": "m.text", "body": self._said(words)},
            "sender": f"@person{int(self._chance.random() ** 2 * PEOPLE)}:{home}",
            "origin_server_ts": 1_700_000_000_000 + number * 500, "unsigned": {"age": 12},
        }  # fmt: skip
        return json.dumps(fields).encode()

    def queries(self, in_one_room: bool) -> Mapping[str, Sequence[str]]:
        """What officers ask: words often and seldom said, several, phrases, beginnings, somebody's words."""

        def some(of: int) -> str:
            return self.words[int(self._chance.random() * of)]

        asked = {
            "common_word": [some(20) for _ in range(QUERIES)],
            "word": [some(2_000) for _ in range(QUERIES)],
            "rare_word": [some(WORDS) for _ in range(QUERIES)],
            "two_words": [f"{some(100)} {some(5_000)}" for _ in range(QUERIES)],
            "common_phrase": [f'"{some(20)} {some(20)}"' for _ in range(QUERIES)],
            "beginning": [f"{some(WORDS)[:5]}*" for _ in range(QUERIES)],
            "sender_and_word": [f"{some(100)} sender:@person{n}:d{n % 17}.example" for n in range(QUERIES)],
            "nothing": [f"unheard{n} {some(20)}" for n in range(QUERIES)],
        }  # fmt: skip
        return {kind: [f"{query} room:{self._room()[1]}" if in_one_room else query for query in queries]
                for kind, queries in asked.items()}  # fmt: skip

    def _room(self) -> tuple[HomeserverName, str]:
        return self._rooms[bisect(self._busy, self._chance.random() * self._busy[-1])]

    def _said(self, words: int) -> str:
        picked = (bisect(self._common, self._chance.random() * self._common[-1]) for _ in range(words))
        return " ".join(self.words[number] for number in picked)


def _word(chance: random.Random, number: int) -> str:
    some = chance.choice(SYLLABLES) if number % 3 == 0 else SYLLABLES[0]
    return "".join(chance.choices(some, k=1 + min(number // 20, 1) + min(number // 2_000, 2)))
