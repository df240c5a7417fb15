"""The settings of the retention bot, under `bots.retention`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from bots.retention.handover.settings import HandoverSettings
from bots.retention.holds.settings import HoldSettings
from bots.retention.search.settings import SearchSettings
from bridge.config import Part, RoomId, UserGlob, in_words

AuthorityUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/]+(/\S*)?$"),
    in_words("a URL, such as https://timestamp.example/tsr"),
]


RoomGlob = Annotated[
    str,
    StringConstraints(pattern=r"^[!*?][^\s\x00]{0,254}$"),
    in_words('a room id in quotes; * and ? may stand in it, as in "*:mha.example"'),
]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Checkpoints(Part):
    """When and where it is signed what the log of the record is."""

    seconds: float = Field(60.0, gt=0, le=86400, description="At the latest so long after something was recorded, or")
    leaves: int = Field(1000, ge=1, le=10**9, description="when so many records and audit entries have come.")
    folder: Path = Field(
        Path("checkpoints"), description="A folder outside of the database; each organisation has a file there."
    )
    key_file: Path = Field(Path("keys/checkpoint.key"), description="Signs them; made at first start.")
    room: RoomId | None = Field(None, description="A room of the hub into which they are posted; invite the bot.")


class Bridges(Part):
    """Bridges to other networks that stand in rooms; what they delete was deleted there."""

    accounts: tuple[UserGlob, ...] = Field((), description="Their bots and ghosts.")
    disappearing: tuple[Reason, ...] = Field(
        ("Message disappeared",), description="The reasons that they give when a timer took a message."
    )


class Timers(Part):
    """What is done when somebody sets a timer after which messages vanish, beside telling the moderators."""

    set_back: bool = Field(False, description="Whether a room's timer is set back to what was before.")
    times_a_day: int = Field(3, ge=1, le=100, description="How often in one room; then an alarm, and it stays.")


class RetentionSettings(Part):
    """Everything that the retention bot is told."""

    rooms: tuple[RoomGlob, ...] = Field(
        (), description="Rooms that are archived without a link or an invitation of the bot."
    )
    bridges: Bridges = Bridges()
    timers: Timers = Timers()
    tell_members: bool = Field(
        True, description="Whether who comes into a recorded room is told so, once and privately."
    )
    contact: str | None = Field(
        None, min_length=1, max_length=200, description="Whom people may ask about the record, in words."
    )
    checkpoints: Checkpoints = Checkpoints()
    search: SearchSettings = Field(SearchSettings(), description="How the record is searched.")
    hold: HoldSettings = Field(HoldSettings(), description="How holds are let go.")
    export: HandoverSettings = Field(
        HandoverSettings(), description="How exports are made that officers ask for in chat."
    )
    timestamp_url: AuthorityUrl | None = Field(
        None, description="An authority (RFC 3161) that states when a checkpoint was there."
    )
    timestamp_roots: Path | None = Field(
        None, description="The authority's root certificates (PEM), by which its tokens are verified."
    )
