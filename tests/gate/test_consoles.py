"""What an administrator is told to write so that the gate is asked, and what is said of wrong settings."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bots.classification.gate import paths, token
from bots.classification.gate.consoles import policy_key_text
from bridge import __main__, config_file, keys, secret_file
from bridge.model import HomeserverName
from bridge.plugin import installed

BASE = """\
database: {embedded: pg}
hub: {server_name: nic.lab, name: NIC, url: "http://a:1", as_token_file: a, hs_token_file: b}
departments:
  - {server_name: mha.lab, name: MHA, url: "http://a:2", as_token_file: c, hs_token_file: d}
"""
KEY = "7bbbGgrPOIMAx0Co4ZLmTBVCOgwrVgCGsIGOnj7F2J0"


def settings(folder: Path, gate: str) -> str:
    file = folder / "setu.yaml"
    file.write_text(f"{BASE}bots:\n  classification:\n    gate: {gate}\n")
    return str(file)


@pytest.mark.parametrize("when_away", ["open", "closed"])
def test_the_module_is_told_where_to_ask_and_what_to_do_while_setu_is_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], when_away: str
) -> None:
    file = settings(tmp_path, f"{{token_file: keys/antispam, when_away: {when_away}}}")
    assert __main__.main(["antispam", file, "mha.lab"]) == 0
    printed = capsys.readouterr().out
    [module] = YAML(typ="safe", pure=True).load(printed)["modules"]
    secret = secret_file.read(tmp_path / "keys/antispam")
    assert module["module"] == "synapse_http_antispam.HTTPAntispam"
    assert module["config"] == {
        "base_url": f"http://127.0.0.1:29328{paths.ANTISPAM}",
        "authorization": token.of(secret, HomeserverName("mha.lab")),
        "enabled_callbacks": [paths.CALLBACK],
        "fail_open": {paths.CALLBACK: when_away == "open"},
    }
    assert secret not in printed
    assert __main__.main(["antispam", file, "mha.lab"]) == 0
    assert capsys.readouterr().out == printed, "what was made once is kept"


def test_a_room_is_told_whom_to_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = settings(tmp_path, "{policy_key_file: keys/policy}")
    assert __main__.main(["policy", file, "nic.lab"]) == 0
    printed = capsys.readouterr().out
    public = policy_key_text(keys.signing_key(tmp_path / "keys/policy"))
    assert json.loads(printed[printed.index("\n{") :]) == {"via": "nic.lab", "public_keys": {"ed25519": public}}
    assert secret_file.read(tmp_path / "keys/policy") not in printed


@pytest.mark.parametrize(
    ("command", "server", "told"),
    [
        ("antispam", "mha.lab", "token_file is not set"),
        ("policy", "mha.lab", "policy_key_file is not set"),
        ("antispam", "pwd.lab", "no homeserver pwd.lab is configured; there are: nic.lab, mha.lab"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, server: str, told: str
) -> None:
    assert __main__.main([command, settings(tmp_path, "{}"), server]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("{when_away: shut}", 'when_away is "shut"; it must be one of: open, closed'),
        ("{token_file: ''}", "names nothing"),
        (f"{{policy_servers: {{pwd.lab: {KEY}}}}}", "there is no key to answer with; name a policy_key_file"),
        ("{policy_key_file: k, policy_servers: {pwd.lab: abc}}", "as /_matrix/key/v2/server tells it"),
        ("{polic_key_file: k}", "did you mean policy_key_file?"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, gate: str, told: str) -> None:
    models = {bot.name: bot.settings for bot in installed()}
    found = "\n".join(map(str, config_file.check(Path(settings(tmp_path, gate)), models)))
    assert told in found
