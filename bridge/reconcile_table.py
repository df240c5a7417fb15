"""A reconciliation as a person reads it in a terminal: the counts of each side, then a line for each thing missing."""

from collections.abc import Iterator, Sequence

from bridge.reconcile import Side


def render(sides: Sequence[Side]) -> str:
    """A paragraph per link, then what is missing."""
    lines = list(_counts(sides))
    missing = [line for side in sides for line in _missing(side)]
    end = "Nothing is missing." if not missing else f"Missing: {len(missing)}"
    return "\n".join([*lines, "", end, *(f"  {line}" for line in missing)])


def _counts(sides: Sequence[Side]) -> Iterator[str]:
    last = None
    for side in sides:
        if side.link != last:
            yield f"{side.link}:"
        last = side.link
        fates = side.fates
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(fates.refused.items()))
        yield f"  {side.homeserver} {side.room}"
        yield (
            f"    source {side.source.events} · journalled {fates.journalled} · recorded {side.recorded.entries}"
            f" · mirrored {fates.mirrored} · held {fates.held}"
            f" · refused {sum(fates.refused.values())}{f' ({reasons})' if reasons else ''}"
            f" · set aside {fates.set_aside} · gaps {fates.gaps}"
        )


def _missing(side: Side) -> Iterator[str]:
    where = f"{side.link}, {side.homeserver} {side.room}"
    if side.source.trouble is not None:
        yield f"{where}: {side.source.trouble}"
    for event_id in side.source.missing:
        yield f"{where}: {event_id} was not journalled; it is now, late, and goes the way of all others"
    for event_id in side.fates.untold:
        yield f"{where}: {event_id} is journalled, and the mirror never said what became of it"
    if side.recorded.lacking:
        yield f"{where}: {side.recorded.lacking} of {side.fates.journalled} entries are not on record"
