"""A configuration file becomes settings, or tells its author everything that is wrong with it."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field

from bridge.config import Part, Settings
from bridge.config_file import ConfigError, load

PLAIN = """\
database:
  url_file: secrets/database
hub:
  server_name: nic.example
  name: National Informatics Centre
  url: https://matrix.nic.example
  as_token_file: secrets/nic.as
  hs_token_file: secrets/nic.hs
departments:
  - server_name: mha.example
    name: Ministry of Home Affairs
    url: https://matrix.mha.example
    as_token_file: secrets/mha.as
    hs_token_file: secrets/mha.hs
"""

LINKED = f"""{PLAIN}\
links:
  - name: secretariat
    department: mha.example
    room: "!abc:mha.example"
"""


class Shelf(Part):
    """A part inside a bot's settings."""

    folder: Path = Path("shelf")
    colour: str = Field("red", pattern="^[a-z]+$")


class Diary(Part):
    """The settings of a bot that exists in these tests only."""

    days: int = Field(30, ge=1)
    shelf: Shelf = Shelf()


class Needy(Part):
    """The settings of a bot that cannot do without being told."""

    address: str = Field(description="Where to ring.")


BOTS: dict[str, type[Part]] = {"diary": Diary}

Loads = Callable[[str], Settings]
Tells = Callable[[str], list[str]]


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    def settings_of(text: str) -> Settings:
        file = tmp_path / "setu.yaml"
        file.write_text(text, encoding="utf-8")
        return load(file, BOTS)

    return settings_of


@pytest.fixture
def tells(tmp_path: Path, loads: Loads) -> Tells:
    def problems_of(text: str) -> list[str]:
        with pytest.raises(ConfigError) as told:
            loads(text)
        return [str(problem).removeprefix(f"{tmp_path}/") for problem in told.value.problems]

    return problems_of


def test_a_short_file_is_enough_and_the_rest_has_defaults(loads: Loads) -> None:
    told = loads(PLAIN)
    assert [homeserver.server_name for homeserver in told.homeservers] == ["nic.example", "mha.example"]
    assert told.listen.address == "http://127.0.0.1:29328"
    assert told.links == ()


def test_paths_count_from_the_folder_of_the_file(loads: Loads, tmp_path: Path) -> None:
    told = loads(f"{PLAIN}bots:\n  diary:\n    shelf: {{folder: /srv/shelf}}\n")
    assert told.hub.as_token_file == tmp_path / "secrets/nic.as"
    assert told.departments[0].hs_token_file == tmp_path / "secrets/mha.hs"
    assert told.keys.master_file == tmp_path / "keys/master.key"
    assert told.bots["diary"]["shelf"]["folder"] == Path("/srv/shelf")


def test_they_do_so_too_when_the_file_is_named_from_where_one_stands(
    loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads(PLAIN)
    monkeypatch.chdir(tmp_path)
    assert load(Path("setu.yaml"), BOTS).hub.as_token_file == tmp_path / "secrets/nic.as"


def test_a_bot_that_is_not_mentioned_has_its_defaults(loads: Loads, tmp_path: Path) -> None:
    told = Diary.model_validate(loads(PLAIN).bots["diary"])
    assert told == Diary(shelf=Shelf(folder=tmp_path / "shelf"))


def test_a_section_whose_keys_are_all_commented_out_is_an_empty_one(loads: Loads) -> None:
    told = loads(f"{PLAIN}links:\n  # - name: secretariat\nlog:\n  # level: debug\nbots:\n  diary:\n")
    assert told == loads(PLAIN)


def test_the_file_is_left_as_it_is(loads: Loads, tmp_path: Path) -> None:
    loads(PLAIN)
    file = tmp_path / "setu.yaml"
    before = file.stat()
    load(file, BOTS)
    assert (file.read_text(), file.stat().st_mtime_ns) == (PLAIN, before.st_mtime_ns)
    assert [path.name for path in tmp_path.iterdir()] == ["setu.yaml"]


def test_a_misspelt_key_is_one_problem_with_its_line_and_the_nearest_key(tells: Tells) -> None:
    assert tells(PLAIN.replace("as_token_file: secrets/nic", "as_token_fil: secrets/nic")) == [
        "setu.yaml:7:3: hub.as_token_fil is not a known key; did you mean as_token_file?"
    ]


def test_a_key_that_is_like_no_other_is_told_which_there_are(tells: Tells) -> None:
    assert tells(f"{PLAIN}log:\n  xyz: 1\n") == ["setu.yaml:16:3: log.xyz is not a known key; the keys here are: level"]


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines(tells: Tells) -> None:
    text = LINKED.replace("department: mha", "department: mah").replace("  name: Nat", "  nome: Nat")
    assert tells(f"{text}log: {{level: verbose}}\nfollower: {{workers: 0}}\n") == [
        "setu.yaml:5:3: hub.nome is not a known key; did you mean name?",
        "setu.yaml:17:17: links[1].department: mah.example is not one of the departments; these are: mha.example",
        'setu.yaml:19:14: log.level is "verbose"; it must be one of: debug, info, warning, error',
        "setu.yaml:20:1: follower is not a known key; did you mean followers?",
        "setu.yaml:20:21: followers.workers is 0; it must be a whole number, at least 1, at most 64",
    ]


def test_a_missing_key_is_told_where_it_is_missing(tells: Tells) -> None:
    text = PLAIN.replace("  hs_token_file: secrets/nic.hs\n", "").replace("    url: https://matrix.mha.example\n", "")
    assert tells(text) == [
        "setu.yaml:3:1: hub.hs_token_file is missing; add hs_token_file (The token that the homeserver shows to Setu)",
        "setu.yaml:9:5: departments[1].url is missing; add url (The client-server API, as Setu reaches it)",
    ]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("listen: {port: 99999}", "15:16: listen.port is 99999; it must be a whole number, at least 0, at most 65535"),
        ("listen: {port: '80'}", '15:16: listen.port is "80"; it must be a whole number, at least 0, at most 65535'),
        ("listen: {port: true}", "15:16: listen.port is true; it must be a whole number, at least 0, at most 65535"),
        ("listen: []", "15:9: listen is an empty list; it must be a section with the keys: host, port, url"),
        (
            "gateway: {timeout_seconds: 0}",
            "15:28: gateway.timeout_seconds is 0; it must be a number, above 0, at most 600",
        ),
        ("gateway: {timeout_seconds: .nan}", '".nan"; it must be a number, above 0, at most 600'),
        ("mirror: {bot: Setu}", '15:15: mirror.bot is "Setu"; it must be 1 to 60 of the characters a-z'),
        ("mirror: {bot: 5}", "15:15: mirror.bot is 5; it must be 1 to 60 of the characters a-z"),
        ("links: {name: a}", "15:8: links is a section; it must be a list"),
        (
            "links: [secretariat]",
            '15:9: links[1] is "secretariat"; it must be a section with the keys: name, department',
        ),
        ("bots: {diary: {days: 0}}", "15:22: bots.diary.days is 0; it must be a whole number, at least 1"),
        (
            "bots: {diary: {shelf: {colour: RED}}}",
            '15:32: bots.diary.shelf.colour is "RED"; it must be text, such as ^[a-z]+$ matches',
        ),
        ("bots: {dairy: {}}", "15:8: bots.dairy is not an installed bot; did you mean diary?"),
        ("bots: {xyz: {}}", "15:8: bots.xyz is not an installed bot; the bots here are: diary"),
        ("bots: [diary]", "15:7: bots is a list of 1; it must be a section"),
        ("keys: {master_file: ~/master.key}", "15:21: keys.master_file begins with ~, which is not filled in"),
        ("keys: {master_file: ''}", "15:21: keys.master_file names nothing"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(tells: Tells, section: str, told: str) -> None:
    problems = tells(f"{PLAIN}{section}\n")
    assert len(problems) == 1
    assert told in problems[0]


def test_two_links_may_not_share_a_name_nor_a_room(tells: Tells) -> None:
    again = """\
  - name: secretariat
    department: mha.example
    room: "!abc:mha.example"
"""
    assert tells(LINKED + again) == [
        "setu.yaml:19:11: links[2].name: two links are named secretariat; give this one a name of its own",
        "setu.yaml:21:11: links[2].room: the room !abc:mha.example is linked twice; remove one of the two links",
    ]


def test_a_homeserver_is_given_once(tells: Tells) -> None:
    hub_again = PLAIN.replace("server_name: mha.example", "server_name: nic.example")
    assert tells(hub_again) == [
        "setu.yaml:10:18: departments[1].server_name: nic.example is the hub, and a department too; remove one of them"
    ]
    department = PLAIN[PLAIN.index("  - server_name") :]
    assert tells(PLAIN + department) == [
        "setu.yaml:15:18: departments[2].server_name: the department mha.example is given twice; remove one of them"
    ]


def test_the_database_is_in_one_place(tells: Tells) -> None:
    assert tells(PLAIN.replace("  url_file: secrets/database\n", "  pool: 5\n")) == [
        "setu.yaml:1:1: database: none of url, url_file, embedded is given; give one of them"
    ]
    assert tells(PLAIN.replace("hub:\n", "  embedded: postgres\nhub:\n")) == [
        "setu.yaml:3:13: database.embedded: url_file and embedded are both given; keep one of them"
    ]


@pytest.mark.parametrize(
    "template", ["{nme}", "{}", "{0}", "{name.real}", "{name!r}", "{name:>99999999}", "{name", "}"]
)
def test_a_ghost_name_holds_only_what_setu_fills(tells: Tells, template: str) -> None:
    (problem,) = tells(f'{PLAIN}mirror:\n  ghost_name: "{template}"\n')
    assert problem.startswith("setu.yaml:16:15: mirror.ghost_name: it has a ")
    assert problem.endswith("only {name}, {designation}, {department} and {user_id} may stand in it")


def test_braces_for_themselves_may_stand_in_a_ghost_name(loads: Loads) -> None:
    template = loads(f'{PLAIN}mirror:\n  ghost_name: "{{{{{{name}}}}}}"\n').mirror.ghost_name
    assert template.format(name="Ravi", department="", user_id="") == "{Ravi}"


def test_only_an_ed25519_key_can_be_trusted(tells: Tells, loads: Loads) -> None:
    key = base64.b64encode(bytes(32)).decode()
    signers = f"{PLAIN}mirror:\n  trusted_signers:\n    padded: {key}\n    bare: {key.rstrip('=')}\n"
    assert len(loads(signers).mirror.trusted_signers) == 2
    mend = "give its 32 bytes in base64, as the other bridge tells it"
    assert tells(f"{signers}    short: {key[:20]}\n    wild: not base64 at all\n    é: é\n") == [
        f"setu.yaml:19:12: mirror.trusted_signers.short: this is no Ed25519 key; {mend}",
        f"setu.yaml:20:11: mirror.trusted_signers.wild: this is no Ed25519 key; {mend}",
        f"setu.yaml:21:8: mirror.trusted_signers.é: this is no Ed25519 key; {mend}",
    ]


def test_a_bot_that_needs_a_setting_says_so(tmp_path: Path) -> None:
    file = tmp_path / "setu.yaml"
    file.write_text(f"{PLAIN}bots:\n  bell:\n")
    with pytest.raises(ConfigError) as told:
        load(file, {"bell": Needy})
    assert str(told.value) == f"{file}:16:3: bots.bell.address is missing; add address (Where to ring)"


def test_the_url_in_the_registration_has_brackets_around_an_ipv6_address(loads: Loads) -> None:
    assert loads(f"{PLAIN}listen: {{host: '::1'}}\n").listen.address == "http://[::1]:29328"
