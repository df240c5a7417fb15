"""Files for tests, made by hand so that each holds just what is planted: Office, OpenDocument, PDF, mail, images,
archives, and the container of an encrypted Office file.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
GUID = "4ad5c1f7-7e02-4b2a-8f27-3f3a5e2d9c11"


def zipped(parts: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of some parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(body: str, **more: bytes | str) -> bytes:
    """A Word file; `body` is the inside of its document, `more` are parts by their path, `__` for `/`."""
    parts = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in more.items()}
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **parts})


def paragraphs(*texts: str) -> str:
    """Paragraphs, each letter group in a run of its own where `|` parts them."""
    runs = ("".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in text.split("|")) for text in texts)
    return "".join(f"<w:p>{run}</w:p>" for run in runs)


def xlsx(*, shared: str = "", cells: str = "", sheet: str = "Sheet1") -> bytes:
    """An Excel file with one sheet."""
    return zipped({
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="m"><sheets><sheet name="{sheet}" sheetId="1"/></sheets></workbook>',
        "xl/sharedStrings.xml": f'<sst xmlns="m"><si><t>{shared}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="m"><sheetData><row r="1">{cells}</row></sheetData></worksheet>',
    })  # fmt: skip


def pptx(text: str, note: str = "") -> bytes:
    """A PowerPoint file with one slide."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    return zipped({
        "[Content_Types].xml": "<Types/>",
        "ppt/slides/slide1.xml": f"<p:sld xmlns:p='p' {a}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>",
        "ppt/notesSlides/notesSlide1.xml": f"<p:notes xmlns:p='p' {a}><a:p><a:t>{note}</a:t></a:p></p:notes>",
    })  # fmt: skip


def odt(text: str) -> bytes:
    """An OpenDocument text."""
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<o:document-content xmlns:o='o' xmlns:text='t'><text:p>{text}</text:p></o:document-content>",
    })  # fmt: skip


def pdf(*pages: str, title: str = "") -> bytes:
    """A PDF of some pages of one line each."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    objects.append(f"<< /Title ({title}) >>")
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(file)}\n%%EOF"
    return file + end.encode()


def png(**texts: str) -> bytes:
    """A PNG of one pixel with texts beside it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    said = b"".join(chunk(b"tEXt", f"{key}\0{text}".encode("latin-1")) for key, text in texts.items())
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\2\0\0\0") + said + pixel + chunk(b"IEND", b"")


def jpeg(comment: str) -> bytes:
    """A JPEG that is nothing but its comment."""
    said = comment.encode()
    return b"\xff\xd8\xff\xfe" + struct.pack(">H", len(said) + 2) + said + b"\xff\xda\0\x02\xff\xd9"


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB], version 3) with some streams in its root."""
    sector, free, end, table = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [table]
    contents, entries = b"", []
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")  # below this size streams lie elsewhere
        padded += b"\0" * (-len(padded) % sector)
        entries.append((name, 2, len(fat), len(padded)))
        count = len(padded) // sector
        fat += [*range(len(fat) + 1, len(fat) + count), end]
        contents += padded
    folder = len(fat)
    directory = _entry("Root Entry", 5, end, 0, child=1)
    for number, (name, kind, start, size) in enumerate(entries, start=1):
        right = number + 1 if number < len(entries) else free
        directory += _entry(name, kind, start, size, right=right)
    directory += _entry("", 0, 0, 0) * (-len(directory) // 128 % 4)
    count = len(directory) // sector
    fat += [*range(folder + 1, folder + count), end]
    assert len(fat) <= sector // 4
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, folder, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    header += struct.pack("<I", free) * 108
    return header + struct.pack(f"<{sector // 4}I", *fat, *[free] * (sector // 4 - len(fat))) + contents + directory


def _entry(name: str, kind: int, start: int, size: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    written = f"{name}\0".encode("utf-16-le") if name else b""
    return (
        written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, right, child)
        + b"\0" * 36 + struct.pack("<IQ", start, size)
    )  # fmt: skip
