"""Files arrive as they were, in one place, whatever is killed on the way; and Setu never holds one whole."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bridge.lab.ground import Ground
from bridge.lab.site import LinkedRoom
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.administrator import ask, reconfigure
from tests.homeserver.files import opens, sees_file, sends_file
from tests.homeserver.mortal import Mortal
from tests.homeserver.sites import NewSite, OpenSite

LARGE = 30 * 2**20
MOST_GROWTH = 20 * 2**20
"""Bytes of memory by which Setu may grow while it carries a large file."""

RESERVED = "after the commit in bridge.store.outbox.note"
PUT = "answered PUT in bridge.gateway.media.put as bot"


async def test_a_file_arrives_as_it_was_in_one_place_although_setu_dies_on_the_way(
    new_site: NewSite, tmp_path: Path
) -> None:
    mortal = Mortal(tmp_path / "deaths", only=f"^({RESERVED}|{PUT})$", waits=True)
    site = new_site(mortal.command)
    await site.make_room("bridge-repairs")
    await site.set_up()
    await site.setu.start()
    link = await site.open_link("bridge-repairs")
    data = os.urandom(100_000)
    await sends_file(link.department.people[0], link.department.room, "report.pdf", data)
    await mortal.is_dead()
    (reserved,) = await ask(site, "select outcome from outbox where kind = 'CopyMedia'")
    mortal.live_on()
    await mortal.is_dead()
    mortal.live_on()
    assert await arrived(link, "report.pdf", data) == reserved
    assert mortal.deaths == [RESERVED, PUT]


@pytest.fixture
async def roomy_hub(ground: Ground) -> AsyncIterator[None]:
    """The hub takes large files, for a while."""
    before = await reconfigure(ground.hub.synapse, max_upload_size="50M")
    yield
    await reconfigure(ground.hub.synapse, **before)


@pytest.mark.usefixtures("roomy_hub")
async def test_a_file_of_30_mb_streams_through(open_site: OpenSite) -> None:
    site = await open_site()
    (link,) = site.links.values()
    pid = site.setu.pid
    assert pid is not None
    ravi = link.department.people[0]
    small, large = os.urandom(1000), os.urandom(LARGE)
    await sends_file(ravi, link.department.room, "small.pdf", small)
    await arrived(link, "small.pdf", small)  # whatever is loaded at first use is loaded now
    before = psutil.Process(pid).memory_info().rss
    forget_highest_rss(pid)
    await sends_file(ravi, link.department.room, "large.pdf", large)
    await arrived(link, "large.pdf", large)
    assert highest_rss(pid) - before < MOST_GROWTH


async def arrived(link: LinkedRoom, name: str, data: bytes) -> str:
    """A file has come to the hub as it was; gives its mxc address there."""
    asha = link.hub.people[0]
    mxc = await sees_file(asha, link.hub.room, name, PATIENCE_SECONDS)
    assert mxc.startswith("mxc://nic.lab/")
    assert await opens(asha, mxc) == data
    return mxc


def forget_highest_rss(pid: int) -> None:
    """Lets the kernel count anew (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def highest_rss(pid: int) -> int:
    """The most memory that a process had, in bytes (proc(5), VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
