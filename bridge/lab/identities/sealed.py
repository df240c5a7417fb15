"""Ravi encrypts the department's room and has the bot speak in it; Kiran, whom no roster knows either, comes in with a
client that encrypts and is not ours.
"""

import secrets

from bridge.lab.checked import expect
from bridge.lab.hindi import is_hindi
from bridge.lab.identities.office import Office
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_deeds import ENCRYPTION
from bridge.lab.steps.step import same

SENTENCE = "in an encrypted room in which the bot is to speak itself, a newcomer reads its notice, encrypted"


async def told(office: Office) -> None:
    """Kiran reads what she is asked, and the notice mentions nobody else."""
    room, server = office.here.room, office.here.homeserver.name
    await office.ravi.say(room, "!id room notices room")
    await office.hears(office.ravi, room, server, "room KEY VALUE")
    await office.ravi.set_state(room, "m.room.encryption", ENCRYPTION)
    kiran = await _seated(office)
    await office.ravi.invite(room, kiran.user_id)
    await kiran.join(room)
    notice = await kiran.wait_for(
        room, lambda seen: "!id me" in (seen.body or ""), office.patience_seconds, "word of the identity bot"
    )
    expect(notice.was_encrypted, "it was sent in clear")
    expect(is_hindi(notice.body or ""), f"she read: {notice.body}")
    same(notice.content.get("m.mentions"), {"user_ids": [kiran.user_id]}, "who is mentioned")


async def _seated(office: Office) -> NioClient:
    synapse, password = office.here.homeserver.synapse, secrets.token_urlsafe(9)
    client = NioClient(synapse.url, office.site.setu.folder / "clients" / secrets.token_hex(4))
    office.stack.push_async_callback(client.close)
    await client.log_in(await synapse.register("kiran.das", password, "Kiran"), password)
    return client
