"""Presidio's Indian recognisers, called directly on the same messages: what ours are measured beside. Needs the extra
`bench`; without it the benchmark says so and goes on.
"""

import importlib
import time
from collections.abc import Callable, Sequence

CASES = (
    ("Aadhaar 312345678909", "AADHAAR"), ("Aadhaar 3998 7654 3211", "AADHAAR"), ("Aadhaar 400123456787", "AADHAAR"),
    ("Aadhaar 123456789012", None), ("Aadhaar 3123:4567:8909", "AADHAAR"), ("PAN AAASA1111R", "PAN"),
    ("PAN ABBPM4567S", "PAN"), ("PAN ABCND1234Z", "PAN"), ("A1111DFSFS", "PAN"), ("GSTIN 27ABCDE1234F1Z5", "GSTIN"),
    ("GSTIN 07PQRST6789K1Z2", "GSTIN"), ("GSTIN 38ABCDE1234F1Z5", None), ("voter KSD1287349", "EPIC"),
    ("voter uzb2345117", "EPIC"), ("this MUP5632811", "EPIC"), ("passport T3569075", "PASSPORT"),
    ("passport A3456780", None), ("A3456781", "PASSPORT"),
)  # fmt: skip
"""Values that its own tests name, in words of ours, and the type that it expects of them."""

_NAMES = ("InAadhaarRecognizer", "InGstinRecognizer", "InPanRecognizer", "InPassportRecognizer",
          "InVehicleRegistrationRecognizer", "InVoterRecognizer")  # fmt: skip
_OURS = {"IN_AADHAAR": "AADHAAR", "IN_GSTIN": "GSTIN", "IN_PAN": "PAN", "IN_PASSPORT": "PASSPORT", "IN_VOTER": "EPIC"}

Find = Callable[[str], list[str]]
"""The types that are found in a text."""


def finder() -> Find | None:
    """Its six recognisers as one function; None where it is not installed."""
    try:
        module = importlib.import_module("presidio_analyzer.predefined_recognizers.country_specific.india")
    except ImportError:
        return None
    recognisers = [getattr(module, name)() for name in _NAMES]

    def find(text: str) -> list[str]:
        found = [result for each in recognisers for result in each.analyze(text, each.supported_entities)]
        return [_OURS.get(result.entity_type, result.entity_type) for result in found]

    return find


def per_second(find: Find, messages: Sequence[str]) -> float:
    """Messages in a second of one core."""
    began = time.process_time()
    for text in messages:
        find(text)
    return len(messages) / (time.process_time() - began)


def verdicts(find: Find, ours: Find) -> None:
    """Prints both verdicts on its cases."""
    print(f"\n{'case':<28} {'it expects':<12} {'it finds':<22} we find")
    for text, expected in CASES:
        print(f"{text:<28} {expected or '-':<12} {' '.join(find(text)) or '-':<22} {' '.join(ours(text)) or '-'}")
