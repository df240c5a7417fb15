"""JSON that strangers wrote: read, looked into and written again. Reading and writing raise ValueError and nothing
else; looking never raises.
"""

import json
from typing import Any, NoReturn

from bridge.model import integer

_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ASCII = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def read(text: str) -> dict[str, Any]:
    """A JSON object. Raises ValueError."""
    try:
        value = json.loads(text, parse_int=integer, parse_constant=_no_json)
    except RecursionError:
        raise ValueError("nests too deep") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def write(value: object) -> str:
    """JSON that can be encoded as UTF-8. Raises ValueError for what JSON does not hold, such as infinity."""
    try:
        text = _COMPACT.encode(value)
        return text if _encodes(text) else _ASCII.encode(value)
    except (RecursionError, TypeError):
        raise ValueError("nothing that JSON holds") from None


def at(value: object, *keys: str) -> object:
    """What lies at the end of this path of keys, or None."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def mapping(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _encodes(text: str) -> bool:
    """Whether it is free of lone surrogates, which JSON can write as escapes only."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
