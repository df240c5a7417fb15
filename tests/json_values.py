"""Every JSON value that hypothesis can think of, with a taste for what hurts: U+0000, lone surrogates, integers and
floats without bound, values of the wrong type, and texts that look like ids.
"""

from hypothesis import strategies as st

HURTING = st.sampled_from(
    ["\x00", "\ud800", "a\udfffb", "", "$", "!", "@", "@:", "@a:b", "@a:", "mac:00", "m.room.message", "m.room.member",
     "m.text", "join", "x" * 256, "é" * 128, "\u202e", "\u2028", "in.setu.origin"]
)  # fmt: skip
NUMBERS = st.integers() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(), max_size=20) | HURTING
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4),
    max_leaves=15,
)
