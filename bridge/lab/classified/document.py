"""A Word file with a few lines, as small as one can be (ECMA-376)."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAMES = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(*lines: str) -> bytes:
    """A paragraph a line."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_NAMES}"><w:body>{body}</w:body></w:document>'
    )
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
    return file.getvalue()
