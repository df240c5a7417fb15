"""What both rooms of the link show of what they may carry, and what counts where they say different things."""

from bridge.lab.checked import expect
from bridge.lab.classified.post import Post
from bridge.lab.classified.rules import CEILING
from bridge.lab.site import Side

STATE = "in.setu.ceiling"
SHOWN = "the ceiling stands in the state of both rooms"
LOWER = "of what the two sides say the lower counts, in both rooms"


async def shown(post: Post, level: str = CEILING) -> None:
    """Both rooms show this level."""
    for side in post.link.sides:
        await _shows(post, side, level)


async def _shows(post: Post, side: Side, level: str) -> None:
    now: list[object] = [None]

    async def so() -> bool:
        now[0] = (await side.people[0].state(side.room, STATE)).get("ceiling")
        return now[0] == f"IN:{level}"

    await post.becomes(so, lambda: f"{side.homeserver.name} shows {now[0]}, not {level}")


async def lower(post: Post) -> None:
    """The department's is RESTRICTED; on the hub somebody says first a higher, then a lower one."""
    told = await post.asks(post.there, post.asha, "!mark ceiling SECRET")
    expect(CEILING in told and "SECRET" not in told, f"she read: {told}")
    await post.asks(post.there, post.asha, "!mark ceiling UNCLASSIFIED")
    await shown(post, "UNCLASSIFIED")
