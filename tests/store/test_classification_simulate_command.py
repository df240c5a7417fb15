"""`setu simulate`, as an administrator types it: the configuration, a file with other rules, what is printed."""

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bridge.__main__ import main
from bridge.seal import KEY_BYTES
from tests.people import CELL, RAVI
from tests.store.guardroom import CONFIDENTIAL, Guardroom
from tests.unit.classification.test_scheme_file import OWN

CONFIG = """\
database: {{url: "{url}"}}
hub: {{server_name: nic.lab, name: NIC, url: "http://a:1", as_token_file: a, hs_token_file: b}}
departments:
  - {{server_name: mha.lab, name: MHA, url: "http://a:2", as_token_file: c, hs_token_file: d}}
bots:
  classification:
    rooms: [{{link: cell, ceiling: RESTRICTED}}]
"""

Types = Callable[..., Coroutine[Any, Any, tuple[int, str, str]]]


@pytest.fixture
def types(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Types:
    """Types the command; gives the exit code and what was printed, the folder left out."""
    (tmp_path / "setu.yaml").write_text(CONFIG.format(url=url))
    (tmp_path / "keys").mkdir()
    key = tmp_path / "keys/master.key"
    key.write_text(base64.b64encode(bytes(range(KEY_BYTES))).decode() + "\n")
    key.chmod(0o600)

    async def types(rules: str | None, *more: str) -> tuple[int, str, str]:
        if rules is not None:
            (tmp_path / "new.yaml").write_text(rules)
            more = ("--rules", str(tmp_path / "new.yaml"), *more)
        arguments = ["simulate", "--since", "2026-01-01", *more, str(tmp_path / "setu.yaml")]
        code = await asyncio.to_thread(main, arguments)
        said = capsys.readouterr()
        return code, said.out, said.err.replace(f"{tmp_path}/", "")

    return types


async def test_the_present_rules_and_others_are_tried(guardroom: Guardroom, types: Types) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    code, out, _ = await types(None)
    assert code == 0 and "the present rules, since 2026-01-01 00:00 UTC: " in out
    [line] = [line.split() for line in out.splitlines() if line.startswith("in.line")]
    assert line == ["in.line", "1", ".", "1", ".", "1", ".", ".", "."]
    code, out, _ = await types("rooms: [{link: cell, ceiling: SECRET}]\n", "--json")
    assert code == 0 and json.loads(out)["all"]["hold"] == {"would": 0, "new": 0, "gone": 1, "tried": 0}


async def test_rules_that_ask_nothing_do_nothing(guardroom: Guardroom, types: Types) -> None:
    await guardroom.say(CELL, RAVI, "!mark ceiling restricted")
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    code, out, _ = await types("foreign_mail: false\n", "--json")
    assert (code, json.loads(out)["all"]["hold"]) == (0, {"would": 0, "new": 0, "gone": 1, "tried": 0})


async def test_schemes_count_from_the_folder_of_the_file_with_the_rules(
    guardroom: Guardroom, types: Types, tmp_path: Path
) -> None:
    await guardroom.says(CELL, RAVI, "HUSHED\nThe estimate is enclosed.")
    rules = "schemes: [village]\nrooms: [{link: cell, ceiling: UNCLASSIFIED}]\n"
    code, _, err = await types(rules)
    assert code == 2 and "village: there is no scheme in this folder" in err
    (tmp_path / "village").mkdir()
    (tmp_path / "village/own.yaml").write_text(OWN)
    code, out, _ = await types(rules, "--json")
    assert code == 0 and json.loads(out)["by_rule"]["xx.line"]["messages"]["new"] == 1


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("rooms:\n  - {link: cell, ceilng: SECRET}\n", "new.yaml:2:18: rooms[1].ceilng is not a known key; did you"),
        ("rooms:\n  - {link: cell, ceiling: PURPLE}\n", "new.yaml:2:27: rooms[1].ceiling: there is no level 'PURPLE'"),
        ("default: {mode: simulated}\n", "new.yaml:1:17: default.mode is"),
        ("simulate: [in.nothing]\ndefault: {mode: off}\n", "new.yaml:1:12: simulate[1]: there is no rule in.nothing"),
        ("schemes: ~/own\n", "new.yaml:1:10: schemes"),
        ("bots: {classification: {}}\n", "new.yaml:1:1: bots is not a known key"),
        ('scheme: "IN\n', "new.yaml:1:9: the quote that opens here is never closed"),
        ("", "new.yaml: the file is empty"),
        ("- a\n", "new.yaml:1:1: the file does not begin with a key"),
    ],
)
async def test_a_bad_file_is_told_with_the_line_and_nothing_is_read(types: Types, rules: str, told: str) -> None:
    code, out, err = await types(rules)
    assert (code, out) == (2, "") and told in err


async def test_a_file_that_is_not_there_and_a_time_that_is_none(types: Types, tmp_path: Path) -> None:
    code, _, err = await types(None, "--rules", str(tmp_path / "nothing.yaml"))
    assert code == 2 and "nothing.yaml: there is no such file" in err
    for when in ("yesterday", "0001-01-01T00:00+14:00", "2026-13-01"):
        with pytest.raises(SystemExit) as caught:
            await types(None, "--since", when)
        assert caught.value.code == 2
