"""Files: each arrives byte for byte with what is said of it, at an address of the other homeserver."""

import os
from collections.abc import Mapping
from typing import Any

from bridge.lab.steps.step import Step, Way, answered, same

PICTURE, THUMBNAIL = "image/png", "image/jpeg"
BYTES = 40_000


async def image(way: Way) -> None:
    content = await _content(way, "m.image", "image.png", PICTURE, {"w": 640, "h": 480})
    content["info"] |= await _thumbnail(way)
    await _arrives(way, content)


async def file(way: Way) -> None:
    await _arrives(way, await _content(way, "m.file", "file.pdf", "application/pdf"))


async def audio(way: Way) -> None:
    await _arrives(way, await _content(way, "m.audio", "audio.ogg", "audio/ogg", {"duration": 61_000}))


async def voice(way: Way) -> None:
    content = await _content(way, "m.audio", "voice.ogg", "audio/ogg", {"duration": 2_000})
    wave = {"duration": 2_000, "waveform": [0, 512, 1024, 256]}
    await _arrives(way, {**content, "org.matrix.msc1767.audio": wave, "org.matrix.msc3245.voice": {}})


async def video(way: Way) -> None:
    content = await _content(way, "m.video", "video.mp4", "video/mp4", {"w": 1280, "h": 720, "duration": 9_000})
    content["info"] |= await _thumbnail(way)
    await _arrives(way, content)


async def sticker(way: Way) -> None:
    content = await _content(way, "", "sticker: namaste", PICTURE, {"w": 256, "h": 256})
    del content["msgtype"]
    await _arrives(way, content, "m.sticker")


async def caption(way: Way) -> None:
    content = await _content(way, "m.image", "caption: the third span", PICTURE)
    markup = {"format": "org.matrix.custom.html", "formatted_body": "caption: the <b>third</b> span"}
    await _arrives(way, {**content, "filename": "span-3.png", **markup})


async def encrypted(way: Way) -> None:
    """An encrypted attachment stays ciphertext, and its key reaches who may read the message."""
    mxc = await way.writer.upload(os.urandom(BYTES), "application/octet-stream")
    key = {"alg": "A256CTR", "ext": True, "k": "qcHVMSgYg-71CauWBezXI5qkaRb0LuIy-Wx5kIaHMIA", "kty": "oct"}
    hashes = {"sha256": "5qG4fFnbbVdlAB1Q72JDKwCagV6Dbkx9uds4rSak37c"}
    place = {"url": mxc, "v": "v2", "key": {**key, "key_ops": ["encrypt", "decrypt"]}, "iv": "X85+XgHN+HEAAAAAAAAAAA"}
    info = {"mimetype": "application/pdf", "size": BYTES}
    content = {"msgtype": "m.file", "body": "encrypted.pdf", "file": {**place, "hashes": hashes}, "info": info}
    copied = await way.carried(content)
    await _same_bytes(way, mxc, copied["file"]["url"])


async def too_large(way: Way) -> None:
    """Only towards a homeserver that takes less than the writer's own: nobody can write more than that takes."""
    largest = await way.reader.largest_upload()
    if largest >= await way.writer.largest_upload():
        return
    mxc = await way.writer.upload(bytes(largest + 1), "video/mp4")
    event_id = await way.write({"msgtype": "m.video", "body": "too large.mp4", "url": mxc})
    told = await way.writer.wait_for(
        way.source.room, lambda seen: answered(seen.event) == event_id, way.patience_seconds, "notice of Setu's"
    )
    same(told.sender, way.source.homeserver.bot, "who tells it")
    same(told.content.get("m.mentions"), {"user_ids": [way.writer.user_id]}, "who is told")
    for words in ("too large", f"{largest / 2**20:.3g} MiB"):
        same(words in told.content["body"], True, f"that {told.content['body']!r} says {words}")


async def _content(
    way: Way, msgtype: str, body: str, mimetype: str, info: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    mxc = await way.writer.upload(os.urandom(BYTES), mimetype)
    return {"msgtype": msgtype, "body": body, "url": mxc, "info": {"mimetype": mimetype, "size": BYTES, **(info or {})}}


async def _thumbnail(way: Way) -> dict[str, Any]:
    mxc = await way.writer.upload(os.urandom(BYTES // 10), THUMBNAIL)
    return {"thumbnail_url": mxc, "thumbnail_info": {"mimetype": THUMBNAIL, "size": BYTES // 10, "w": 80, "h": 60}}


async def _arrives(way: Way, content: Mapping[str, Any], kind: str = "m.room.message") -> None:
    copied = await way.carried(content, kind)
    await _same_bytes(way, content["url"], copied["url"])
    if "thumbnail_url" in content["info"]:
        await _same_bytes(way, content["info"]["thumbnail_url"], copied["info"]["thumbnail_url"])


async def _same_bytes(way: Way, written: str, copied: str) -> None:
    here = way.target.homeserver.name
    same(copied.removeprefix("mxc://").partition("/")[0], here, "the homeserver of the file")
    same(await way.reader.download(copied) == await way.writer.download(written), True, "that the bytes are equal")


FILES = (
    Step("image", "an image arrives byte for byte, with its thumbnail", image),
    Step("file", "a file arrives byte for byte", file),
    Step("audio", "an audio file keeps its length", audio),
    Step("voice", "a voice message keeps its waveform", voice),
    Step("video", "a video arrives with its thumbnail", video),
    Step("sticker", "a sticker is a sticker", sticker),
    Step("caption", "a caption stands beside the file's own name", caption),
    Step("encrypted", "an encrypted attachment arrives as the same ciphertext, with its key", encrypted),
    Step("too_large", "who sends what the other side would not take is told so, with the limit", too_large),
)
