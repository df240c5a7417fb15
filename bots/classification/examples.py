"""The examples of the rules, tried: each rule must fire in the texts that it names for it, and must not in the
others. `file_name: plan.docx` is an example of a file's name, `label: Secret` of an Office label, all others of a
message. Tried whenever grammars are loaded.
"""

from collections.abc import Iterator, Mapping, Sequence

from bots.classification.engine import Engine
from bots.classification.scheme import Data, Rule, Scheme
from bots.classification.scheme_file import Read
from bridge.config_problem import Flaw, Problem
from bridge.documents.segment import Segment, Where

MARKS: Mapping[str, Where] = {"file_name: ": "file_name", "label: ": "label"}


def problems(engine: Engine, files: Sequence[Read]) -> Iterator[Problem]:
    """Every example that does not come out as its rule says."""
    for read in files:
        for flaw in _flaws(engine, read):
            yield read.document.problem(flaw)


def _flaws(engine: Engine, read: Read) -> Iterator[Flaw]:
    home = read.file.scheme if isinstance(read.file, Scheme) else None
    top, rules = _rules(read)
    for number, rule in enumerate(rules):
        if engine.grammar.rules.get(rule.id) is not rule:
            continue  # another file has one of this id, that one counts
        for wanted, name in ((True, "match"), (False, "no_match")):
            for place, example in enumerate(getattr(rule, name)):
                if fires(engine, rule.id, example, home) is not wanted:
                    what = f"{rule.id} {'does not fire' if wanted else 'fires'} in its example"
                    yield Flaw((top, number, name, place), what, "change the words of the rule, or the example")


def _rules(read: Read) -> tuple[str, Sequence[Rule]]:
    match read.file:
        case Scheme(rules=rules):
            return "rules", rules
        case Data(types=types):
            return "types", types
        case _:
            return "", ()


def fires(engine: Engine, rule: str, example: str, home: str | None = None) -> bool:
    """Whether a rule fires in an example; `home` is the scheme whose own rule it is."""
    return any(finding.rule == rule for finding in engine.judge((segment(example),), home).findings)


def segment(example: str) -> Segment:
    """The text that an example stands for."""
    for mark, where in MARKS.items():
        if example.startswith(mark):
            return Segment(where, example.removeprefix(mark))
    return Segment("body", example)
