"""Officials of two organisations who read different languages are each spoken to in theirs, by a Setu at work."""

import pytest
from ruamel.yaml import YAML

from bridge.lab.ground import Ground
from bridge.lab.site import Site
from bridge.saying import Saying
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.sites import NewSite
from tests.homeserver.test_commands import BOT_HERE, BOT_THERE, says
from tests.tongues import in_english, in_hindi

CAME_IN = Saying.of("came-in")


@pytest.fixture
async def site(new_site: NewSite) -> Site:
    """Home Affairs reads Hindi, the hub what nobody has said: English."""
    site = new_site()
    await site.set_up()
    yaml = YAML(pure=True)
    written = yaml.load(site.setu.settings_file)
    written["departments"][0]["language"] = "hi"
    written["invite_from"] = ["@*:mha.lab", "@*:nic.lab"]
    yaml.dump(written, site.setu.settings_file)
    await site.setu.start()
    return site


async def test_each_is_told_in_their_language_and_may_choose_another(ground: Ground, site: Site) -> None:
    ravi, asha = ground.departments[0].people[0], ground.hub.people[0]
    cell, hall = await ravi.create_room("Cell"), await asha.create_room("Hall")
    await ravi.bring_in(cell, BOT_HERE, PATIENCE_SECONDS / 2)
    await asha.bring_in(hall, BOT_THERE, PATIENCE_SECONDS / 2)
    await says(asha, hall, BOT_THERE, in_english(CAME_IN).replace("`", ""))
    told = await says(ravi, cell, BOT_HERE, in_hindi(CAME_IN).replace("`", ""))
    assert "<code>!setu link NAME</code>" in told.content["formatted_body"]
    await ravi.say(cell, "!setu links")
    await says(ravi, cell, BOT_HERE, in_hindi(Saying.of("denied-not-admin")))
    await ravi.say(cell, "!setu language en")
    await says(ravi, cell, BOT_HERE, in_english(Saying.of("language-chosen")))
    await asha.say(hall, "!setu room-language hi")
    await says(asha, hall, BOT_THERE, in_hindi(Saying.of("room-language-chosen")))
