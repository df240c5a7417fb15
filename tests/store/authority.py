"""A timestamp authority (RFC 3161) on this machine: `openssl ts` behind a little web server."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
ess_cert_id_chain = no
ordering = no
tsa_name = no
clock_precision_digits = 0
crypto_device = builtin
"""
HERE = shutil.which("openssl") is not None


@dataclass
class Authority:
    """Answers what it is asked, or refuses."""

    folder: Path
    url: str = ""
    asked: int = 0
    away: bool = False

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.away:
            return web.Response(status=503)
        query, reply = self.folder / f"{self.asked}.tsq", self.folder / f"{self.asked}.tsr"
        query.write_bytes(await request.read())
        await _openssl(
            self.folder, "ts", "-reply", "-queryfile", query, "-config", "ts.cnf", "-signer", "tsa.pem",
            "-inkey", "tsa.key", "-out", reply,
        )  # fmt: skip
        return web.Response(body=reply.read_bytes(), content_type="application/timestamp-reply")


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Authority]:
    """An authority with a root of its own."""
    await _make(folder)
    authority = Authority(folder)
    application = web.Application()
    application.router.add_post("/tsr", authority.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        authority.url = f"http://127.0.0.1:{runner.addresses[0][1]}/tsr"
        yield authority
    finally:
        await runner.cleanup()


async def _make(folder: Path) -> None:
    _write_settings(folder)
    new = ("-newkey", "rsa:2048", "-nodes")
    await _openssl(
        folder, "req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=A root", "-days", "3650"
    )
    await _openssl(folder, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=An authority")
    await _openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-out", "tsa.pem", "-days", "3650", "-extfile", "tsa.ext",
    )  # fmt: skip


def _write_settings(folder: Path) -> None:
    folder.mkdir()
    (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")


async def _openssl(folder: Path, *arguments: str | Path) -> None:
    process = await asyncio.create_subprocess_exec(
        "openssl", *map(str, arguments), cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
