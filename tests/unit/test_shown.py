"""What a bot shows in a room stands beside what people put there: pinned notices and lines of the topic."""

from typing import Any

from mautrix.api import Method

from bridge.gateway import shown
from bridge.gateway.homeserver import Acting, Refused
from bridge.model import UserId

ROOM = "!room:mha.lab"
BOT = Acting(UserId("@setu:mha.lab"))


class Room:
    """A homeserver with one room, as far as its state goes."""

    def __init__(self, **state: dict[str, Any]) -> None:
        self.state = state
        self.puts = 0

    async def call(
        self, method: Method, path: str, acting: Acting | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        kind = path.split("/")[-2]
        if method is Method.PUT:
            self.puts += 1
            self.state[kind] = body or {}
            return {"event_id": "$new"}
        if kind not in self.state:
            raise Refused(404, "M_NOT_FOUND", None)
        return self.state[kind]


async def test_a_notice_is_pinned_after_what_people_pinned_and_once() -> None:
    room = Room(**{"m.room.pinned_events": {"pinned": ["$theirs", 7]}})
    for _ in range(2):
        await shown.pin(room, BOT, ROOM, "$ours")  # type: ignore[arg-type]
    assert (room.state["m.room.pinned_events"], room.puts) == ({"pinned": ["$theirs", "$ours"]}, 1)


async def test_the_first_notice_is_pinned_where_nothing_is() -> None:
    room = Room()
    await shown.pin(room, BOT, ROOM, "$ours")  # type: ignore[arg-type]
    assert room.state["m.room.pinned_events"] == {"pinned": ["$ours"]}


async def test_a_line_of_the_topic_takes_the_place_of_an_earlier_one_and_leaves_what_people_wrote() -> None:
    room = Room(**{"m.room.topic": {"topic": "Roads and bridges\nsince 2019"}})
    for line in ("▣ Up to SECRET", "▣ Up to RESTRICTED", "▣ Up to RESTRICTED"):
        await shown.put_line(room, BOT, ROOM, line, "▣")  # type: ignore[arg-type]
    assert room.state["m.room.topic"] == {"topic": "Roads and bridges\nsince 2019\n▣ Up to RESTRICTED"}
    assert room.puts == 2
    await shown.put_line(room, BOT, ROOM, "", "▣")  # type: ignore[arg-type]
    assert room.state["m.room.topic"] == {"topic": "Roads and bridges\nsince 2019"}
