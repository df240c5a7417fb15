"""Order within a room is kept, also under load."""

from bridge.lab.site import LinkedRoom, Side
from bridge.lab.together import together
from tests.homeserver.sites import OpenSite
from tests.homeserver.talk import hears, said_in, say

ROOMS, EACH = 5, 20
"""In each of the rooms so many messages from each side: 200 in all, under the three workers that Setu has."""


async def test_200_messages_in_5_rooms_arrive_in_order_while_both_sides_write(open_site: OpenSite) -> None:
    site = await open_site(links=ROOMS)
    await together(*(talk(link) for link in site.links.values()))
    for link in site.links.values():
        for side in link.sides:
            stands = await said_in(side.people[0], side.room)
            for writer in link.sides:
                assert [text for text in stands if text in words(writer)] == words(writer)
            assert len(stands) == 2 * EACH


async def talk(link: LinkedRoom) -> None:
    """Both sides write at once and wait for the other's last words."""
    await together(*(say(side.people[0], side.room, *words(side)) for side in link.sides))
    for side in link.sides:
        across = link.across(side)
        await hears(across.people[0], across.room, words(side)[-1])


def words(side: Side) -> list[str]:
    """What is said on a side of a link."""
    return [f"{side.homeserver.name} {side.room} {n}" for n in range(EACH)]
