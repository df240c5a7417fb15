"""What `setu reconcile` counts in the department's room, against what people see on the hub."""

import json

from bridge.lab.checked import expect
from bridge.lab.classified.post import Post
from bridge.lab.settled import settled
from bridge.lab.steps.step import same


async def adds_up(post: Post) -> str:
    """Nothing is missing, each entry has one fate, and as many are held as did not arrive of what is to cross."""
    await settled(post.site, post.link)
    setu = post.site.setu
    printed = await setu.call("reconcile", str(setu.settings_file), "--json")
    [fates] = [
        side["fates"] for side in json.loads(printed)
        if (side["homeserver"], side["room"]) == (post.here.homeserver.name, post.here.room)
    ]  # fmt: skip
    refused = sum(fates["refused"].values())
    same(fates["mirrored"] + fates["held"] + refused + fates["set_aside"], fates["journalled"], "the sum")
    waiting = sum(not post.arrived(event) for event in post.to_cross)
    same(fates["held"], waiting, "how many are held")
    expect(fates["mirrored"] >= len(post.to_cross) - waiting, f"only {fates['mirrored']} are mirrored")
    return f"{fates['mirrored']} mirrored, {fates['held']} held, {refused} refused"
