"""Ravi said something that crossed, and changed it; then he marks it."""

from bridge.lab.classified.post import Post
from bridge.lab.site import Side


async def gone(post: Post) -> None:
    """All four events are blank: the message, its edit, and the copies of both."""
    room = post.here.room
    event, copy = await post.carried("The convoy leaves at five.")
    edit = await post.ravi.edit(room, event, post.words.new("The convoy leaves at six."))
    edited = await post.copy(edit)
    await post.ravi.reply(room, event, "!mark secret")
    ids = {"message": (post.here, event), "edit": (post.here, edit)}
    ids |= {"copy": (post.there, copy.event["event_id"]), "edit of the copy": (post.there, edited.event["event_id"])}
    left: list[str] = []

    async def so() -> bool:
        left[:] = [what for what, (side, event_id) in ids.items() if await _content(side, event_id)]
        return not left

    await post.becomes(so, lambda: f"still there: {', '.join(left)}")


async def _content(side: Side, event_id: str) -> bool:
    """Whether it still says anything."""
    return bool((await side.people[0].event(side.room, event_id))["content"])
