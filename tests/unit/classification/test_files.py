"""Files, as people attach them: what they say is judged, wherever in the file it stands, by a process that has
limits; what cannot be read is told as not scanned, never as clean.
"""

import gzip
import os
import signal
from collections.abc import AsyncIterator

import pytest

from bots.classification.files import shop as shops
from bots.classification.files.shop import Shop
from bots.classification.verdict import Verdict
from bridge.documents.limits import Limits
from bridge.documents.read import Reading
from tests.documents import GUID, docx, jpeg, odt, ole, paragraphs, pdf, png, pptx, xlsx, zipped

MARK = "SECRET: the convoy leaves at five"
PLAIN = paragraphs("Nothing of note.")
HEADER = '<w:hdr xmlns:w="w"><w:p><w:r><w:t>SECRET</w:t></w:r></w:p></w:hdr>'
NOTE = f'<w:footnotes xmlns:w="w"><w:footnote><w:p><w:r><w:t>{MARK}</w:t></w:r></w:p></w:footnote></w:footnotes>'
PROPERTIES = f'<c:p xmlns:c="c" xmlns:dc="dc"><dc:title>{MARK}</dc:title></c:p>'


@pytest.fixture(scope="module")
async def shop() -> AsyncIterator[Shop]:
    async with shops.opened() as opened:
        yield opened


def told(verdict: Verdict) -> str | None:
    return str(verdict.level) if verdict.level is not None else None


PLANTED = {
    "a paragraph": ("a.docx", docx(paragraphs(MARK))),
    "runs inside of a word": ("a.docx", docx(paragraphs("SEC|RET|: the con|voy"))),
    "letters spaced apart": ("a.docx", docx(paragraphs("S E C R E T"))),
    "a header": ("a.docx", docx(PLAIN, word__header1_xml=HEADER)),
    "a footnote": ("a.docx", docx(PLAIN, word__footnotes_xml=NOTE)),
    "a property": ("a.docx", docx(PLAIN, docProps__core_xml=PROPERTIES)),
    "an alternative text": ("a.docx", docx(f'<w:p><wp:docPr xmlns:wp="wp" id="1" name="x" descr="{MARK}"/></w:p>')),
    "a comment of XML": ("a.docx", docx(f"{PLAIN}<!-- {MARK} -->")),
    "a cell": ("a.xlsx", xlsx(shared=MARK)),
    "a cell with its own text": ("a.xlsx", xlsx(cells=f'<c t="inlineStr"><is><t>{MARK}</t></is></c>')),
    "the name of a sheet": ("a.xlsx", xlsx(sheet="TOP SECRET")),
    "a slide": ("a.pptx", pptx(MARK)),
    "a speaker's note": ("a.pptx", pptx("Welcome", note=MARK)),
    "OpenDocument": ("a.odt", odt(MARK)),
    "a page of a PDF": ("a.pdf", pdf("Nothing", MARK)),
    "the title of a PDF": ("a.pdf", pdf("Nothing", title=MARK)),
    "plain text": ("a.txt", MARK.encode()),
    "text in UTF-16": ("a.txt", MARK.encode("utf-16")),
    "text in UTF-16 without a mark": ("a.txt", MARK.encode("utf-16-le")),
    "a table of text": ("a.csv", f"km,remark\n42,{MARK}\n".replace(",SECRET", "\nSECRET").encode()),
    "a subject of mail": ("a.eml", f"From: a@b.example\nTo: c@d.example\nSubject: {MARK}\n\nHello\n".encode()),
    "a text of mail": ("a.eml", f"From: a@b.example\nTo: c@d.example\nSubject: x\n\n{MARK}\n".encode()),
    "a file in a zip": ("a.zip", zipped({"note.txt": MARK})),
    "a document in a zip in a zip": ("a.zip", zipped({"b.zip": zipped({"c.docx": docx(paragraphs(MARK))})})),
    "the name of a file in a zip": ("a.zip", zipped({"SECRET_plan.docx": docx(PLAIN)})),
    "a PNG's comment": ("a.png", png(Comment=MARK)),
    "a JPEG's comment": ("a.jpg", jpeg(MARK)),
    "a PNG in a document": ("a.docx", docx(PLAIN, **{"word/media/image1.png": png(Comment=MARK)})),
    "its own name": ("SECRET_plan.txt", b"Nothing of note."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), PLANTED.values(), ids=PLANTED)
async def test_what_is_planted_is_found(shop: Shop, name: str, data: bytes) -> None:
    assert told(await shop.judge(name, data)) in ("IN:SECRET", "IN:TOP SECRET")


CLEAN = {
    "docx": docx(PLAIN), "xlsx": xlsx(shared="Estimates"), "pptx": pptx("Welcome"), "odt": odt("Hello"),
    "pdf": pdf("Hello"),
    "txt": b"Hello", "csv": b"a,b\n1,2\n", "zip": zipped({"a.txt": "Hello"}), "empty": b"",
    "eml": b"From: a@b.example\nTo: c@d.example\nSubject: x\n\nHello\n",
}  # fmt: skip


@pytest.mark.parametrize(("ending", "data"), CLEAN.items(), ids=CLEAN)
async def test_what_is_clean_is_clean_and_read_in_whole(shop: Shop, ending: str, data: bytes) -> None:
    assert await shop.judge(f"a.{ending}", data) == Verdict()


NEW_LABEL = (
    f'<clbl:labelList xmlns:clbl="c"><clbl:label id="{{{GUID}}}" enabled="1" method="Standard"/></clbl:labelList>'
)
OLD_LABEL = (
    '<Properties xmlns="p" xmlns:vt="vt"><property fmtid="{D5}" pid="2" name="MSIP_Label_' + GUID + '_Name">'
    "<vt:lpwstr>Secret</vt:lpwstr></property></Properties>"
)


async def test_an_old_label_names_the_level(shop: Shop) -> None:
    verdict = await shop.judge("a.docx", docx(PLAIN, docProps__custom_xml=OLD_LABEL))
    assert (told(verdict), verdict.findings[0].rule) == ("IN:SECRET", "in.label")


async def test_a_new_label_that_no_scheme_names_is_told(shop: Shop) -> None:
    verdict = await shop.judge("a.docx", docx(PLAIN, docMetadata__LabelInfo_xml=NEW_LABEL))
    assert verdict.level is None and "a sensitivity label that no scheme names" in verdict.not_scanned


async def test_a_label_in_an_encrypted_file_is_read_and_its_content_told_as_not_scanned(shop: Shop) -> None:
    streams = {"EncryptedPackage": b"\1" * 5000, "LabelInfo": OLD_LABEL.encode("utf-8")}
    verdict = await shop.judge("a.docx", ole(streams))
    assert told(verdict) == "IN:SECRET" and "encrypted" in verdict.not_scanned


UNREADABLE = {
    "noise": bytes(range(256)) * 20,
    "a broken PDF": b"%PDF-1.7\n" + b"garbage " * 100,
    "half a document": docx(PLAIN)[:200],
    "an archive of another kind": gzip.compress(b"Hello"),
    "damaged XML": docx("<w:p><w:r>"),
    "entities": docx(PLAIN, word__x_xml='<!DOCTYPE a [<!ENTITY b "SECRET">]><a>&b;</a>'),
    "a picture": png(),
    "an old document": ole({"WordDocument": b"\0" * 5000}),
    "rich text": b"{\\rtf1 Hello}",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_told_as_not_scanned(shop: Shop, data: bytes) -> None:
    assert (await shop.judge("a.bin", data)).not_scanned


async def test_files_behind_a_password_are_told(shop: Shop) -> None:
    locked = bytearray(zipped({"a.txt": "Hello"}))
    at = locked.rindex(b"PK\1\2")
    locked[at + 8] |= 1
    assert (await shop.judge("a.zip", bytes(locked))).not_scanned == ("a.txt: protected by a password",)


async def test_a_zip_bomb_is_told_and_stays_within_its_limits(shop: Shop) -> None:
    bomb = zipped({f"{n}.txt": b"\0" * (20 << 20) for n in range(8)})
    verdict = await shop.judge("bomb.zip", bomb)
    assert any("more than" in unread for unread in verdict.not_scanned)


async def test_entities_that_grow_are_not_resolved(shop: Shop) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = docx(PLAIN, word__x_xml=f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l11;</a>')
    assert any("entities of its own" in unread for unread in (await shop.judge("a.docx", bomb)).not_scanned)


async def test_a_zip_in_a_zip_in_a_zip_ends_somewhere(shop: Shop) -> None:
    data = zipped({"a.txt": "Hello"})
    for _ in range(12):
        data = zipped({"a.zip": data})
    assert any("files inside of each other" in unread for unread in (await shop.judge("a.zip", data)).not_scanned)


async def test_five_hundred_pages_are_read_to_the_last(shop: Shop) -> None:
    verdict = await shop.judge("a.pdf", pdf(*["Nothing of note"] * 499, "SECRET"))
    assert told(verdict) == "IN:SECRET" and verdict.not_scanned == ()


async def test_a_marking_deep_in_a_long_text_is_found(shop: Shop) -> None:
    text = "Nothing of note is said in this line.\n" * 60_000
    assert told(await shop.judge("a.txt", (text + "\nTOP SECRET\n" + text).encode())) == "IN:TOP SECRET"


async def test_when_the_process_dies_the_file_is_not_scanned_and_the_next_one_is_judged(shop: Shop) -> None:
    await shop.judge("a.txt", b"Hello")
    worker = shop.reader._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    verdicts = [await shop.judge("a.txt", MARK.encode()) for _ in range(2)]
    assert told(verdicts[-1]) == "IN:SECRET"
    assert all(verdict.not_scanned or told(verdict) == "IN:SECRET" for verdict in verdicts)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(size=100), "larger than 0 MiB"),
        (Limits(members=1), "more than 1 parts"),
        (Limits(characters=10), "more than 10 characters of text"),
        (Limits(seconds=0), "more than 0 seconds to read"),
        (Limits(unpacked=50), "more than 0 MiB when unpacked"),
        (Limits(depth=0), "more than 0 files inside of each other"),
    ],
)
def test_each_limit_is_told_when_it_is_reached(limits: Limits, why: str) -> None:
    reading = Reading(limits)
    list(reading.segments("a.zip", zipped({"a.txt": MARK * 9, "b.txt": MARK * 9})))
    assert any(why in unread for unread in reading.unread)
