"""The examples that stand beside the rules in YAML: each fires where its rule says, and nowhere that it says not."""

import pytest

from bots.classification import examples, scheme_file
from bots.classification.engine import Engine
from bots.classification.scheme import Rule, Scheme
from bots.classification.scheme_file import BUILT_IN, Read

FILES = scheme_file.folder(BUILT_IN)


def rules() -> list[tuple[str | None, Rule]]:
    found: list[tuple[str | None, Rule]] = []
    for read in FILES:
        home = read.file.scheme if isinstance(read.file, Scheme) else None
        found += [(home, rule) for rule in examples._rules(read)[1]]
    return found


MATCH = [
    pytest.param(home, rule.id, text, id=f"{rule.id}-{n}")
    for home, rule in rules()
    for n, text in enumerate(rule.match)
]
NO_MATCH = [
    pytest.param(home, rule.id, text, id=f"{rule.id}-{n}")
    for home, rule in rules()
    for n, text in enumerate(rule.no_match)
]


@pytest.mark.parametrize(("home", "rule", "text"), MATCH)
def test_a_rule_fires_where_it_must(engine: Engine, home: str | None, rule: str, text: str) -> None:
    assert examples.fires(engine, rule, text, home)


@pytest.mark.parametrize(("home", "rule", "text"), NO_MATCH)
def test_a_rule_is_silent_where_it_must_be(engine: Engine, home: str | None, rule: str, text: str) -> None:
    assert not examples.fires(engine, rule, text, home)


def test_every_rule_has_an_id_of_its_own() -> None:
    ids = [rule.id for _, rule in rules()]
    assert len(ids) == len(set(ids)) > 50


def test_an_example_that_comes_out_otherwise_is_told_with_its_line(engine: Engine) -> None:
    (read,) = [read for read in FILES if isinstance(read.file, Scheme) and read.file.scheme == "IN"]
    broken = read.file.rules[0].model_copy(update={"match": ("no level here",)})  # type: ignore[union-attr]
    spoilt = Read(read.document, read.file.model_copy(update={"rules": (broken,)}))
    asked = Engine.of(type(engine.grammar)((spoilt.file,), engine.grammar.data, engine.grammar.words))  # type: ignore[arg-type]
    (problem,) = examples.problems(asked, [spoilt])
    assert "in.line does not fire in its example" in str(problem)
    assert problem.line > 1 and problem.file.endswith("IN.yaml")
