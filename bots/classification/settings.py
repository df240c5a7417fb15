"""The settings of the classification bot, under `bots.classification`: what each room may carry, and what happens
to what is above it.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from bots.classification import scheme_file
from bots.classification.ceiling import UnknownLevel, level
from bots.classification.gate.settings import GateSettings
from bots.classification.grammar import Grammar
from bots.classification.scheme import RuleId
from bridge import config_rules as rules
from bridge.config import LinkName, Part, RoomId, UserId
from bridge.config_problem import ConfigError

Where = tuple[str | int, ...]
Deed = Literal["note", "remind", "warn", "hold", "redact", "incident", "restrict"]
Kind = Literal["marking", "portion", "credential", "data"]


class Response(Part):
    """What is done about one kind of finding."""

    kinds: tuple[Kind, ...] = Field(min_length=1, description="Of findings: a marking, a portion's, exposed data.")
    types: tuple[str, ...] = Field((), description="Only these types of data, such as AADHAAR; none given: all.")
    above: int = Field(0, ge=0, le=9, description="By how many levels at least it is above the room's ceiling.")
    do: tuple[Deed, ...] = Field(
        description="note it; remind the sender privately; warn the room in neutral words; hold it at the border;"
        " redact it on both sides; open an incident; restrict the sender."
    )


RESPONSES = (
    Response(kinds=("marking", "portion"), above=1, do=("remind", "hold")),
    Response(kinds=("marking", "portion"), above=2, do=("remind", "redact", "incident")),
    Response(kinds=("credential",), do=("remind",)),
    Response(kinds=("data",), do=("note",)),
)
"""What is done where the settings say nothing."""


class Policy(Part):
    """What one room may carry. What is not said here is taken from `default`."""

    ceiling: str | None = Field(
        None, max_length=60, description="The highest marking, such as RESTRICTED or UK:OFFICIAL."
    )
    mode: Literal["off", "simulate", "enforce"] | None = Field(
        None, description="simulate only counts what would happen; off judges nothing here."
    )
    shown: Literal["state", "topic", "pinned"] | None = Field(
        None, description="Where people see the ceiling besides the room's state: a line of the topic, a pinned notice."
    )
    responses: tuple[Response, ...] | None = Field(
        None, description="What is done; for each finding the one that asks for the greatest distance that fits."
    )
    not_scanned: Literal["pass", "hold"] | None = Field(
        None, description="What becomes of a file that cannot be read: it crosses, or waits for an officer."
    )


class RoomPolicy(Policy):
    """Of the rooms of one link, or of one room."""

    link: LinkName | None = Field(None, description="The link whose rooms it is for; or")
    room: RoomId | None = Field(None, description="the room.")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        rules.refuse(rules.one_of([name for name in ("link", "room") if getattr(self, name)], ("link", "room")))
        return self


class Exemption(Part):
    """A rule that does not count somewhere, for a while."""

    rule: RuleId = Field(description="The rule's id, as findings name it.")
    link: LinkName | None = Field(None, description="Only in this link's rooms; neither it nor room: everywhere.")
    room: RoomId | None = Field(None, description="Only in this room.")
    owner: UserId = Field(description="Who answers for it; they are told when it ends.")
    until: date = Field(description="The last day on which it counts.")
    reason: str = Field(min_length=5, max_length=400, description="Why.")


class ClassificationSettings(Part):
    """Everything that the classification bot is told."""

    scheme: str = Field("IN", description="The scheme of levels that name none.")
    schemes: tuple[Path, ...] = Field((), description="Folders with schemes of your own, checked at start.")
    security_room: RoomId | None = Field(None, description="A room of the hub for incidents; else the admin room.")
    default: Policy = Field(Policy(), description="What rooms may carry that are not named.")
    rooms: tuple[RoomPolicy, ...] = Field((), description="What single rooms may carry.")
    simulate: tuple[RuleId, ...] = Field((), description="Rules of which it is only counted what they would do.")
    exemptions: tuple[Exemption, ...] = Field((), description="Rules that do not count somewhere, for a while.")
    foreign_mail: bool = Field(
        True, description="Whether who gives an address abroad is pointed to their official one."
    )
    file_seconds: float = Field(
        10.0, ge=0, le=600, description="How long a message may wait until its files are fetched and judged."
    )
    gate: GateSettings = Field(GateSettings(), description="What is refused before it is sent, and who asks.")
    every_seconds: float = Field(2.0, gt=0, le=3600, description="How often what is due is looked at.")

    @property
    def in_use(self) -> bool:
        """Whether anything is asked of any room."""
        return bool(self.rooms or self.security_room or self.default != Policy())

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.in_use or self.simulate or self.exemptions:
            rules.refuse(self._unknown())
        return self

    def _unknown(self) -> Iterator[rules.Refusal]:
        try:
            grammar = grammar_of(self.schemes)
        except (ConfigError, OSError):
            return  # what is wrong in a scheme is told when it is loaded, with its own file and line
        if self.scheme not in {scheme.scheme for scheme in grammar.schemes}:
            yield ("scheme",), f"there is no scheme {self.scheme[:20]}", "name one that is loaded, such as IN"
            return
        yield from self._ceilings(grammar)
        named: list[tuple[Where, str]] = [(("simulate", number), rule) for number, rule in enumerate(self.simulate)]
        named += [(("exemptions", number, "rule"), one.rule) for number, one in enumerate(self.exemptions)]
        for where, rule in named:
            if rule not in grammar.rules:
                yield where, f"there is no rule {rule}", "take the id from a finding of `setu classify`"

    def _ceilings(self, grammar: Grammar) -> Iterator[rules.Refusal]:
        said: list[tuple[Where, str | None]] = [(("default", "ceiling"), self.default.ceiling)]
        said += [(("rooms", number, "ceiling"), room.ceiling) for number, room in enumerate(self.rooms)]
        for where, ceiling in said:
            try:
                _ = level(grammar, ceiling, self.scheme) if ceiling is not None else None
            except UnknownLevel as unknown:
                what, _, mend = str(unknown).partition("; ")
                yield where, what, mend


@lru_cache(maxsize=4)
def grammar_of(schemes: tuple[Path, ...]) -> Grammar:
    """The grammar of these folders and of what is built in, without trying its examples. Raises ConfigError."""
    folders = (scheme_file.BUILT_IN, *schemes)
    return Grammar.of(file.file for folder in folders for file in scheme_file.folder(folder))
