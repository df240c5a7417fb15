"""A text holds more candidates than are judged. What was judged before counts; the rest is told as not scanned."""


class TooMany(Exception):
    """Raised after the candidates that could be judged; its text says what there was too much of."""
