"""The settings of one installation, frozen. What a person writes in YAML becomes these values once, at start, through
`bridge.config_file`; nothing after that reads the file, and nothing ever writes it. Secrets are named by the path of
their file. Everything else in Setu receives the part of the settings that it needs, never the whole.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bridge import config_rules as rules
from bridge import languages


def in_words(words: str, **schema: Any) -> Any:
    """What a text must be that does not fit its pattern."""
    # Editors show patternErrorMessage in place of the pattern, and so does bridge.config_words.
    return Field(json_schema_extra={"patternErrorMessage": words, **schema})


ServerName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.\-:\[\]]{1,230}$"),
    in_words("a Matrix server name, such as mha.example"),
]
"""A Matrix server name (Matrix specification, appendix "Server name")."""

Localpart = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9._=\-/+]{1,60}$"),
    in_words("1 to 60 of the characters a-z 0-9 . _ = - / +"),
]
"""The part of a Matrix user id between `@` and `:` (Matrix specification, appendix "User identifiers")."""

RoomId = Annotated[
    str, StringConstraints(pattern=r"^![^\s\x00]{1,254}$"), in_words('a room id in quotes, such as "!abc:mha.example"')
]
UserId = Annotated[
    str,
    StringConstraints(pattern=r"^@[^:\s\x00]*:[A-Za-z0-9.\-:\[\]]{1,230}$"),
    in_words('a Matrix user id in quotes, such as "@ravi:mha.example"'),
]
Admin = Annotated[
    str,
    StringConstraints(pattern=r"^@[^:\s\x00]+:[A-Za-z0-9.\-:\[\]]{1,230}$"),
    in_words('a user id in quotes, such as "@ravi:mha.example"; * and ? may stand before the colon'),
]
UserGlob = Annotated[
    str,
    StringConstraints(pattern=r"^@[^:\s\x00]+:[A-Za-z0-9.\-:\[\]*?]{1,230}$"),
    in_words('a user id in quotes, such as "@ravi:mha.example" or "@*:mha.example"'),
]
BlockedDevice = Annotated[
    str,
    StringConstraints(pattern=r"^@[^:\s\x00]*:[A-Za-z0-9.\-:\[\]]{1,230} [^\s\x00]{1,255}$"),
    in_words('a user id and a device id, such as "@ravi:mha.example ABCDEFGH"'),
]
LinkName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$"),
    in_words("1 to 60 of the characters a-z 0-9 . _ -, the first a letter or digit"),
]
Url = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/]+/?$"),
    in_words("a URL without a path, such as https://matrix.mha.example"),
]


History = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    StringConstraints(pattern=r"^(none|all|[1-9][0-9]{0,8})$"),
    in_words("none, all or a number of messages", type=["string", "integer"], minimum=1),
]
"""How much of a room's past is carried over."""


def _spoken(language: str) -> str:
    rules.refuse(rules.language_spoken(language))
    return language


Language = Annotated[str, AfterValidator(_spoken), in_words("a language, such as hi", examples=list(languages.known()))]
"""A language that Setu's texts are in (BCP 47); a region may stand behind it."""


def _zone_known(zone: str) -> str:
    rules.refuse(rules.zone_known(zone))
    return zone


Zone = Annotated[str, AfterValidator(_zone_known)]
"""A time zone by its IANA name."""


class Part(BaseModel):
    """A frozen piece of the settings; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(Part):
    """Where PostgreSQL is: exactly one of the three."""

    url: str | None = Field(None, description="postgresql://user@host/name, when it holds no password.")
    url_file: Path | None = Field(None, description="A file that holds the URL, password included.")
    embedded: Path | None = Field(None, description="A folder for a PostgreSQL that Setu starts itself.")
    pool: int = Field(10, ge=2, le=200, description="Connections kept to the database.")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        places = ("url", "url_file", "embedded")
        rules.refuse(rules.one_of([name for name in places if getattr(self, name) is not None], places))
        return self


class Keys(Part):
    """The secret keys of this installation; made with mode 0600 at first start."""

    master_file: Path = Field(Path("keys/master.key"), description="Wraps the key of each sealed event.")
    master: dict[str, Any] | None = Field(
        None, description="In place of the file, a service that keeps it: its kind, and what that kind asks."
    )
    signing_file: Path = Field(Path("keys/signing.key"), description="Signs the origin of each mirrored copy.")
    recovery_file: Path = Field(
        Path("keys/recovery.key"), description="Opens the backup of room keys; signs the devices of bots and ghosts."
    )

    @model_validator(mode="after")
    def _one_master(self) -> Self:
        places = ("master_file", "master")
        given = [name for name in places if name in self.model_fields_set and getattr(self, name) is not None]
        rules.refuse(rules.one_of(given, places) if given else ())
        return self


class Listen(Part):
    """Where homeservers reach Setu."""

    host: str = Field("127.0.0.1", min_length=1, description="The address that Setu binds to.")
    port: int = Field(29328, ge=0, le=65535, description="The TCP port; 0 takes any free one.")
    url: Url | None = Field(None, description="How homeservers reach it, when that is not http://host:port.")

    @property
    def address(self) -> str:
        """The URL that stands in the registration."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{host}:{self.port}"


class Homeserver(Part):
    """One Matrix homeserver that Setu is registered with."""

    server_name: ServerName = Field(description="What stands after the colon in its users' Matrix ids.")
    name: str = Field(min_length=1, max_length=100, description="What people call the organisation.")
    url: Url = Field(description="The client-server API, as Setu reaches it.")
    as_token_file: Path = Field(description="The token that Setu shows to the homeserver.")
    hs_token_file: Path = Field(description="The token that the homeserver shows to Setu.")
    language: Language = Field(languages.ENGLISH, description="In which language Setu speaks to its people.")


class Link(Part):
    """A room of a department and its mirror on the hub."""

    name: LinkName = Field(description="What commands and `setu status` call the link; unique.")
    department: ServerName = Field(description="The server name of one of the departments.")
    room: RoomId = Field(description="The department's room. Invite Setu's bot into it.")
    hub_room: RoomId | None = Field(None, description="The hub's room; Setu makes one when none is named.")
    title: str | None = Field(None, max_length=200, description="The name of a hub room that Setu makes.")
    invite: tuple[UserId, ...] = Field((), description="Whom to invite into a hub room that Setu makes.")
    moderators: tuple[UserId, ...] = Field(
        (), description="Who else is invited there, and moderates it (power 50). Taking a name out takes no power away."
    )
    history: History = Field("none", description="What was said before: none, all, or the last so many messages.")
    encrypt: Literal["source", "always", "never"] = Field(
        "source", description="Whether the hub's room is encrypted: as the department's is, always or never."
    )
    language: Language | None = Field(
        None, description="In which language Setu speaks in both rooms; without it, in each organisation's."
    )
    without_verdict: Literal["closed", "open"] = Field(
        "closed", description="Whether an event that could not be judged crosses (open) or not (closed)."
    )

    @property
    def people(self) -> tuple[UserId, ...]:
        """Everybody who is invited into a hub room that Setu makes."""
        return (*self.invite, *self.moderators)

    @property
    def most_history(self) -> int | None:
        """How many messages of the past are carried over; None for all."""
        return None if self.history == "all" else int(self.history) if self.history != "none" else 0

    @model_validator(mode="after")
    def _history_into_a_new_room(self) -> Self:
        rules.refuse(rules.history_into_a_new_room(self.history, self.hub_room))
        return self


class Mirror(Part):
    """How people of one side appear on the other."""

    bot: Localpart = Field("setu", description="The local part of the bot that makes and joins rooms.")
    ghost_prefix: Localpart = Field("_setu_", description="What the local part of each ghost begins with.")
    ghost_name: str = Field(
        "{name} · {department}", min_length=1, max_length=200, description="A ghost's display name."
    )
    direct_chats: bool = Field(True, description="Whether people may call each other into direct chats.")
    hub_spaces: bool = Field(True, description="Whether each department's rooms on the hub stand in a space.")
    ephemeral: bool = Field(
        False, description="Whether typing and read receipts cross; the registrations must be made anew."
    )
    delivery_states: bool = Field(
        False, description="Whether senders' clients are told what arrived (com.beeper.message_send_status)."
    )
    trusted_signers: dict[str, str] = Field(
        default_factory=dict,
        description="Other bridges whose origin marks count: name to Ed25519 key, base64.",
    )

    @field_validator("trusted_signers")
    @classmethod
    def _signers_are_keys(cls, signers: dict[str, str]) -> dict[str, str]:
        rules.refuse(rules.keys_decode(signers))
        return signers

    @field_validator("ghost_name")
    @classmethod
    def _known_placeholders(cls, template: str) -> str:
        rules.refuse(rules.placeholders_known(template))
        return template


class Encryption(Part):
    """Which devices of people are given the room keys of bots and ghosts."""

    share_keys_with: Literal["all", "cross_signed"] = Field(
        "all", description="All devices, or only those that their owner has signed (MSC4153)."
    )
    blocked_devices: tuple[BlockedDevice, ...] = Field((), description="Devices that never get a key.")


class Media(Part):
    """The files of rooms, kept sealed for the bots that judge and record them."""

    folder: Path | None = Field(None, description="A folder for them; without one, no file is fetched.")
    largest_bytes: int = Field(100 * 2**20, ge=1, le=2**40, description="How large a file is kept at most.")


class Followers(Part):
    """How the journal is read."""

    workers: int = Field(3, ge=1, le=64, description="Rooms that one follower works on at once.")
    batch: int = Field(200, ge=1, le=10_000, description="Rows of one room that a step takes.")
    poll_seconds: float = Field(5.0, gt=0, le=3600, description="How often to look when nobody notifies.")


class Gateway(Part):
    """How Setu speaks to homeservers."""

    in_flight: int = Field(
        8, ge=1, le=256, description="Requests to one homeserver at once, one a room; half as many files beside."
    )
    timeout_seconds: float = Field(60.0, gt=0, le=600, description="How long one request may take.")
    longest_wait_seconds: float = Field(300.0, gt=0, le=3600, description="The longest pause between two attempts.")


class Log(Part):
    """What Setu says of itself: ids and counts, never content."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")


class Settings(Part):
    """The whole configuration file."""

    database: Database
    keys: Keys = Keys()
    listen: Listen = Listen()
    hub: Homeserver
    departments: tuple[Homeserver, ...] = Field(min_length=1, description="The homeservers of the departments.")
    links: tuple[Link, ...] = Field((), description="The rooms that are mirrored.")
    admins: tuple[Admin, ...] = Field((), description="Who may command in chat; each for the server of their id.")
    invite_from: tuple[UserGlob, ...] | None = Field(
        None, description="Whose invitations the bot follows; without it, the admins'."
    )
    admin_room: RoomId | None = Field(None, description="A room of the hub for alarms and consent.")
    oldest_unhandled_seconds: float = Field(
        300.0, gt=0, le=86_400, description="How long an event may wait before that is an alarm."
    )
    mirror: Mirror = Mirror()
    encryption: Encryption = Encryption()
    media: Media = Media()
    followers: Followers = Followers()
    gateway: Gateway = Gateway()
    log: Log = Log()
    bots: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="The settings of each bot, under its name; the bot checks its own."
    )

    @property
    def homeservers(self) -> tuple[Homeserver, ...]:
        """The hub first, then the departments."""
        return (self.hub, *self.departments)

    @field_validator("departments")
    @classmethod
    def _homeservers_once(cls, departments: tuple[Homeserver, ...], info: ValidationInfo) -> tuple[Homeserver, ...]:
        hub = info.data.get("hub")
        names = [department.server_name for department in departments]
        rules.refuse(rules.names_once(names, hub.server_name if hub else None))
        return departments

    @field_validator("links")
    @classmethod
    def _links_agree(cls, links: tuple[Link, ...], info: ValidationInfo) -> tuple[Link, ...]:
        refusals = [*rules.links_once([link.name for link in links], [(link.department, link.room) for link in links])]
        if departments := info.data.get("departments"):  # Absent when they are wrong themselves.
            known = [department.server_name for department in departments]
            refusals.extend(rules.departments_known([link.department for link in links], known))
        rules.refuse(refusals)
        return links

    @field_validator("admins")
    @classmethod
    def _admins_are_of_ours(cls, admins: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        hub, departments = info.data.get("hub"), info.data.get("departments")
        if hub is not None and departments is not None:
            rules.refuse(rules.admins_known(admins, [hub.server_name, *(one.server_name for one in departments)]))
        return admins
