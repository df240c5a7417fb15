"""What somebody said, as mail: a mail program reads back what was said, and no text makes a header or a message."""

import json
import mailbox
import re
from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.retention.export import mail
from bots.retention.export.mail import Mail
from bots.retention.export.said import Said, Sayings
from bots.retention.export.worklist import Item, Worklist
from tests.people import CELL, MHA, RAVI

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.fixture
def sayings(tmp_path: Path) -> Iterator[Sayings]:
    (tmp_path / "records.jsonl").touch()
    found = Sayings(tmp_path, Worklist(tmp_path / "worklist"), [])
    yield found
    found.close()
    found.worklist.close()


def message(sayings: Sayings, body: str, room: str = "Cell", files: Any = (), **tag: str) -> bytes:
    """What a mail program is given of a message of Ravi."""
    item = Item(1, 0, 1, 1, "$first", "m.room.message", RAVI, 1_764_000_000_000_000, "2025-11", "m.in_reply_to",
                "$zeroth:mha.lab", None, "push", 1, 0, 0, None)  # fmt: skip
    event = {"type": "m.room.message", "sender": RAVI, "content": {"msgtype": "m.text", "body": body}}
    line = {"seq": 7, "header": json.dumps({"room_id": CELL, "organisation": MHA}), "files": list(files),
            "parts": {"event": {"plain": json.dumps(event)}}, "known": {"identity": tag}}  # fmt: skip
    folder = Path(sayings._file.name).parent
    return b"".join(Mail(sayings, folder, room, MHA, UTC).message(Said(item, line)))


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw.partition(b"\n")[2], policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=TEXTS, room=TEXTS, name=TEXTS)
def test_a_mail_program_reads_what_was_said(sayings: Sayings, body: str, room: str, name: str) -> None:
    found = read(message(sayings, body, room, status="verified", name=name))
    assert not found.defects
    assert set(found.keys()) == {
        "From", "To", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "X-Matrix-Sender", "X-Matrix-Room",
        "X-Matrix-Event", "X-Setu-Leaf", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert found["From"].addresses[0].addr_spec == "ravi@mha.lab"
    text = found.get_content()
    if found["Content-Transfer-Encoding"] == "7bit":  # mboxrd: one > more before each From
        text = re.sub(r"^>(>*From )", r"\1", text, flags=re.MULTILINE)
    assert text.strip("\n") == body.strip("\n")


@pytest.mark.parametrize("body", ["From me to you", "one\nFrom two\nthree", ">From four", "From x\r\nFrom y"])
def test_no_text_begins_another_message(sayings: Sayings, tmp_path: Path, body: str) -> None:
    (tmp_path / "room.mbox").write_bytes(message(sayings, body) + message(sayings, "second"))
    box = mailbox.mbox(tmp_path / "room.mbox")
    assert len(box) == 2
    box.close()


def test_a_message_answers_the_one_that_it_answers_and_says_who_in_which_office(sayings: Sayings) -> None:
    tag = {"status": "verified", "name": "रवि कुमार", "designation": "Under Secretary", "organisation": "Home Affairs"}
    raw = message(sayings, "namaste", **tag)
    found, header = read(raw), message_from_bytes(raw.partition(b"\n")[2])["From"]
    assert str(make_header(decode_header(header))) == "रवि कुमार (Under Secretary, Home Affairs) <ravi@mha.lab>"
    assert (found["Message-ID"], found["In-Reply-To"]) == ("<first@mha.lab>", "<zeroth%3Amha.lab@mha.lab>")
    assert found["Date"].datetime.isoformat() == "2025-11-24T16:00:00+00:00"


def test_a_file_goes_with_its_message_and_a_missing_one_is_told(sayings: Sayings, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1_000
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "aa-नक्शा.png").write_bytes(data)
    there = {"name": "नक्शा.png", "path": "files/aa-नक्शा.png", "mimetype": "image/png"}
    found = read(message(sayings, "see", files=[there, {"name": "b.pdf", "why": "it is gone"}]))
    body, attached = found.iter_parts()
    assert "[b.pdf: it is gone]" in body.get_content()
    assert (attached.get_filename(), attached.get_content_type(), attached.get_content()) == (
        "नक्शा.png", "image/png", data
    )  # fmt: skip


@pytest.mark.parametrize("id", ["@a b:x", "@:", "@x:[::1]", "@x:h\nBcc: y", "", "@" + "ü" * 90 + ":h"])
def test_whatever_an_id_is_it_makes_an_address(id: str) -> None:
    address = mail.address(id)
    assert address.isascii() and address.count("@") == 1 and not set(address) & set(" \n<>,")
