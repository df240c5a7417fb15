"""Anybody asks the identity bot who somebody is, in the room where they meet them."""

from bridge.lab.checked import expect
from bridge.lab.identities.newcomer import NAME, Newcomer
from bridge.lab.site import Side
from bridge.lab.steps.step import answered

SENTENCE = "whoever asks in either room who somebody is gets an answer"


async def who(one: Newcomer) -> None:
    """Ravi asks in the department for Farid of the hub; Asha on the hub for the stand-in of Neha."""
    office = one.office
    farid = office.there.homeserver.organisation.people[1]
    await _asks(one, office.here, office.farid.user_id, office.farid.user_id, farid.name, farid.designation)
    await _asks(one, office.there, office.ghost(one.neha), one.neha.user_id, NAME, one.organisation)


async def _asks(one: Newcomer, side: Side, account: str, *words: str) -> None:
    asker = side.people[0]
    asked = await asker.say(side.room, f"!id who {account}")
    answer = await asker.wait_for(
        side.room, lambda seen: answered(seen.event) == asked, one.office.patience_seconds, "answer"
    )
    expect(all(word in (answer.body or "") for word in words), f"the answer about {account} is: {answer.body}")
