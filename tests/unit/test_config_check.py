"""What `setu check` finds in a configuration that is well written: files, tokens and names that do not fit together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.config_file import check
from bridge.languages import known
from tests.unit.test_config import BOTS, LINKED, PLAIN

TOKENS = ("nic.as", "nic.hs", "mha.as", "mha.hs")

Finds = Callable[..., list[str]]


@pytest.fixture
def finds(tmp_path: Path) -> Finds:
    """An installation whose files are all in order, until a test spoils one."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in TOKENS:
        keep(folder / name, f"token-of-{name}\n")
    keep(folder / "database", "postgresql://setu:hunter2@db.example/setu\n")

    def problems_of(text: str, *localparts: str) -> list[str]:
        file = tmp_path / "setu.yaml"
        file.write_text(text)
        return [str(problem).removeprefix(f"{tmp_path}/") for problem in check(file, BOTS, localparts)]

    return problems_of


def keep(file: Path, secret: str, mode: int = 0o600) -> None:
    file.write_text(secret)
    file.chmod(mode)


def test_an_installation_in_order_has_no_problem(finds: Finds) -> None:
    assert finds(LINKED, "setu", "records") == []


def test_what_load_finds_check_finds_too(finds: Finds) -> None:
    assert finds(PLAIN.replace("hub:", "hubb:")) == ["setu.yaml:3:1: hubb is not a known key; did you mean hub?"]


def test_a_missing_token_is_told_with_how_to_make_it(finds: Finds, tmp_path: Path) -> None:
    (tmp_path / "secrets/nic.hs").unlink()
    assert finds(PLAIN) == [
        "setu.yaml:8:18: the file of hub.hs_token_file: there is no such file; "
        "correct the path, or let `setu registration` make it for nic.example"
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"\n", "it is empty"),
        (b"two words\n", "it holds a space or a second line"),
        (b"one\ntwo\n", "it holds a space or a second line"),
        (b" padded", "it holds a space or a second line"),
        (b"\xff\xfe", "it is not text in UTF-8"),
        (b"x" * 100_000, "it is larger than 65536 bytes"),
    ],
)
def test_a_token_that_is_none_is_told(finds: Finds, tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "secrets/mha.as").write_bytes(content)
    (problem,) = finds(PLAIN)
    assert problem.startswith(f"setu.yaml:13:20: the file of departments[1].as_token_file: {says}; ")


def test_a_folder_in_place_of_a_token_is_told(finds: Finds) -> None:
    (problem,) = finds(PLAIN.replace("secrets/mha.as", "secrets"))
    assert problem.startswith("setu.yaml:13:20: the file of departments[1].as_token_file: it is not a file")


def test_a_secret_that_everybody_may_read_is_told(finds: Finds, tmp_path: Path) -> None:
    (tmp_path / "secrets/nic.as").chmod(0o644)
    (tmp_path / "secrets/nic.hs").chmod(0o640)
    assert finds(PLAIN) == [
        "setu.yaml:7:18: everybody on this machine may read the file of hub.as_token_file; chmod 0600 it"
    ]


def test_tokens_that_are_the_same_are_told(finds: Finds, tmp_path: Path) -> None:
    keep(tmp_path / "secrets/mha.hs", "token-of-nic.as")
    assert finds(PLAIN) == [
        "setu.yaml:14:20: departments[1].hs_token_file holds the same token as hub.as_token_file; "
        "remove one of the files, `setu registration` makes a new token"
    ]


def test_a_database_url_that_is_none_is_told_without_its_password(finds: Finds, tmp_path: Path) -> None:
    keep(tmp_path / "secrets/database", "mysql://setu:hunter2@db/setu")
    assert finds(PLAIN) == [
        "setu.yaml:2:13: database.url_file gives no PostgreSQL URL; write postgresql://user:password@host/name"
    ]


def test_a_password_in_the_configuration_itself_is_told(finds: Finds) -> None:
    url = "postgresql://setu:hunter2@db/setu"
    assert finds(PLAIN.replace("url_file: secrets/database", f"url: {url}")) == [
        "setu.yaml:2:8: database.url holds a password; put the URL in a file and name it url_file"
    ]
    assert finds(PLAIN.replace("url_file: secrets/database", "url: postgresql://setu@db:5432/setu")) == []


def test_keys_need_not_be_there_yet_but_may_not_lie_open_when_they_are(finds: Finds, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    keep(tmp_path / "keys/signing.key", "secret", 0o604)
    keys = f"{PLAIN}keys:\n  signing_file: keys/signing.key\n"
    (problem,) = finds(keys)
    assert problem.startswith("setu.yaml:16:17: everybody on this machine may read the file of keys.signing_file")


def test_one_file_is_not_two_keys(finds: Finds) -> None:
    (problem,) = finds(f"{PLAIN}keys: {{master_file: k, signing_file: k}}\n")
    assert problem == "setu.yaml:15:38: two keys are in the same file; give each a file of its own"


@pytest.mark.parametrize("host", ["0.0.0.0", '"::"'])
def test_an_address_that_nobody_can_call_is_told(finds: Finds, host: str) -> None:
    (problem,) = finds(f"{PLAIN}listen:\n  host: {host}\n")
    assert problem.startswith("setu.yaml:16:9: no homeserver can reach Setu at http://")
    assert finds(f"{PLAIN}listen:\n  host: {host}\n  url: https://setu.example\n") == []


def test_any_free_port_is_told(finds: Finds) -> None:
    assert finds(f"{PLAIN}listen: {{port: 0}}\n") == [
        "setu.yaml:15:16: no homeserver can know a free port beforehand; choose one, such as 29328"
    ]


def test_a_bot_that_would_be_a_ghost_is_told(finds: Finds) -> None:
    mend = "choose a mirror.ghost_prefix that no account begins with, such as _setu_"
    assert finds(f"{PLAIN}mirror: {{ghost_prefix: set}}\n") == [
        f"setu.yaml:15:24: the account setu would be a ghost: it begins with set; {mend}",
        f"setu.yaml:15:24: the account setu-sender would be a ghost: it begins with set; {mend}",
    ]
    assert finds(f"{PLAIN}mirror: {{ghost_prefix: rec}}\n", "records") == [
        f"setu.yaml:15:24: the account records would be a ghost: it begins with rec; {mend}"
    ]


def test_ghosts_that_would_all_be_called_the_same_are_told(finds: Finds) -> None:
    assert finds(f'{PLAIN}mirror: {{ghost_name: "of {{department}}"}}\n') == [
        "setu.yaml:15:22: all ghosts would have the same name; put {name} into mirror.ghost_name"
    ]


def test_a_room_is_not_its_own_mirror(finds: Finds) -> None:
    assert finds(f'{LINKED}    hub_room: "!abc:mha.example"\n') == [
        "setu.yaml:19:15: the hub room of link secretariat is the department's room of link secretariat; "
        "name the room on the hub, or leave hub_room out to have one made"
    ]


def test_a_title_for_a_room_that_setu_does_not_make_is_told(finds: Finds) -> None:
    problems = finds(
        f'{LINKED}    hub_room: "!def:nic.example"\n    title: Hub\n    invite: ["@a:b"]\n    moderators: ["@c:d"]\n'
    )
    assert [problem.partition(" has no effect")[0] for problem in problems] == [
        "setu.yaml:20:5: links[1].title",
        "setu.yaml:21:5: links[1].invite",
        "setu.yaml:22:5: links[1].moderators",
    ]


def test_an_administrator_is_of_a_homeserver_of_ours(finds: Finds) -> None:
    [problem] = finds(f'{PLAIN}admins:\n  - "@ravi:mha.example"\n  - "@ravi:MHA.example"\n')
    assert problem.startswith("setu.yaml:17:5: admins[2]: MHA.example is neither the hub nor a department")
    assert problem.endswith("these are: nic.example, mha.example")


@pytest.mark.parametrize("everybody", ["@*:mha.example", "@?*:mha.example"])
def test_everybody_as_an_administrator_is_told(finds: Finds, everybody: str) -> None:
    [problem] = finds(f'{PLAIN}admins:\n  - "{everybody}"\n')
    assert "everybody of mha.example would be an administrator" in problem


def test_people_may_be_named_by_the_beginning_of_their_names_and_inviters_by_their_server(finds: Finds) -> None:
    assert finds(f'{PLAIN}admins:\n  - "@ops-*:nic.example"\ninvite_from:\n  - "@*:*.example"\n') == []


def test_a_glob_stands_for_no_server_of_an_administrator(finds: Finds) -> None:
    [problem] = finds(f'{PLAIN}admins:\n  - "@ravi:*.example"\n')
    assert "* and ? may stand before the colon" in problem


def test_alarms_do_not_go_into_a_linked_room(finds: Finds) -> None:
    [problem] = finds(f'{LINKED}    hub_room: "!hall:nic.example"\nadmin_room: "!hall:nic.example"\n')
    assert "the admin room is a room of link secretariat" in problem


@pytest.mark.parametrize(
    ("language", "mend"),
    [
        ("hindi", "did you mean hi?"),
        ("हिन्दी", "did you mean hi?"),
        ("HI", "did you mean hi?"),
        ("en_IN", "did you mean en?"),
        ("klingon", f"these are: {', '.join(known())}"),
    ],
)
def test_a_language_that_setu_does_not_speak_is_told_with_the_nearest(finds: Finds, language: str, mend: str) -> None:
    speaking = PLAIN.replace("  name: National Informatics Centre\n", f"  name: NIC\n  language: {language}\n")
    assert finds(speaking) == [f'setu.yaml:6:13: hub.language: Setu does not speak "{language}"; {mend}']
    linked = f"{LINKED}    language: {language}\n"
    assert finds(linked) == [f'setu.yaml:19:15: links[1].language: Setu does not speak "{language}"; {mend}']


@pytest.mark.parametrize("language", ["en", "hi", "hi-IN", "en-GB"])
def test_a_language_that_setu_speaks_may_have_a_region(finds: Finds, language: str) -> None:
    assert finds(f"{LINKED}    language: {language}\n") == []
