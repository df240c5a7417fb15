"""One row for each record, for a spreadsheet. What a spreadsheet would take for a formula is told as text (OWASP, "CSV
Injection"), and a byte order mark tells it that the letters are UTF-8.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

from bots.retention.export.plain import text_of
from bots.retention.export.said import Said, Sayings

MARK = "\ufeff"
COLUMNS = (
    "number", "said (local time)", "said (UTC)", "received (UTC)", "sender", "name", "designation",
    "organisation", "identity", "official view on", "type", "text", "files", "relation", "relates to", "deleted by",
    "deleted because", "cannot be read", "late", "event id", "log", "leaf",
)  # fmt: skip
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def head() -> bytes:
    """What the file begins with."""
    return (MARK + _csv([COLUMNS])).encode()


def rows(sayings: Sayings, some: Iterable[Said], zone: tzinfo) -> bytes:
    """Their rows."""
    return _csv([_row(sayings, said, zone) for said in some]).encode("utf-8", "replace")


def _row(sayings: Sayings, said: Said, zone: tzinfo) -> Sequence[object]:
    header, tag, at = said.header, said.tag, said.at(zone)
    deletion = sayings.deletion(said.item.room, said.item.event_id)
    files = "; ".join(str(one.get("path") or f"{one['name']} ({one['why']})") for one in said.files)
    official = said.known.get("official")
    return (
        said.item.room_seq, f"{at:%Y-%m-%d %H:%M:%S}", f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        header["received_at"], said.item.sender, sayings.name(said), tag.get("designation"), tag.get("organisation"),
        tag.get("status"), official.get("subject") if isinstance(official, dict) else None,
        said.event.type if said.event is not None else said.item.type, text_of(said.event), files,
        said.item.relation, said.item.relates_to, deletion.get("person") or deletion.get("by"),
        deletion.get("cause"),
        said.unreadable, "late" if header["late"] else None, said.item.event_id, header["organisation"],
        said.line["seq"],
    )  # fmt: skip


def cell(value: object) -> str:
    """What stands in a cell."""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    text = _UNSEEN.sub("", str(value))
    if text[:1].isalnum():
        return text
    begins = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u200b\ufeff")[:1])
    return f"'{text}" if begins.startswith(_FORMULA) else text


def _csv(table: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in table)
    return written.getvalue()
