"""One file of texts in the Fluent syntax, and what is wrong with it: by itself, beside the other files of its language,
and beside the English texts that it translates. Each problem has its line, and its mend.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bridge.config_problem import Problem

FUNCTIONS = frozenset({"NUMBER", "DATETIME"})
"""What a text may have done to a number or a time (Fluent, "Built-in functions")."""

Entry = ast.Message | ast.Term


@dataclass(frozen=True)
class CatalogueFile:
    """A file as it was read."""

    path: Path
    text: str
    resource: ast.Resource

    @classmethod
    def read(cls, path: Path) -> "CatalogueFile":
        """Raises OSError and UnicodeDecodeError; what is not Fluent is told by `problems`."""
        text = path.read_text("utf-8")
        return cls(path, text, FluentParser(with_spans=True).parse(text))

    @property
    def messages(self) -> Sequence[ast.Message]:
        return [entry for entry in self.resource.body if isinstance(entry, ast.Message)]

    @property
    def entries(self) -> Sequence[Entry]:
        return [entry for entry in self.resource.body if isinstance(entry, ast.Message | ast.Term)]

    def problem(self, at: ast.SyntaxNode, what: str, mend: str) -> Problem:
        """What is wrong where this stands."""
        start = at.span.start if at.span is not None else 0
        line, column = self.text.count("\n", 0, start) + 1, start - self.text.rfind("\n", 0, start)
        return Problem(str(self.path), line, column, what, mend)


def variables(message: ast.Message) -> frozenset[str]:
    """The words that a text is given."""
    return frozenset(_References.of(message).variables)


def problems(files: Sequence[CatalogueFile]) -> Iterator[Problem]:
    """What is wrong with the files of one language, the bridge's and the bots'."""
    first: dict[str, str] = {}
    for file in files:
        yield from _no_fluent(file)
        for entry in file.entries:
            name = _name(entry)
            place = file.problem(entry, "", "")
            if (there := first.setdefault(name, f"{place.file}:{place.line}")) != f"{place.file}:{place.line}":
                yield file.problem(entry, f"{name} stands here a second time", f"the first is at {there}; remove one")
    for file in files:
        for entry in file.entries:
            yield from _wrong_in(file, entry, first)


def disagreements(translated: Sequence[CatalogueFile], english: Mapping[str, ast.Message]) -> Iterator[Problem]:
    """What a translation says that the English texts do not. A text that it lacks is said in English: no problem."""
    for file in translated:
        for message in file.messages:
            name = message.id.name
            if name not in english:
                yield file.problem(message, f"{name} is no text of en.ftl", "correct the name, or remove it")
                continue
            given, used = variables(english[name]), variables(message)
            for word in sorted(used - given):
                mend = f"the English text has: {_listed(given)}"
                yield file.problem(message, f"{name} uses {{ ${word} }}, which nobody gives it", mend)
            for word in sorted(given - used):
                yield file.problem(message, f"{name} lacks {{ ${word} }}", "put it where the reader needs it")


def _no_fluent(file: CatalogueFile) -> Iterator[Problem]:
    for junk in file.resource.body:
        if isinstance(junk, ast.Junk):
            said = "; ".join(str(one.message) for one in junk.annotations)
            at = next(iter(junk.annotations), junk)
            yield file.problem(
                at,
                f"this is no Fluent: {said}",
                "write `name = text`; further lines begin with a space, and then with no *, [, . or }",
            )


def _wrong_in(file: CatalogueFile, entry: Entry, known: Mapping[str, str]) -> Iterator[Problem]:
    name = _name(entry)
    if entry.value is None or entry.attributes:
        yield file.problem(entry, f"{name} has attributes, which nobody says", "write one text, `name = text`")
    found = _References.of(entry)
    for other in sorted(found.messages):
        yield file.problem(entry, f"{name} holds {other}, a whole text", "write it out, or make a term of it")
    for term in sorted(found.terms - known.keys()):
        yield file.problem(entry, f"{name} refers to {term}, which is nowhere", "correct the name, or write it out")
    for function in sorted(found.functions - FUNCTIONS):
        mend = f"these are: {', '.join(sorted(FUNCTIONS))}"
        yield file.problem(entry, f"{name} calls {function}, which is no function", mend)


def _name(entry: Entry) -> str:
    return f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name


def _listed(words: frozenset[str]) -> str:
    return ", ".join(f"{{ ${word} }}" for word in sorted(words)) or "none"


class _References(Visitor):
    """Gathers what an entry refers to. Fluent's visitor finds its methods by their names."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()
        self.terms: set[str] = set()
        self.functions: set[str] = set()

    @classmethod
    def of(cls, entry: Entry) -> "_References":
        found = cls()
        found.visit(entry)
        return found

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802
        self.terms.add(f"-{node.id.name}")
        self.generic_visit(node)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.messages.add(node.id.name)

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802
        self.functions.add(node.id.name)
        self.generic_visit(node)
