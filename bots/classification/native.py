"""google-re2, where there is a wheel of it for the platform; None elsewhere, and then Python's own `re` does its
work.
"""

from typing import Any

try:
    import re2 as _re2
except ImportError:
    _re2 = None

re2: Any = _re2
