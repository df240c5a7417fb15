"""Whatever a person writes, the planner answers with actions: it never raises, nothing that could pass for a word of
ours rides along, and the content that it plans can be kept in the outbox and filled in.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bridge import references
from bridge.actions import Action, Redact, Send, SetMember, SetPower, SetState
from bridge.customs import Customs
from bridge.mirror import plan
from bridge.mirror.kinds import members
from bridge.mirror.kinds.messages import BEACONS, FILES, POLLS, TEXTS
from bridge.mirror.scene import Ghost, Scene
from bridge.model import Event, RoomRef, UserId
from bridge.origin import MARK, Origin, Signer
from tests.json_values import JSON
from tests.json_values import TEXTS as WORDS
from tests.people import CELL, MHA, NIC, RAVI

CUSTOMS = Customs("setu", frozenset({"setu"}), "_setu_", "{name} · {department}", {})
OURS = ("in.setu.ref.event", "in.setu.ref.made", "in.setu.ref.sent", "in.setu.txn", MARK, "in.setu.other")
EVENT, MADE = {"in.setu.ref.event", "needed"}, {"in.setu.ref.made"}

KEYS = st.sampled_from([
    "msgtype", "body", "format", "formatted_body", "filename", "geo_uri", "url", "file", "info", "thumbnail_url",
    "thumbnail_file", "thumbnail_info", "m.relates_to", "m.new_content", "m.mentions", "rel_type", "event_id", "key",
    "m.in_reply_to", "is_falling_back", "user_ids", "room", "m.location", "m.poll", "m.selections", "membership",
    "displayname", "avatar_url", "reason", "redacts", "name", "topic", "pinned", "users", "users_default", "uri",
    "history_visibility", "org.matrix.msc1767.audio", "org.matrix.msc3488.location", "m.asset", "iv", "hashes", "v",
    "org.matrix.msc3381.poll.start", *OURS,
])  # fmt: skip
TELLING = st.sampled_from([
    *TEXTS, *FILES, "m.location", "m.replace", "m.thread", "m.annotation", "m.reference", "mxc://mha.lab/abc",
    "mxc://../..", "mxc://", "$other", RAVI, "@_setu_nic.lab_asha:mha.lab", "join", "leave", "ban", "shared",
    '<a href="https://matrix.to/#/@_setu_nic.lab_%00:mha.lab">x</a>', '<a href="matrix:u/ravi:mha.lab">x</a>',
])  # fmt: skip
CONTENT = st.recursive(
    TELLING | JSON | st.fixed_dictionaries({"in.setu.ref.made": st.integers(0, 3)}),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS | WORDS, inside, max_size=6),
    max_leaves=25,
)
BLOCK = st.dictionaries(st.sampled_from(OURS) | WORDS, JSON, max_size=3)
BLOCKS = ("m.location", "m.asset", "org.matrix.msc1767.audio", "m.poll", "m.selections", "m.text")
FILE = st.fixed_dictionaries(
    {},
    optional={
        "url": TELLING,
        "file": CONTENT,
        "thumbnail_url": TELLING,
        "thumbnail_file": CONTENT,
        "size": JSON,
        "hashes": BLOCK,
    },
)
RELATION = st.fixed_dictionaries(
    {}, optional={"rel_type": TELLING, "event_id": TELLING, "key": WORDS, "m.in_reply_to": CONTENT}
)
USUAL = st.fixed_dictionaries(
    {"body": WORDS},
    optional={
        "msgtype": TELLING, "url": TELLING, "info": FILE, "file": FILE, "m.relates_to": RELATION,
        "m.new_content": st.fixed_dictionaries({"body": WORDS, "msgtype": TELLING}, optional={"info": FILE}),
        **dict.fromkeys(BLOCKS, BLOCK),
    },
)  # fmt: skip
"""What a message mostly looks like, so that most of them are one."""
CONTENTS = st.builds(lambda usual, other: {**usual, **other}, USUAL, st.dictionaries(KEYS, CONTENT, max_size=4))
TYPES = st.sampled_from([
    "m.room.message", "m.sticker", "m.reaction", *POLLS, *BEACONS, "m.room.redaction", "m.room.member", *plan.STATE,
])  # fmt: skip


def event(kind: str, content: object, **fields: object) -> Event:
    known = {"event_id": "$one", "room_id": CELL, "sender": RAVI, "origin_server_ts": 1, "type": kind}
    return Event.read(json.dumps({**known, "content": content, **fields}).encode())


@pytest.fixture(scope="module")
def scene() -> Scene:
    key = Ed25519PrivateKey.generate()
    ravi, room = UserId(RAVI), RoomRef(1)
    return Scene(
        room=room, source=MHA, origin=Origin(ravi, "$one", (CELL,), "Ravi", "MHA", 1),
        ghost=Ghost(CUSTOMS.ghost_of(ravi, NIC), "Ravi · MHA", None, joined=False, pictured=False),
        bot=CUSTOMS.bot_on(NIC), reader=CUSTOMS.bot_on(MHA), signer=Signer(key, {}),
        rename=lambda user: CUSTOMS.across(user, MHA, NIC), is_ghost=lambda user: CUSTOMS.is_ghost(user, NIC),
        redacted_author=ravi,
    )  # fmt: skip


def planned(actions: list[Action]) -> list[Mapping[str, Any]]:
    return [action.content for action in actions if isinstance(action, (Send, SetState))]


def ours(value: object) -> list[Mapping[str, Any]]:
    """Every object in there that has a key of ours."""
    match value:
        case Mapping():
            inside = [found for item in value.values() for found in ours(item)]
            return [value, *inside] if any(key.startswith("in.setu.") for key in value) else inside
        case list():
            return [found for item in value for found in ours(item)]
        case _:
            return []


@given(TYPES, CONTENTS, st.none() | st.just(""), CONTENTS)
def test_no_content_of_a_person_breaks_the_planner_or_speaks_in_our_words(
    scene: Scene, kind: str, content: dict[str, Any], state_key: str | None, before: dict[str, Any]
) -> None:
    state = {} if state_key is None else {"state_key": state_key}
    actions = plan.actions(event(kind, content, **state, unsigned={"prev_content": before}), scene)
    for written in planned(actions):
        json.dumps(written)
        unmarked = {key: value for key, value in written.items() if key != MARK}
        for found in ours(unmarked):
            assert set(found) in (EVENT, MADE), "only references that the planner itself has made"
            if set(found) == MADE:
                assert type(actions[found["in.setu.ref.made"]]).__name__ == "CopyMedia"


@given(CONTENTS)
async def test_what_a_message_refers_to_that_is_of_another_room_is_not_there(
    scene: Scene, content: dict[str, Any]
) -> None:
    async def nothing(_: str) -> str | None:
        return None

    async def file(_: str) -> str | None:
        return "mxc://nic.lab/copied"

    for written in planned(plan.actions(event("m.room.message", {"msgtype": "m.text", "body": "", **content}), scene)):
        try:
            filled = await references.fill(written, nothing, file, nothing)
        except references.Missing:
            continue
        relation = filled.get("m.relates_to", {})
        assert "event_id" not in relation and "m.in_reply_to" not in relation
        assert relation.get("rel_type") not in ("m.replace", "m.annotation", "m.reference")


@given(st.dictionaries(WORDS | st.sampled_from([RAVI, "@_setu_nic.lab_asha:mha.lab"]), JSON, max_size=5), CONTENTS)
def test_no_ghost_is_given_power_above_the_cap_and_nobody_but_ghosts_is_touched(
    scene: Scene, users: dict[str, Any], before: dict[str, Any]
) -> None:
    written = event("m.room.power_levels", {"users": users}, state_key="", unsigned={"prev_content": before})
    for action in plan.actions(written, scene):
        assert isinstance(action, SetPower)
        assert all(CUSTOMS.is_ghost(user, NIC) and -1 <= (level or 0) < 50 for user, level in action.users.items())


@given(st.sampled_from(["join", "leave", "ban", "invite", "knock"]), CONTENTS, CONTENTS)
def test_a_membership_touches_none_but_the_ghost_of_whom_it_is_about(
    scene: Scene, membership: str, content: dict[str, Any], before: dict[str, Any]
) -> None:
    written = event(
        "m.room.member", {**content, "membership": membership}, state_key=RAVI, unsigned={"prev_content": before}
    )
    for action in plan.actions(written, scene):
        assert action.as_user in (scene.ghost.user_id, scene.bot)
        if isinstance(action, SetMember):
            assert action.user_id == scene.ghost.user_id
    for action in members.ghost(written, UserId(RAVI), scene.bot):
        assert isinstance(action, SetMember) and action.user_id == RAVI


@given(CONTENTS)
def test_a_redaction_takes_back_one_event_or_nothing(scene: Scene, content: dict[str, Any]) -> None:
    actions = plan.actions(event("m.room.redaction", content), scene)
    assert all(isinstance(action, Redact) for action in actions) and len(actions) <= 1
