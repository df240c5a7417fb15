"""Pages as PDF, printed from the pages of HTML by a browser. No library from PyPI alone lays out HTML and shapes Indian
scripts (WeasyPrint does with Pango, which is the system's as well, and takes gigabytes for a long month; ReportLab does
not shape): so it is Chromium, in a process of its own, without scripts and network, and PDF is an option.
"""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
LONGEST = 600.0
"""Seconds for a page."""


class NoPdf(Exception):
    """There is nothing to print with, or it failed: why, and the mend."""


def browser() -> str:
    """The browser of this machine. Raises NoPdf."""
    found = next((path for name in NAMES if (path := shutil.which(name)) is not None), None)
    if found is None:
        raise NoPdf("--format pdf needs Chromium here: install it (Debian: apt-get install chromium), or leave pdf out")
    return found


async def printed(program: str, page: Path, to: Path) -> None:
    """Prints a page, whose path is absolute. Raises NoPdf."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program, *_arguments(profile), f"--print-to-pdf={to}", page.as_uri(),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(LONGEST):
                code = await process.wait()
        except TimeoutError:
            raise NoPdf(f"{page.name}: printing took more than {LONGEST:.0f} seconds; leave pdf out") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if code or not _is_there(to):
        raise NoPdf(
            f"{page.name}: {Path(program).name} could not print it (exit {code}); leave pdf out, or print it by hand"
        )


def _is_there(file: Path) -> bool:
    return file.is_file()


def _arguments(profile: str) -> list[str]:
    # As root its sandbox does not start. Its pages let no script run and load nothing (their Content-Security-Policy);
    # the switch that turns scripts off as a whole keeps Chromium from printing.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [
        "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={profile}",
        "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer", *root,
    ]  # fmt: skip
