"""Why a file is not YAML, in plain words. The parser's own words quote the file, which may hold what nobody should
read in a log, and speak of tokens; these name only the place, the likely cause and the mend.
"""

from bridge.config_problem import Problem

_STARTS = {
    "\t": ("a tab stands where only spaces may", "indent with spaces"),
    "@": ("a value may not begin with @", 'put it in quotes, as in "@ravi:mha.example"'),
    "`": ("a value may not begin with `", "put it in quotes"),
    "%": ("a value may not begin with %", "put it in quotes"),
}
_PROBLEMS = (
    ("mapping values are not allowed", "a colon stands where none may", "check the indentation, or quote the value"),
    ("could not find expected ':'", "a key has no colon after it", "write key: value"),
    ("unexpected end of stream", "the quote that opens here is never closed", "close it"),
    ("unknown escape character", "an escape with \\ is not known", "write \\\\ for a \\, or use single quotes"),
    ("expected ',' or", "the bracket that opens here is never closed", "close it, or write one line for each"),
    ("expected <block end>", "this does not fit the lines above it", "check the indentation and the quotes"),
    ("did not find expected <document start>", "this does not fit the lines above it", "check the indentation"),
    ("incompatible YAML document", "this is not YAML 1.2", "remove the %YAML line"),
)
_OPENED_BEFORE = ("unexpected end of stream", "expected ',' or")
"""The parser notices at the end what went wrong where the quote or bracket opened."""
_UNKNOWN = ("this is not valid YAML", "check the indentation, colons and quotes here and on the line above")


def in_plain_words(file: str, text: str, error: Exception) -> Problem:
    """The problem behind an error of the YAML parser; nothing of the text is quoted."""
    said = str(getattr(error, "problem", None) or "")
    mark = getattr(error, "problem_mark", None)
    if any(sign in said for sign in _OPENED_BEFORE):
        mark = getattr(error, "context_mark", None) or mark
    if mark is None:
        return _without_mark(file, text, error)
    what, mend = _cause(said, text[mark.index : mark.index + 1])
    return Problem(file, mark.line + 1, mark.column + 1, what, mend)


def _cause(said: str, start: str) -> tuple[str, str]:
    if "cannot start any token" in said:
        return _STARTS.get(start, _UNKNOWN)
    return next(((what, mend) for sign, what, mend in _PROBLEMS if sign in said), _UNKNOWN)


def _without_mark(file: str, text: str, error: Exception) -> Problem:
    at = getattr(error, "position", None)
    if not isinstance(at, int):
        return Problem(file, 0, 0, *_UNKNOWN)
    before = text[:at].splitlines() or [""]
    what, mend = "a control character stands here", "remove it; an editor may not show it"
    return Problem(file, len(before), len(before[-1]) + 1, what, mend)
