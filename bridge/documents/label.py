"""Sensitivity labels of Office files: new ones in docMetadata/LabelInfo.xml, older ones among the custom
properties, those of encrypted files in a stream of the container. A label is a name, or an id that a scheme may
list under `labels`.
"""

import re
from collections.abc import Iterator

from bridge.documents.segment import Segment

_GUID = r"\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?"
_LABEL = re.compile(r"<(?:[\w.-]{1,20}:)?label\b([^<>]{0,2000})>")
_ID = re.compile(rf'\bid="{_GUID}"')
_OFF = re.compile(r'\b(?:enabled="(?:0|false)"|removed="(?:1|true)")')
_PROPERTY = re.compile(rf"MSIP_Label_{_GUID}_(\w{{1,40}})")
_VALUED = re.compile(
    rf'name="MSIP_Label_{_GUID}_Name"[^<>]{{0,300}}>\s{{0,20}}<(?:[\w.-]{{1,20}}:)?lpwstr>([^<]{{0,300}})<'
)


def labels(name: str, text: str) -> Iterator[Segment]:
    """The labels in a part's text, as XML or as properties."""
    told: dict[str, None] = {}
    for label in _LABEL.finditer(text):
        if not _OFF.search(label[1]) and (found := _ID.search(label[1])):
            told[found[1].lower()] = None
    told |= dict.fromkeys(value for _, value in _VALUED.findall(text) if value.strip())
    told |= dict.fromkeys(guid.lower() for guid, _ in _PROPERTY.findall(text))
    yield from (Segment("label", value, name) for value in told)
