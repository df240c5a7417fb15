"""The example an administrator starts from is complete and true, and so is what an editor knows of it."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from bridge.config import Database, Followers, Gateway, Log, Mirror, Part, Settings
from bridge.config_file import load
from bridge.config_schema import schema
from bridge.plugin import installed

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLE = (CONFIG / "setu.example.yaml").read_text(encoding="utf-8")
SCHEMA = (CONFIG / "setu.schema.json").read_text(encoding="utf-8")

# A commented setting has no space after its #, or two and more; prose has one.
UNCOMMENTED = re.sub(r"^( *)#(?=\S|  )", r"\1", EXAMPLE, flags=re.MULTILINE)
PLACES = ("url_file", "url", "embedded")


def models() -> Mapping[str, type[Part]]:
    return {bot.name: bot.settings for bot in installed()}


def data(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def with_all_but(text: str, *keys: str) -> str:
    """Without these keys of the sections `database` and `keys`, which exclude each other."""
    head, hub, rest = text.partition("\nhub:")
    return re.sub(rf"^  ({'|'.join(keys)}):.*\n", "", head, flags=re.MULTILINE) + hub + rest


def keys(node: Mapping[str, Any], way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of the schema, as the way to it; list entries count for nothing."""
    definitions = json.loads(SCHEMA)["$defs"]
    for key, below in node.get("properties", {}).items():
        yield (*way, key)
        inside = below.get("anyOf", [below])[0]
        inside = inside.get("items", inside)
        yield from keys(definitions[inside["$ref"].rpartition("/")[2]] if "$ref" in inside else inside, (*way, key))


def has(found: Any, way: tuple[str, ...]) -> bool:
    if isinstance(found, list):
        return any(has(item, way) for item in found)
    return not way or (isinstance(found, dict) and way[0] in found and has(found[way[0]], way[1:]))


def test_the_example_makes_settings() -> None:
    assert isinstance(load(CONFIG / "setu.example.yaml", models()), Settings)


def test_the_schema_is_the_one_of_these_settings_and_bots() -> None:
    assert schema(models()) == SCHEMA, "make it again: setu check --schema > config/setu.schema.json"


@pytest.mark.parametrize("place", PLACES)
def test_the_example_makes_settings_with_everything_uncommented_too(tmp_path: Path, place: str) -> None:
    text = with_all_but(UNCOMMENTED, "master", *(other for other in PLACES if other != place))
    (tmp_path / "setu.yaml").write_text(text, encoding="utf-8")
    told = load(tmp_path / "setu.yaml", models())
    assert [link.name for link in told.links] == ["secretariat", "control-room"]
    assert getattr(told.database, place)
    jsonschema.validate(data(text), json.loads(SCHEMA))


def test_every_key_stands_in_the_example() -> None:
    found = data(UNCOMMENTED)
    wanted = list(keys(json.loads(SCHEMA)))
    assert ("departments", "hs_token_file") in wanted
    assert [way for way in wanted if not has(found, way)] == []


def test_what_is_commented_out_as_a_default_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "setu.yaml").write_text(with_all_but(UNCOMMENTED, "master", "url", "embedded"), encoding="utf-8")
    told = load(tmp_path / "setu.yaml", models())
    assert (told.followers, told.gateway, told.log) == (Followers(), Gateway(), Log())
    assert told.mirror.model_copy(update={"trusted_signers": {}}) == Mirror()
    assert told.database.pool == Database(url="postgresql:///setu").pool


def test_an_editor_finds_the_schema_and_agrees_with_the_example() -> None:
    assert EXAMPLE.splitlines()[0] == "# yaml-language-server: $schema=setu.schema.json"
    known = json.loads(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(known)
    written = data(EXAMPLE)
    jsonschema.validate(written, known)
    with pytest.raises(jsonschema.ValidationError, match="as_token_fil"):
        jsonschema.validate({**written, "hub": {**written["hub"], "as_token_fil": "x"}}, known)
