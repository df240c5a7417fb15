"""The settings of the identity bot, under `bots.identity`: who is known, and what each room asks of its people."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from bots.identity.roster import source
from bridge import config_rules as rules
from bridge.config import LinkName, Part, RoomId, UserGlob, Zone, in_words
from bridge.spans import Span, span

ServerGlob = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.\-:\[\]*?]{1,230}$"),
    in_words('a server name, such as mha.example; * and ? may stand in it, as in "*.gov.in"'),
]


class Steps(Part):
    """When what happens to somebody who does not say who they are, each counted from the step before it."""

    remind: tuple[Span, ...] = Field(("1d", "3d", "7d"), max_length=20, description="The gaps between reminders.")
    restrict: Span | None = Field("3d", description="Then they may read, and no longer write; null for never.")
    ask: Span | None = Field("14d", description="Then they are asked to leave; null for never.")
    remove: Span | None = Field("3d", description="Then they are removed; null for never.")

    @model_validator(mode="after")
    def _growing(self) -> Self:
        gaps = [span(gap) for gap in self.remind]
        rules.refuse(
            (("remind", index), f"{self.remind[index]} is shorter than the gap before it", "let the gaps grow")
            for index in range(1, len(gaps))
            if gaps[index] < gaps[index - 1]
        )
        return self


class Policy(Part):
    """What a room asks of the people in it. What is not said here is taken from `default`."""

    enforce: Literal["off", "simulate", "on"] | None = Field(
        None, description="Whether people must say who they are; simulate only tells the admin room what would happen."
    )
    externals: Literal["open", "ask", "refuse"] | None = Field(
        None, description="Whether people of servers that are not allowed may be here: yes, asked to leave, removed."
    )
    enough: Literal["claim", "verified"] | None = Field(
        None, description="Whether it is enough that somebody says who they are, or an officer must have verified it."
    )
    notices: Literal["direct", "room"] | None = Field(
        None, description="Whether people are told in a direct chat, or in the room."
    )
    public: bool | None = Field(None, description="Whether what is said here is for the public.")
    disclaimer: str | None = Field(
        None, max_length=500, description="The line under what nobody authorised says in a public room."
    )
    exempt: tuple[UserGlob, ...] | None = Field(None, description="Whom nothing of this concerns.")
    steps: Steps | None = Field(None, description="What happens to those who do not say who they are, and when.")


class RoomPolicy(Policy):
    """The policy of one link's rooms, or of one room."""

    link: LinkName | None = Field(None, description="The link whose rooms it is for; or")
    room: RoomId | None = Field(None, description="the room.")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        rules.refuse(rules.one_of([name for name in ("link", "room") if getattr(self, name)], ("link", "room")))
        return self


class Claims(Part):
    """What people say of themselves."""

    valid: Span = Field("365d", description="How long a verified claim counts.")
    renew: Span = Field("14d", description="How long before its end the person is told.")


class Official(Part):
    """Speaking for one's office."""

    usual: Span = Field("1h", description="For how long, where the person does not say.")
    longest: Span = Field("8h", description="For how long at most.")


class IdentitySettings(Part):
    """Everything that the identity bot is told."""

    rosters: tuple[source.any_of(source.kinds()), ...] = Field((), description="Who is who: files, the first counts.")  # type: ignore[valid-type]
    zone: Zone = Field("Asia/Kolkata", description="Where the days of a roster end at midnight.")
    allowed_servers: tuple[ServerGlob, ...] = Field(
        (), description="Servers beside ours whose people are not external."
    )
    security_room: RoomId | None = Field(None, description="A room of the hub for look-alikes; else the admin room.")
    claims: Claims = Claims()
    official: Official = Official()
    default: Policy = Field(Policy(), description="What rooms ask that are not named.")
    rooms: tuple[RoomPolicy, ...] = Field((), description="What single rooms ask.")
    every_seconds: float = Field(2.0, gt=0, le=3600, description="How often rosters and what is due are looked at.")

    @property
    def in_use(self) -> bool:
        """Whether anybody is to be known, or anything is asked of anybody."""
        return bool(self.rosters or self.rooms or self.security_room or self.default != Policy())

    @property
    def any_public(self) -> bool:
        """Whether a room is said to be public here; in chat others may be."""
        return any(policy.public for policy in (self.default, *self.rooms))

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
