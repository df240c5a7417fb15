"""The grammars as data: what a YAML file under `schemes/` may say. Three kinds of file: a scheme of markings
(`scheme`), types of data (`data`), and the words around both (`words`). Whatever a key means stands in its
description; which forms and checks there are, and nothing else, is code.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bridge.config import Part

Form = Literal[
    "line", "banner", "footer", "bracket", "field", "declaration", "reference", "file_name", "portion", "control",
    "inline", "disguised", "label",
]  # fmt: skip
"""Where in a text a marking stands; anywhere are `control`, joined to handling words, `inline`, a label that is nothing
else, and `disguised`, written so that it is not recognised."""

Check = Literal["none", "verhoeff", "luhn", "gstin", "nhs", "pan", "licence", "entropy", "domain"]
Needs = Literal["digits", "at", "words"]

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)+$", max_length=60)]
Words = tuple[Annotated[str, StringConstraints(min_length=1, max_length=80)], ...]
Reason = Annotated[str, StringConstraints(min_length=10, max_length=400)]
Confidence = Annotated[float, Field(ge=0.1, le=0.99)]


class Rule(Part):
    """What every rule has: a name, a reason, and texts that show what it is for."""

    id: RuleId = Field(description="What findings and people call the rule; unique.")
    reason: Reason = Field(description="Why this is a finding, in a sentence.")
    confidence: Confidence = Field(0.8, description="How sure a finding is, before evidence adds to it.")
    match: Words = Field(min_length=1, description="Texts in which the rule must fire.")
    no_match: Words = Field(min_length=1, description="Texts in which it must not fire.")


class FormRule(Rule):
    """A place in which a scheme's words are a marking."""

    form: Form = Field(description="The place.")


class LevelWords(Part):
    """One level of a scheme, with its names in every language and script."""

    name: str = Field(min_length=2, max_length=40, description="The level as verdicts name it.")
    rank: int = Field(ge=0, le=100, description="How high it stands on the ladder that all schemes share.")
    words: Words = Field(min_length=1, description="Its names; capitals and signs between words do not count.")
    short: Words = Field((), description="Abbreviations: in capitals, in a field, a file's number or before strokes.")
    labels: Words = Field((), description="Ids of sensitivity labels of Office files (GUIDs) that mean this level.")
    portions: Words = Field((), description="What stands for it in brackets before a paragraph.")
    alone: Literal["always", "home"] = Field(
        "home", description="Whether the words alone say the scheme, or only where it is the room's own."
    )
    capitals: bool = Field(False, description="An ordinary word too: a marking only in capitals.")


class Handling(Part):
    """Words that follow a level in a marking: controls, handling instructions, descriptors."""

    words: Words = Field(min_length=1)
    place: int = Field(
        1, ge=0, le=9, description="The order after the level; a lower place after a higher is malformed."
    )
    levels: Words | None = Field(None, description="The levels that it may stand with; none given: with all.")
    own: bool = Field(True, description="Whether the words alone tell the scheme.")


class Scheme(Part):
    """A scheme of protective markings."""

    kind: Literal["scheme"] = Field(description="What this file is.")
    scheme: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}$")] = Field(description="Its short name: IN, UK.")
    title: str = Field(min_length=2, description="Whose scheme it is.")
    source: Reason = Field(description="Where it is laid down, and how sure that is.")
    levels: tuple[LevelWords, ...] = Field(min_length=1, description="The levels, the lowest first.")
    prefixes: Words = Field((), description="Words before a level that name the scheme.")
    handling: tuple[Handling, ...] = Field((), description="What may follow a level.")
    rules: tuple[FormRule, ...] = Field(min_length=1, description="The places in which its words are markings.")


class Context(Part):
    """Words near a value that speak for it."""

    words: Words = Field(min_length=1)
    within: int = Field(48, ge=1, le=200, description="Characters before or after the value.")
    needed: Literal["always", "bare", "never"] = Field(
        "always", description="When there is no finding without one: always, where it is not written in groups, never."
    )


class DataRule(Rule):
    """A kind of data that does not belong in a message."""

    type: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,30}$")] = Field(description="Such as AADHAAR.")
    finding: Literal["data", "credential"] = Field("data", description="What kind of finding it is.")
    pattern: str = Field(
        min_length=3, max_length=400,
        description="A regular expression over the folded text (lower case, digits 0-9); no unbounded repetition.",
    )  # fmt: skip
    bounded: Literal["word", "token", "address", "none"] = Field(
        "word",
        description="What may not stand around it: letters, marks, numbers; for token also - _, for address also . % +",
    )
    needs: Needs = Field("digits", description="What a text must hold at all before the pattern is tried.")
    check: Check = Field("none", description="The check that the value must pass.")
    context: Context | None = Field(None, description="Words that must, or may, stand near it.")
    disarm: bool = Field(True, description="Whether words such as order, UTR, Rs just before it speak against it.")
    domains: Words = Field((), description="For the check domain: what may stand behind the @.")
    published: Words = Field((), description="Values that are printed everywhere: specimens and test numbers.")


class Data(Part):
    """Types of data."""

    kind: Literal["data"] = Field(description="What this file is.")
    source: Reason
    types: tuple[DataRule, ...] = Field(min_length=1)


class Stop(Part):
    """Names of things in which the words of a level are no marking."""

    reason: Reason
    phrases: Words = Field(min_length=1)


class VocabularyWords(Part):
    """The words around markings and data, in every language."""

    kind: Literal["words"] = Field(description="What this file is.")
    source: Reason
    stop: tuple[Stop, ...] = Field((), description="Names of things.")
    things: Words = Field((), description="Nouns: a level before one of them in a sentence describes it.")
    fields: Words = Field((), description="Names of fields whose value is a level.")
    declarations: Words = Field((), description="Beginnings of sentences that say what this message is.")
    denials: Words = Field((), description="Words before a level that take it back.")
    denials_after: Words = Field((), description="Words after a level that take it back.")
    references: Words = Field((), description="How the number of a file or letter is announced.")
    disarming: Words = Field((), description="Words before a number that say it is something ordinary.")
    heads: Words = Field((), description="Words before a colon at the beginning of a line that belong to no sentence.")
    pages: Words = Field((), description="Words that stand beside a marking at the head or foot of a page.")
    masks: Words = Field((), description="Words before a number that say it is a specimen.")
    documents: Words = Field((), description="Endings of the names of files that people write in.")
