"""What one side does to its people, and what that means on the other side: ghosts follow, and never outrank anybody."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bridge.actions import Action, Redact, SetMember, SetPower
from bridge.customs import Customs
from bridge.mirror import plan
from bridge.mirror.kinds import members
from bridge.mirror.kinds.people import mentions, pills
from bridge.mirror.scene import Ghost, Scene
from bridge.model import Event, RoomRef, UserId
from bridge.origin import Origin, Signer
from tests.people import CELL, MHA, NIC, RAVI, event

CUSTOMS = Customs("setu", frozenset({"setu"}), "_setu_", "{name} · {department}", {})
MEERA, ASHA, GHOST_OF_ASHA = "@meera:mha.lab", "@asha:nic.lab", "@_setu_nic.lab_asha:mha.lab"
GHOST, GHOST_OF_MEERA, BOT = "@_setu_mha.lab_ravi:nic.lab", "@_setu_mha.lab_meera:nic.lab", "@setu:nic.lab"


def across(user: UserId) -> UserId:
    return CUSTOMS.across(user, MHA, NIC)


def scene(author: str | None = None) -> Scene:
    """Ravi does something at Home Affairs; his ghost stands at the NIC."""
    ravi = UserId(RAVI)
    return Scene(
        room=RoomRef(1), source=MHA, origin=Origin(ravi, "$one", (CELL,), "Ravi", "MHA", 1),
        ghost=Ghost(across(ravi), "Ravi · MHA", named=True, joined=True), bot=CUSTOMS.bot_on(NIC),
        reader=CUSTOMS.bot_on(MHA), signer=Signer(Ed25519PrivateKey.generate(), {}), rename=across,
        is_ghost=lambda user: CUSTOMS.is_ghost(user, NIC), redacted_author=UserId(author) if author else None,
    )  # fmt: skip


def member(membership: str, sender: str, was: str | None = None) -> Event:
    unsigned = {"prev_content": {"membership": was}} if was else {}
    content = {"membership": membership, "reason": "why"}
    return event("$m", sender=sender, type="m.room.member", state_key=RAVI, content=content, unsigned=unsigned)


@pytest.mark.parametrize(
    ("what", "done"),
    [
        (member("leave", RAVI), SetMember(UserId(GHOST), UserId(GHOST), "leave")),
        (member("leave", MEERA, was="join"), SetMember(UserId(BOT), UserId(GHOST), "leave", "why")),
        (member("leave", MEERA, was="ban"), SetMember(UserId(BOT), UserId(GHOST), "unban", "why")),
        (member("ban", MEERA), SetMember(UserId(BOT), UserId(GHOST), "ban", "why")),
    ],
)
def test_what_befalls_a_person_befalls_the_ghost(what: Event, done: Action) -> None:
    assert plan.actions(what, scene()) == [done]


@pytest.mark.parametrize(
    ("what", "membership"),
    [
        (member("invite", ASHA), "invite"),
        (member("leave", ASHA, was="join"), "leave"),
        (member("leave", ASHA, was="ban"), "unban"),
        (member("ban", ASHA), "ban"),
    ],
)
def test_what_befalls_a_ghost_befalls_its_person(what: Event, membership: str) -> None:
    [done] = members.ghost(what, UserId(RAVI), UserId("@setu:mha.lab"))
    assert isinstance(done, SetMember)
    assert (done.as_user, done.user_id, done.membership) == ("@setu:mha.lab", RAVI, membership)


def test_power_is_capped_and_who_is_named_no_more_loses_it() -> None:
    before = {"users": {RAVI: 100, MEERA: 50, ASHA: 100}}
    levels = {"users": {RAVI: 100, GHOST_OF_ASHA: 100}}
    change = event("$p", type="m.room.power_levels", state_key="", content=levels, unsigned={"prev_content": before})
    [done] = plan.actions(change, scene())
    assert done == SetPower(UserId(BOT), {UserId(GHOST_OF_MEERA): 0, UserId(GHOST): 49})


def redaction() -> Event:
    return event("$r", type="m.room.redaction", content={"redacts": "$old", "reason": "why"})


def test_an_author_takes_back_as_the_ghost_and_a_moderator_through_the_bot_or_the_authors_ghost() -> None:
    [by_author] = plan.actions(redaction(), scene(author=RAVI))
    [by_moderator] = plan.actions(redaction(), scene(author=MEERA))
    assert isinstance(by_author, Redact) and isinstance(by_moderator, Redact)
    assert (by_author.as_user, by_author.or_as, by_author.reason) == (GHOST, None, "why")
    assert (by_moderator.as_user, by_moderator.or_as) == (BOT, GHOST_OF_MEERA)


def test_what_is_nobodys_of_this_side_is_not_taken_back_on_the_other() -> None:
    assert plan.actions(redaction(), scene(author=None)) == []


def test_mentions_and_pills_name_the_people_of_the_other_side() -> None:
    named = mentions({"m.mentions": {"user_ids": [MEERA, GHOST_OF_ASHA, 7, "nobody"], "room": True}}, across)
    assert named == {"m.mentions": {"user_ids": [GHOST_OF_MEERA, ASHA], "room": True}}
    written = f'<a href="https://matrix.to/#/{GHOST_OF_ASHA}">A</a> <a href="https://matrix.to/#/!room:mha.lab">r</a>'
    assert pills(written, across) == written.replace(GHOST_OF_ASHA, ASHA)
