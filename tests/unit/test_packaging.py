"""What installs Setu agrees with itself: the image, the compose file, the example configuration, the registration and
Synapse's own configuration name the same ports, hosts, files and users. No container engine is needed to see that.
"""

import json
import os
import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML
from synapse.config.appservice import load_appservices
from synapse.config.homeserver import HomeServerConfig

from bridge import registration
from bridge.__main__ import _parser
from bridge.config import Homeserver, Settings
from bridge.config_file import load
from bridge.plugin import installed

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text())


COMPOSE = yaml(ROOT / "compose.yaml")
SETU = COMPOSE["services"]["setu"]
LOCALPARTS = [bot.account.localpart for bot in installed()]


@pytest.fixture(scope="module")
def example() -> Settings:
    return load(ROOT / "config/setu.example.yaml", {bot.name: bot.settings for bot in installed()})


def stages() -> list[list[str]]:
    """The instructions of each stage of the Dockerfile, each on one line."""
    lines = DOCKERFILE.replace("\\\n", " ").splitlines()
    found: list[list[str]] = []
    for line in filter(None, (line.strip() for line in lines)):
        if line.startswith("FROM "):
            found.append([])
        elif not line.startswith("#"):
            found[-1].append(line)
    return found


def words(instruction: str, stage: list[str]) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in stage if line.startswith(f"{instruction} ")]


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """What a service sees at each path: a volume or a folder."""
    parts = [entry.split(":") for entry in service.get("volumes", ())]
    return {target: source for source, target, *_ in parts}


def service_of(homeserver: Homeserver) -> dict[str, Any]:
    found: dict[str, Any] = COMPOSE["services"][urlsplit(homeserver.url).hostname]
    return found


def synapse_config(service: dict[str, Any]) -> dict[str, Any]:
    """What Synapse reads in a service: its files, the later over the earlier."""
    folder = ROOT / mounts(service)["/synapse"]
    paths = [PurePosixPath(word.partition("=")[2]) for word in service["command"] if word.startswith("--config-path=")]
    merged: dict[str, Any] = {}
    for path in paths:
        merged |= yaml(folder / path.relative_to("/synapse"))
    return merged


def test_no_stage_of_the_image_ends_as_root() -> None:
    assert len(stages()) == 2
    for stage in stages():
        assert words("USER", stage)[-1] == ["setu"]
        assert any("useradd" in run and "--uid" in run for run in words("RUN", stage))


def test_the_last_stage_installs_and_compiles_nothing() -> None:
    runs = words("RUN", stages()[-1])
    assert [run[0] for run in runs] == ["useradd", "install"]
    assert "python -m venv --without-pip /opt/setu" in DOCKERFILE
    assert words("COPY", stages()[-1]) == [["--from=build", "/opt/setu", "/opt/setu"]]


def test_each_step_of_the_image_is_one_plain_command() -> None:
    for stage in stages():
        for run in words("RUN", stage):
            assert not {"&&", ";", "|"} & set(run)


def test_what_the_image_copies_is_there_and_gets_past_the_ignore_file() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    (copied,) = [{source for copy in words("COPY", stages()[0]) for source in copy[1:-1]}]
    assert copied == let_in
    for path in copied:
        assert (ROOT / path).exists()
    needed = {"pyproject.toml", PYPROJECT["project"]["readme"], *PYPROJECT["project"]["license-files"]}
    assert needed <= copied


def test_the_image_runs_the_setu_command_which_exists() -> None:
    assert json.loads(DOCKERFILE.rpartition("ENTRYPOINT ")[2].splitlines()[0]) == ["setu"]
    module, _, name = PYPROJECT["project"]["scripts"]["setu"].partition(":")
    assert callable(getattr(import_module(module), name))


def test_what_the_image_runs_is_a_command_that_setu_understands() -> None:
    command = json.loads(DOCKERFILE.rpartition("CMD ")[2])
    assert command[0] == "run"
    assert str(_parser().parse_args(command).config) == SETU["configs"][0]["target"]


def test_everything_that_is_not_python_is_packed() -> None:
    packed = PYPROJECT["tool"]["setuptools"]["package-data"]
    for package in ("bridge", "bots"):
        found = {path for pattern in packed[package] for path in (ROOT / package).glob(pattern)}
        files = {path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
        assert {path for path in files if path.suffix not in (".py", ".pyc")} == found
        assert ROOT / package / "py.typed" in found
    assert any(path.suffix == ".sql" for path in found)


def test_the_image_is_healthy_when_setu_answers_where_it_listens(example: Settings) -> None:
    probed = re.search(r"http://127\.0\.0\.1:(\d+)(/\S+?)'", DOCKERFILE)
    assert probed
    assert int(probed[1]) == example.listen.port
    assert words("EXPOSE", stages()[-1]) == [[str(example.listen.port)]]
    assert f'"{probed[2]}"' in (ROOT / "bridge/intake/receiver.py").read_text()
    assert example.listen.host == "0.0.0.0"


def test_homeservers_reach_setu_under_the_name_of_its_service(example: Settings) -> None:
    address = urlsplit(example.listen.address)
    assert COMPOSE["services"][address.hostname] is SETU
    assert address.port == example.listen.port
    assert "ports" not in SETU


def test_setu_reaches_each_homeserver_where_it_listens(example: Settings) -> None:
    for homeserver in example.homeservers:
        config = synapse_config(service_of(homeserver))
        assert config["server_name"] == homeserver.server_name
        assert [listener["port"] for listener in config["listeners"]] == [urlsplit(homeserver.url).port]
        assert "client" in config["listeners"][0]["resources"][0]["names"]
        assert (
            f"http://localhost:{urlsplit(homeserver.url).port}/health" in service_of(homeserver)["healthcheck"]["test"]
        )


def test_the_homeservers_are_given_different_ports_of_this_machine_alone(example: Settings) -> None:
    ports = [port for homeserver in example.homeservers for port in service_of(homeserver)["ports"]]
    assert len({port.split(":")[1] for port in ports}) == len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_each_homeserver_reads_the_registration_that_setu_is_told_to_write(example: Settings) -> None:
    text = (ROOT / "compose.yaml").read_text()
    steps = re.findall(r"^#\s+docker compose run --rm --no-deps setu (registration .*)$", text, flags=re.MULTILINE)
    written = {told.server_name: told for told in (_parser().parse_args(shlex.split(step)) for step in steps)}
    assert set(written) == {homeserver.server_name for homeserver in example.homeservers}
    for homeserver in example.homeservers:
        told, service = written[homeserver.server_name], service_of(homeserver)
        (read,) = synapse_config(service)["app_service_config_files"]
        assert str(told.config) == SETU["configs"][0]["target"]
        assert mounts(SETU)[str(told.output.parent)] == mounts(service)[str(PurePosixPath(read).parent)]
        assert told.output.name == PurePosixPath(read).name


def test_every_step_in_the_compose_file_is_one_that_setu_understands() -> None:
    text = (ROOT / "compose.yaml").read_text()
    steps = re.findall(r"^#\s+docker compose run --rm (?:--no-deps )?setu (.*)$", text, flags=re.MULTILINE)
    assert [_parser().parse_args(shlex.split(step)).command.__name__ for step in steps] == [
        "_registration",
        "_registration",
        "_migrate",
    ]


def test_synapse_may_read_what_setu_writes_for_its_own_eyes(example: Settings) -> None:
    (uid,) = {run[run.index("--uid") + 1] for stage in stages() for run in words("RUN", stage) if "useradd" in run}
    for homeserver in example.homeservers:
        environment = service_of(homeserver)["environment"]
        assert (environment["UID"], environment["GID"]) == (uid, uid)
    assert f"chown {uid} config/compose/secrets/database_url" in (ROOT / "compose.yaml").read_text()


def test_synapse_generates_its_keys_for_the_server_it_is(example: Settings) -> None:
    for homeserver in example.homeservers:
        service = service_of(homeserver)
        environment = service["environment"]
        assert environment["SYNAPSE_SERVER_NAME"] == homeserver.server_name
        assert f"--config-path={environment['SYNAPSE_CONFIG_PATH']}" == service["command"][-1]
        # `generate` reads this one file, so that it must hold all that it makes and asks for.
        own = yaml(ROOT / mounts(service)["/synapse"] / PurePosixPath(environment["SYNAPSE_CONFIG_PATH"]).name)
        assert {"server_name", "report_stats", "signing_key_path", "registration_shared_secret_path"} <= set(own)
        for path in (own["signing_key_path"], synapse_config(service)["media_store_path"]):
            assert mounts(service)[str(PurePosixPath(path).parent)] in COMPOSE["volumes"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # in what Synapse imports
@pytest.mark.parametrize("side", [0, 1])
def test_synapse_accepts_its_configuration_and_finds_the_registration(side: int, tmp_path: Path) -> None:
    example = load_in(tmp_path)
    homeserver = example.homeservers[side]
    output = tmp_path / "registrations" / f"{homeserver.server_name}.yaml"
    registration.write(example, homeserver.server_name, LOCALPARTS, output)
    told = json.loads(json.dumps(synapse_config(service_of(homeserver))).replace('"/', f'"{tmp_path}/'))
    (tmp_path / "data").mkdir()
    config = HomeServerConfig()
    config.generate_missing_files(told, str(tmp_path))  # what `generate` does in its container
    config.parse_config_dict(told, str(tmp_path), str(tmp_path))
    (service,) = load_appservices(config.server.server_name, config.appservice.app_service_config_files)
    assert service.url == example.listen.address
    assert service.is_exclusive_user(f"@setu:{homeserver.server_name}")


def load_in(folder: Path) -> Settings:
    """The example, its secrets in a folder of its own."""
    text = (ROOT / "config/setu.example.yaml").read_text().replace("/var/lib/setu", str(folder))
    (folder / "setu.yaml").write_text(text)
    return load(folder / "setu.yaml", {bot.name: bot.settings for bot in installed()})


def test_what_setu_makes_lies_in_its_volume(example: Settings) -> None:
    volume = PurePosixPath("/var/lib/setu")
    assert mounts(SETU)[str(volume)] in COMPOSE["volumes"]
    made = [example.keys.master_file, example.keys.signing_file]
    made += [token for h in example.homeservers for token in (h.as_token_file, h.hs_token_file)]
    assert all(path.is_relative_to(volume) for path in made)
    owned = next(run for run in words("RUN", stages()[-1]) if run[0] == "install")
    assert set(mounts(SETU)) <= set(owned)
    assert "--owner=setu" in owned
    assert "--mode=0700" in owned


def test_the_configuration_is_the_example_until_another_is_named() -> None:
    (config,) = SETU["configs"]
    source = COMPOSE["configs"][config["source"]]["file"]
    assert source == "${SETU_CONFIG:-./config/setu.example.yaml}"


def test_the_database_is_the_one_that_the_secret_names(example: Settings) -> None:
    postgres = COMPOSE["services"]["postgres"]
    assert str(example.database.url_file) == f"/run/secrets/{SETU['secrets'][0]}"
    step = re.search(r'echo "(postgresql://[^"]+)" > (\S+)', (ROOT / "compose.yaml").read_text())
    assert step
    assert (ROOT / step[2]) == ROOT / COMPOSE["secrets"]["database_url"]["file"]
    url = urlsplit(re.sub(r"\$\(.*\)", "secret", step[1]))
    environment = postgres["environment"]
    assert (url.username, url.path.lstrip("/")) == (environment["POSTGRES_USER"], environment["POSTGRES_DB"])
    assert COMPOSE["services"][url.hostname] is postgres
    assert url.port == 5432


def test_the_database_is_not_published_and_speaks_all_scripts() -> None:
    postgres = COMPOSE["services"]["postgres"]
    assert "ports" not in postgres
    assert "--locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]
    assert environment_password(postgres) in {f"/run/secrets/{name}" for name in postgres["secrets"]}


def environment_password(postgres: dict[str, Any]) -> str:
    assert "POSTGRES_PASSWORD" not in postgres["environment"]
    return str(postgres["environment"]["POSTGRES_PASSWORD_FILE"])


def test_no_secret_can_be_committed_by_mistake() -> None:
    ignored = (ROOT / "config/compose/.gitignore").read_text().split()
    assert ignored == ["secrets/"]
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./config/compose/secrets/")


def test_setu_starts_when_the_others_are_healthy() -> None:
    assert SETU["depends_on"] == {name: {"condition": "service_healthy"} for name in ("postgres", "nic", "mha")}
    for name in SETU["depends_on"]:
        assert COMPOSE["services"][name]["healthcheck"]["test"]


def test_versions_are_those_that_setu_was_tested_with() -> None:
    version = PYPROJECT["project"]["version"]
    assert SETU["image"] == f"setu:{version}"
    (synapse,) = [need for need in PYPROJECT["project"]["optional-dependencies"]["lab"] if "matrix-synapse" in need]
    assert COMPOSE["services"]["nic"]["image"] == f"matrixdotorg/synapse:v{synapse.partition('==')[2]}"


def test_ci_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "exec make test"
