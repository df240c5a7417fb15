"""What a single word in a configuration file means: YAML 1.2's core schema, numbers of ordinary length only. `yes`,
`on`, dates and the like stay text, so that a name is never something else by accident.
"""

import re
from contextlib import suppress

from ruamel.yaml.events import ScalarEvent

_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value in (True, False) for word in (str(value).lower(), str(value), str(value).upper())
}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?")
_QUOTED = ("'", '"', "|", ">")


def meant(event: ScalarEvent) -> str | int | float | bool | None:
    """The value of a word; what is quoted is text whatever it looks like."""
    text = str(event.value)
    if event.style in _QUOTED:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text):
        return int(text)
    with suppress(OverflowError):
        return float(text) if _FLOAT.fullmatch(text) else text
    return text
