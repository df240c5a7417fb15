"""`python -m tests.bench classify`: how fast the engine judges, beside Presidio's Indian recognisers on the same
messages in the same run; its start, its worst hostile message, a document; and its false markings on ordinary text.
A core's time is counted, not the clock's: other processes share the machine.
"""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from bots.classification.engine import Engine
from bots.classification.files import shop
from bots.classification.load import load
from tests import hostile
from tests.bench import chat, ordinary, presidio
from tests.documents import docx, paragraphs

ROUNDS = 3
LOADS = "from bots.classification.load import load; load()"


async def run() -> Mapping[str, float]:
    """Measures, prints the tables, and gives the figures."""
    files = await _document()  # first: a process is counted with what its parent held when it was begun
    messages = chat.messages()
    engine, plain = load(), load(native=False)
    figures = {"characters_a_message": sum(map(len, messages)) / len(messages)}
    figures |= _speed(engine, messages, "") | _speed(plain, messages, "without_re2_")
    find = presidio.finder()
    if find is not None:
        theirs = max(presidio.per_second(find, messages) for _ in range(ROUNDS))
        figures |= {"presidio_per_second": theirs, "ratio": figures["messages_per_second"] / theirs}
    figures |= _start() | _hostile(engine) | files
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<45} {value:12.2f}")
    if find is None:
        print("Presidio is not installed: pip install -e '.[bench]'")
    else:
        presidio.verdicts(find, lambda text: [found.type for found in engine.judge_text(text).findings])
    print("\nOrdinary text, each alarm:")
    return figures | ordinary.alarms(engine)


def _speed(engine: Engine, messages: Sequence[str], name: str) -> dict[str, float]:
    rates, each = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        for text in messages:
            engine.judge_text(text)
        rates.append(len(messages) / (time.process_time() - began))
    for text in messages:
        began_ns = time.thread_time_ns()
        engine.judge_text(text)
        each.append((time.thread_time_ns() - began_ns) / 1000)
    each.sort()
    return {
        f"{name}messages_per_second": max(rates), f"{name}mean_us": sum(each) / len(each),
        f"{name}p99_us": each[len(each) * 99 // 100],
    }  # fmt: skip


def _start() -> dict[str, float]:
    return {
        "engine_start_ms": _cpu_ms([sys.executable, "-c", LOADS]),
        "setu_classify_ms": _cpu_ms([sys.executable, "-m", "bridge", "classify", "hello"]),
    }


def _cpu_ms(command: Sequence[str]) -> float:
    spent = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent) * 1000


def _hostile(engine: Engine) -> dict[str, float]:
    slowest = {}
    for name, text in hostile.MESSAGES.items():
        spent = []
        for _ in range(ROUNDS):
            began = time.thread_time()
            engine.judge_text(text)
            spent.append(time.thread_time() - began)
        slowest[name] = min(spent) * 1000
    worst = sorted(slowest.items(), key=lambda item: -item[1])[:5]
    print("slowest hostile messages of 64 KiB: " + ", ".join(f"{name} {spent:.1f} ms" for name, spent in worst))
    return {"worst_hostile_ms": worst[0][1]}


async def _document() -> dict[str, float]:
    chance = random.Random(7)
    words = ("culvert", "bridge", "estimate", "sanction", "road", "repair", "officer", "reply", "minutes", "survey")
    picture = b"\xff\xd8\xff\xe0\0\x10JFIF" + chance.randbytes(960_000)
    few, many = (
        paragraphs(*(" ".join(f"{word}{chance.randrange(10_000)}" for word in chance.choices(words, k=25))
                     for _ in range(number)))
        for number in (400, 11_000)
    )  # fmt: skip
    figures: dict[str, float] = {}
    async with shop.opened() as opened:
        await opened.judge("warm.txt", b"Hello")
        for name, data in (
            ("document", docx(few, **{"word/media/image1.jpg": picture})), ("text_document", docx(many)),
        ):  # fmt: skip
            spent = []
            for _ in range(ROUNDS * 3):
                began = time.perf_counter()
                await opened.judge("a.docx", data)
                spent.append(time.perf_counter() - began)
            figures |= {f"{name}_mb": len(data) / 1e6, f"{name}_ms_by_the_clock": min(spent) * 1000}
    figures["files_peak_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return figures
