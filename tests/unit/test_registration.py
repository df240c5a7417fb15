"""The registration file, as Synapse itself reads it: which ids are Setu's, and which are not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from synapse.appservice import ApplicationService
from synapse.config.appservice import load_appservices
from synapse.types import UserID

from bridge import registration, secret_file
from bridge.config import Settings
from bridge.config_file import load
from bridge.ghosts import ghost_id
from bridge.model import HomeserverName
from bridge.model import UserId as PersonId
from bridge.registration import RegistrationError
from tests.unit.test_config import BOTS, PLAIN

LOCALPARTS = ("setu", "records")

Registers = Callable[..., ApplicationService]


def settings_of(folder: Path, text: str = PLAIN) -> Settings:
    file = folder / "setu.yaml"
    file.write_text(text)
    return load(file, BOTS)


@pytest.fixture
def registers(tmp_path: Path) -> Registers:
    """Writes the registration with a homeserver, and gives it to that homeserver's own loader."""

    def registered(text: str = PLAIN, server_name: str = "mha.example") -> ApplicationService:
        output = tmp_path / "registrations" / f"{server_name}.yaml"
        registration.write(settings_of(tmp_path, text), server_name, LOCALPARTS, output)
        (service,) = load_appservices(server_name, [str(output)])
        return service

    return registered


def owns(service: ApplicationService, user_id: str) -> bool:
    return service.is_exclusive_user(user_id)


def test_synapse_learns_the_address_and_both_tokens(registers: Registers, tmp_path: Path) -> None:
    service = registers()
    assert service.url == "http://127.0.0.1:29328"
    assert service.token == secret_file.read(tmp_path / "secrets/mha.as")
    assert service.hs_token == secret_file.read(tmp_path / "secrets/mha.hs")
    assert service.token != service.hs_token
    assert len(service.token) >= 32


def test_synapse_is_asked_for_devices_and_not_for_typing(registers: Registers) -> None:
    service = registers()
    assert service.id == "setu"
    assert service.msc4190_device_management
    assert not service.msc3202_transaction_extensions
    assert not service.supports_ephemeral
    assert not service.supports_unstable_ephemeral
    assert not service.is_rate_limited()
    assert service.protocols == set()


def test_synapse_is_asked_for_typing_under_both_names_where_it_is_mirrored(registers: Registers) -> None:
    service = registers(PLAIN + "mirror:\n  ephemeral: true\n")
    assert service.supports_ephemeral
    assert service.supports_unstable_ephemeral


@pytest.mark.parametrize(
    "person", ["@ravi:nic.example", "@R=\u0930\u0935\u093f/x:other.example", f"@{'long' * 60}:nic.example"]
)
def test_every_ghost_is_setus_own(registers: Registers, person: str) -> None:
    assert owns(registers(), ghost_id("_setu_", PersonId(person), HomeserverName("mha.example")))


@pytest.mark.parametrize("name", ["setu", "records", "setu-sender"])
def test_the_bots_and_the_sender_are_setus_own(registers: Registers, name: str) -> None:
    assert owns(registers(), f"@{name}:mha.example")


def test_the_sender_is_neither_a_bot_nor_a_ghost(registers: Registers) -> None:
    assert str(registers().sender) == "@setu-sender:mha.example"


@pytest.mark.parametrize(
    "somebody",
    [
        "@ravi:mha.example",
        "@_setu_x:other.example",
        "@_setu_x:mha.example.org",
        "@_setu_x:mhaXexample",
        "@_setu_x:other:mha.example",
        "@_setux:mha.example",
        "@x_setu_x:mha.example",
        "@setu2:mha.example",
        "@xsetu:mha.example",
        "@setu:mha.example:8448",
        "@setu:nic.example",
        "@setu-sender2:mha.example",
        "@records\n:mha.example",
        "\n@setu:mha.example",
        "@ravi:mha.example\n@setu:mha.example",
        "@setu:mha.example\nx",
        "#_setu_x:mha.example",
    ],
)
def test_nobody_else_is_setus(registers: Registers, somebody: str) -> None:
    service = registers()
    assert not service.is_interested_in_user(somebody)
    assert not owns(service, somebody)


def test_the_newline_that_a_dollar_lets_through_is_in_no_id() -> None:
    assert UserID.is_valid("@setu:mha.example")
    assert not UserID.is_valid("@setu:mha.example\n")


def test_only_aliases_that_begin_as_ghosts_do_are_setus(registers: Registers) -> None:
    service = registers()
    assert service.is_exclusive_alias("#_setu_secretariat:mha.example")
    for alias in (
        "#setu:mha.example",
        "#_setu_secretariat:nic.example",
        "#x_setu_:mha.example",
        "#_setu_x:mha.example.org",
    ):
        assert not service.is_exclusive_alias(alias)


def test_no_room_is_taken_whole(registers: Registers) -> None:
    assert not registers().is_exclusive_room("!abc:mha.example")


def test_signs_in_names_are_signs_and_no_patterns(registers: Registers) -> None:
    text = PLAIN.replace("server_name: mha.example", 'server_name: "[::1]:8448"')
    service = registers(f"{text}mirror: {{ghost_prefix: a.b+, bot: c.d+}}\n", "[::1]:8448")
    assert owns(service, "@a.b+x:[::1]:8448")
    assert owns(service, "@c.d+:[::1]:8448")
    assert not owns(service, "@aXbbx:[::1]:8448")
    assert not owns(service, "@cXdd:[::1]:8448")
    assert str(service.sender) == "@c.d--sender:[::1]:8448"


def test_each_homeserver_has_tokens_of_its_own(registers: Registers) -> None:
    mha, nic = registers(), registers(server_name="nic.example")
    assert len({mha.token, mha.hs_token, nic.token, nic.hs_token}) == 4
    assert not owns(nic, "@setu:mha.example")


def test_tokens_that_are_there_are_kept_whatever_they_look_like(registers: Registers, tmp_path: Path) -> None:
    secret_file.create(tmp_path / "secrets/mha.as", "yes")
    secret_file.create(tmp_path / "secrets/mha.hs", "1_000")
    service = registers()
    assert (service.token, service.hs_token) == ("yes", "1_000")


def test_the_file_is_for_its_owner_and_is_not_overwritten(registers: Registers, tmp_path: Path) -> None:
    registers()
    registers()  # The same again is no change.
    output = tmp_path / "registrations/mha.example.yaml"
    assert output.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RegistrationError, match="exists and says something else; remove it first"):
        registers(f"{PLAIN}listen: {{port: 29329}}\n")
    assert "29328" in output.read_text()


def test_without_a_file_it_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = settings_of(tmp_path)
    registration.write(settings, "nic.example", LOCALPARTS, None)
    assert capsys.readouterr().out == registration.registration(settings, settings.hub, LOCALPARTS)


def test_a_homeserver_that_is_not_configured_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RegistrationError, match=r"no homeserver mha.exmaple is configured; did you mean mha.example\?"):
        registration.write(settings_of(tmp_path), "mha.exmaple", LOCALPARTS, None)
    assert not (tmp_path / "secrets").exists()


def test_a_bot_that_would_be_a_ghost_is_not_registered(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, f"{PLAIN}mirror: {{ghost_prefix: rec}}\n")
    with pytest.raises(RegistrationError, match="the account records would be a ghost"):
        registration.write(settings, "nic.example", LOCALPARTS, None)
