"""From one YAML file to frozen settings, or to everything that is wrong in it, each with its line and column. The first
thing that every `setu` command does; the file is opened for reading only, and only here.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bridge import config_check, config_document, config_keys, config_paths, config_schema, config_words, masters
from bridge.config import Part, Settings
from bridge.config_document import Document
from bridge.config_keys import Tidy, dotted
from bridge.config_problem import ConfigError, Flaw, Loc, Problem
from bridge.config_schema import Node, top

__all__ = ["ConfigError", "Problem", "check", "load", "load_part"]

AnyPart = TypeVar("AnyPart", bound=Part)


def load(path: Path, bots: Mapping[str, type[Part]]) -> Settings:
    """The settings in a file. Paths are made whole; `bots` holds the settings of every bot, its defaults filled in.

    Args:
        path: the YAML file.
        bots: the settings model of each installed bot, by its name.

    Raises:
        ConfigError: the file cannot be used; it holds every problem at once, in the order of the lines.
    """
    return _read(path, bots)[1]


def load_part(path: Path, model: type[AnyPart]) -> AnyPart:
    """What stands in a file that holds one part of the settings by itself, such as those of a bot. Paths are made whole
    before anything is checked.

    Raises:
        ConfigError: the file cannot be used; it holds every problem at once, in the order of the lines.
    """
    document = config_document.parse(str(path), _text(path))
    reading = _Reading(config_schema.of(model))
    part = reading.part(document.data, model, path.absolute().parent)
    return _sound(document, reading, part)


def check(path: Path, bots: Mapping[str, type[Part]], localparts: Iterable[str] = ()) -> list[Problem]:
    """Everything that can be told of a configuration without a network: what `load` finds, or else what is wrong with
    the files that it names and with how its parts fit together.

    Args:
        path: the YAML file.
        bots: the settings model of each installed bot, by its name.
        localparts: the local parts of the bots' Matrix accounts.
    """
    try:
        document, settings = _read(path, bots)
    except ConfigError as error:
        return list(error.problems)
    found = map(document.problem, config_check.flaws(settings, tuple(localparts)))
    return list(ConfigError(found).problems)


def _read(path: Path, bots: Mapping[str, type[Part]]) -> tuple[Document, Settings]:
    document = config_document.parse(str(path), _text(path))
    reading, folder = _Reading(top(bots)), path.absolute().parent
    settings = _sound(document, reading, reading.settings(document.data, bots, folder))
    whole = {name: config_paths.anchored(part, folder).model_dump() for name, part in reading.bots.items()}
    settings = config_paths.anchored(settings, folder).model_copy(update={"bots": whole})
    if reading.master is not None:
        master = config_paths.anchored(reading.master, folder).model_dump()
        settings = settings.model_copy(update={"keys": settings.keys.model_copy(update={"master": master})})
    return document, settings


def _sound(document: Document, reading: "_Reading", part: AnyPart | None) -> AnyPart:
    """What was read, where nothing is wrong with it."""
    told = [document.problem(flaw) for flaw in reading.flaws if not document.is_spoilt(flaw.loc)]
    if document.problems or told or part is None:
        raise ConfigError([*document.problems, *told])
    return part


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        flaw = (line, column, "the file is not in UTF-8", "save it again as UTF-8")
    except FileNotFoundError:
        flaw = (0, 0, "there is no such file", "start from config/setu.example.yaml")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        flaw = (0, 0, f"the file cannot be read ({reason})", "name a file that the user that runs Setu may read")
    raise ConfigError([Problem(str(path), *flaw)])


@dataclass
class _Reading:
    top: Node
    flaws: list[Flaw] = field(default_factory=list)
    bots: dict[str, Part] = field(default_factory=dict)
    master: Part | None = None

    def settings(self, data: Any, bots: Mapping[str, type[Part]], folder: Path) -> Settings | None:
        tidy = config_keys.tidied(data, self.top)
        whole = config_paths.rooted(tidy.data, self.top, folder)  # before the checks: some look into files
        settings = self._checked(Settings, whole, ())
        of_bots = whole.get("bots", {}) if isinstance(whole, dict) else {}
        for name, model in bots.items() if isinstance(of_bots, dict) else ():
            part = self._checked(model, of_bots.get(name, {}), ("bots", name))
            self.bots |= {name: part} if part else {}
        if settings is not None and settings.keys.master is not None:
            self.master = self._of_kind(settings.keys.master, masters.kinds(), ("keys", "master"))
        self._place(tidy)
        return settings

    def part(self, data: Any, model: type[AnyPart], folder: Path) -> AnyPart | None:
        tidy = config_keys.tidied(data, self.top)
        part = self._checked(model, config_paths.rooted(tidy.data, self.top, folder), ())
        self._place(tidy)
        return config_paths.anchored(part, folder) if part is not None else None

    def _place(self, tidy: Tidy) -> None:
        """The flaws, those of keys and paths too, each where it stands in the file."""
        self.flaws.extend(config_paths.flaws(tidy.data, self.top))
        self.flaws = [*tidy.flaws, *(replace(flaw, loc=tidy.written(flaw.loc)) for flaw in self.flaws)]

    def _of_kind(self, data: Mapping[str, Any], kinds: Mapping[str, type[Part]], loc: Loc) -> Part | None:
        """A section that an installed plug-in of the kind that it names checks."""
        if (kind := data.get("kind")) in kinds:
            return self._checked(kinds[str(kind)], data, loc)
        known = f"these are installed: {', '.join(kinds)}" if kinds else "no plug-in is installed that knows any"
        self.flaws.append(
            Flaw((*loc, "kind") if "kind" in data else loc, f"{dotted((*loc, 'kind'))} names no kind", known)
        )
        return None

    def _checked(self, model: type[AnyPart], data: Any, loc: Loc) -> AnyPart | None:
        try:
            # Strict, as JSON: a text is never silently a number, nor true a 1, while paths and lists are still taken.
            return model.model_validate_json(json.dumps(data), strict=True)
        except ValidationError as error:
            self.flaws.extend(config_words.flaws(error.errors(), self.top, loc))
            return None
