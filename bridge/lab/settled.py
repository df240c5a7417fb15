"""Waits until Setu has done all that there is to do for a link, as an administrator would: by asking `setu status`."""

from bridge.lab.child import until
from bridge.lab.site import LinkedRoom, Site
from bridge.lab.status import LinkStatus, SideStatus


async def settled(site: Site, link: LinkedRoom) -> tuple[SideStatus, ...]:
    """What `setu status` says of the two rooms, once nothing is left to do or patience is at its end."""
    status: list[LinkStatus] = []

    async def is_settled() -> bool:
        status[:] = [found] if (found := (await site.setu.status()).link(link.name)) else []
        return bool(status) and all(side.settled for side in status[0].sides)

    await until(is_settled, site.patience_seconds)
    return status[0].sides if status else ()
