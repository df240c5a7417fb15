"""The status as a person reads it in a terminal, and as a program reads it."""

import json
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any

from bridge.saying import Saying
from bridge.status import LinkStatus, Progress, Side, Status
from bridge.voice import Voice


def render(status: Status, voice: Voice) -> str:
    """A paragraph per link, then dead letters and alarms."""
    return "\n".join(_lines(status, voice))


def as_json(status: Status, voice: Voice) -> str:
    """The same as one JSON object."""

    def value(inside: Any) -> Any:
        if isinstance(inside, Saying):
            return voice.words(inside)
        return vars(inside) if is_dataclass(inside) else str(inside)

    return json.dumps(status, default=value)


def _lines(status: Status, voice: Voice) -> Iterator[str]:
    if not status.links:
        yield "No links. Name them under `links` in the configuration, then start `setu run`."
    for link in status.links:
        yield from _link(link, voice)
    if chats := status.direct_chats.chats:
        waiting = f", {status.direct_chats.waiting} of them waiting" if status.direct_chats.waiting else ""
        yield f"\n{chats} direct {'chat' if chats == 1 else 'chats'}{waiting}"
    if status.gaps:
        yield f"\nGaps: {status.gaps} (what is known to be missing or was set aside)"
    if status.dead_letters:
        yield "\nDead letters (`setu retry` tries them again):"
    for letter in status.dead_letters:
        yield f"  {letter.order:>6}  {letter.kind:<10} to {letter.room or letter.homeserver}: {letter.reason}"
    yield "\nAlarms:" if status.alarms else "\nNo alarms."
    for alarm in status.alarms:
        yield f"  {_time(alarm.since)}  {voice.words(alarm.what)} ({alarm.times}×)"


def _link(link: LinkStatus, voice: Voice) -> Iterator[str]:
    yield f"{link.name}: {link.state}"
    for side in link.sides:
        yield f"  {side.homeserver} {side.room or '(no room yet)'}"
        yield f"    {_figures(side)}"
        if side.history is not None:
            yield f"    history: {_progress(side.history)}"
        if side.parked:
            yield f"    parked: {voice.words(side.parked)}"


def _progress(history: Progress) -> str:
    if history.state == "wanted":
        return f"being read, {history.read} events so far"
    return f"{history.done} of {history.read} events carried over"


def _figures(side: Side) -> str:
    oldest = f"{side.oldest_unhandled_seconds:.0f} s" if side.oldest_unhandled_seconds is not None else "none"
    return (
        f"last event {_time(side.last_event)} · oldest unhandled {oldest} · journalled {side.journalled}"
        f" · recorded {side.recorded} · mirrored {side.mirrored} · outbox {side.outbox_depth}"
        f" · dead letters {side.dead_letters}"
        + (f" · unreadable {side.unreadable} (no key)" if side.unreadable else "")
    )


def _time(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z") if moment is not None else "never"
