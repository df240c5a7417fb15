"""Which files a message has, however it names them; hostile ones are told as such, and never raise."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from nio.crypto.attachments import encrypt_attachment  # type: ignore[import-untyped]

from bridge import mxc
from bridge.attachments import BAD_KEY, MOST, NO_ADDRESS, TOO_MANY, Attachment, files_of
from bridge.e2ee.file_lock import BadLock, FileLock, OtherFile
from bridge.model import Event
from tests.json_values import JSON
from tests.people import event

MXC = "mxc://mha.lab/estimate"
DATA = b"SECRET: the convoy leaves at five"
SEALED, KEYS = encrypt_attachment(DATA)
FILE = {"msgtype": "m.file", "body": "estimate.docx", "url": MXC, "info": {"mimetype": "application/x-docx", "size": 9}}
SECRET = {"msgtype": "m.file", "body": "estimate.docx", "file": {**KEYS, "url": MXC}, "info": {"mimetype": "x/y"}}


def said(content: Mapping[str, Any], type: str = "m.room.message", **more: Any) -> Event:
    return event("$1", type=type, content=content, **more)


def found(content: Mapping[str, Any], **more: Any) -> list[tuple[str, bool, str | None]]:
    """Addresses, whether they are encrypted, and the trouble with them."""
    return [(one.mxc, one.lock is not None, one.trouble) for one in files_of(said(content, **more))]


def test_a_file_in_clear_is_found_with_its_name_and_type() -> None:
    assert files_of(said(FILE)) == [Attachment(MXC, "estimate.docx", "application/x-docx")]


def test_an_encrypted_file_is_found_and_opens_with_the_key_of_its_message() -> None:
    [file] = files_of(said(SECRET))
    assert (file.mxc, file.name, file.mimetype) == (MXC, "estimate.docx", "x/y")
    assert file.lock is not None
    assert file.lock.opened(SEALED) == DATA


@pytest.mark.parametrize(
    "address", ["MXC://mha.lab/estimate", r"\u006dxc:\/\/mha.lab/estimate", r"m\u0078c://mha.lab/estimate"]
)
def test_an_address_is_found_however_its_letters_are_written(address: str) -> None:
    raw = b'{"type":"m.room.message","event_id":"$1","content":{"msgtype":"in.example","url":"%s"}}' % address.encode()
    assert len(files_of(Event.read(raw))) == 1


def test_a_file_is_found_in_an_event_that_did_not_come_as_bytes() -> None:
    assert len(files_of(Event(b"", said(FILE).fields))) == 1


def test_a_file_without_an_address_is_found_however_its_type_is_written() -> None:
    raw = rb'{"type":"m.room.message","event_id":"$1","content":{"msgtype":"m.f\u0069le","body":"x"}}'
    assert [one.trouble for one in files_of(Event.read(raw))] == [NO_ADDRESS]


def test_a_sticker_is_a_file_for_who_asks_for_stickers() -> None:
    sticker = said({"body": "x", "url": MXC}, type="m.sticker")
    assert (files_of(sticker), [one.mxc for one in files_of(sticker, stickers=True)]) == ((), [MXC])


def test_its_name_is_the_file_name_where_its_body_is_a_caption() -> None:
    [file] = files_of(said({**FILE, "body": "as asked for", "filename": "estimate.docx"}))
    assert file.name == "estimate.docx"


OTHERS: dict[str, Mapping[str, Any]] = {
    "an edit": {"msgtype": "m.text", "body": "* x", "m.new_content": FILE},
    "an extensible file": {"m.text": [{"body": "x"}], "m.file": {"url": MXC, "name": "a.docx", "mimetype": "x/y"}},
    "an extensible file by its older name": {"org.matrix.msc1767.file": {"url": MXC, "name": "a.docx"}},
    "a gallery": {"msgtype": "dm.filament.gallery", "body": "x", "itemtypes": [{"itemtype": "m.image", "url": MXC}]},
    "a message of a type that nobody knows": {"msgtype": "in.example.scan", "body": "x", "url": MXC},
    "what nobody knows inside of what nobody knows": {"in.example": [{"a": {"b": {"url": MXC}}}]},
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_a_file_is_found_wherever_it_stands(content: Mapping[str, Any]) -> None:
    assert found(content) == [(MXC, False, None)]


def test_the_same_file_said_twice_is_one() -> None:
    voice = {**SECRET, "msgtype": "m.audio", "org.matrix.msc1767.file": {**KEYS, "url": MXC}, "m.new_content": SECRET}
    assert found(voice) == [(MXC, True, None)]


def test_a_decoy_in_clear_hides_no_encrypted_file_beside_it() -> None:
    assert found({**SECRET, "url": "mxc://mha.lab/decoy"}) == [("mxc://mha.lab/decoy", False, None), (MXC, True, None)]


def test_one_file_under_two_keys_is_two() -> None:
    _, others = encrypt_attachment(b"other")
    assert found({**SECRET, "m.new_content": {**SECRET, "file": {**others, "url": MXC}}}) == [(MXC, True, None)] * 2


def test_pictures_that_only_go_with_something_are_none() -> None:
    thumbnail = {**KEYS, "url": "mxc://mha.lab/thumbnail"}
    info = {"thumbnail_url": "mxc://mha.lab/thumbnail", "thumbnail_file": thumbnail}
    assert found({**FILE, "info": info}) == [(MXC, False, None)]
    assert found({"body": "see", "com.beeper.linkpreviews": [{"beeper:image:encryption": thumbnail}]}) == []
    assert found(FILE, type="m.sticker") == []
    assert found({"url": MXC}, type="m.room.avatar", state_key="") == []


def test_a_text_has_none() -> None:
    assert found({"msgtype": "m.text", "body": f"see {MXC}", "formatted_body": f'<img src="{MXC}">'}) == []


ADDRESSES = (
    "https://elsewhere.example/x", "file:///etc/passwd", "mxc://mha.lab/../../etc/passwd", "mxc://../x", "mxc://",
    "mxc://mha.lab", "mxc://mha.lab/", "mxc:///x", "mxc://mha.lab/a/b", "MXC://mha.lab/x", f"mxc://mha.lab/{'x' * 600}",
    "", "mxc://mha.lab/\ud800",
)  # fmt: skip


@pytest.mark.parametrize("address", [*ADDRESSES, None, 7, [MXC], {"url": 1}])
def test_an_address_that_is_none_is_trouble_and_never_goes_anywhere(address: Any) -> None:
    assert found({**FILE, "url": address}) == [("", False, NO_ADDRESS)]
    assert found({**SECRET, "file": {**KEYS, "url": address}}) == [("", False, NO_ADDRESS)]


@pytest.mark.parametrize("file", [None, 7, "mxc://mha.lab/x", [], {}])
def test_a_file_message_without_a_file_is_trouble(file: Any) -> None:
    assert found({"msgtype": "m.image", "body": "x", "file": file}) == [("", False, NO_ADDRESS)]


def test_an_address_with_queries_and_percent_signs_stays_one_address() -> None:
    odd = "mxc://mha.lab/a?b=..#c%2e%2e&d"
    assert found({**FILE, "url": odd}) == [(odd, False, None)]
    assert mxc.path(odd) == "mha.lab/a%3Fb%3D..%23c%252e%252e%26d"


SHORT = "AAAA"
DAMAGED: dict[str, Mapping[str, Any]] = {
    "no key": {"key": None},
    "a key that is a text": {"key": "k"},
    "a key without its bytes": {"key": {"kty": "oct"}},
    "a key that is no base64": {"key": {"k": "!" * 43}},
    "a key in other letters": {"key": {"k": "क" * 43}},
    "a key that is too short": {"key": {"k": SHORT}},
    "a key that is too long": {"key": {"k": "A" * 86}},
    "a key that is a number": {"key": {"k": 7}},
    "no counter": {"iv": None},
    "a counter that is too short": {"iv": SHORT},
    "a counter that is a list": {"iv": [0] * 16},
    "no hashes": {"hashes": None},
    "no SHA-256 among the hashes": {"hashes": {"md5": SHORT}},
    "a hash that is too short": {"hashes": {"sha256": SHORT}},
    "a hash that is an object": {"hashes": {"sha256": {}}},
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_file_whose_key_is_damaged_is_trouble(damage: Mapping[str, Any]) -> None:
    damaged = {key: value for key, value in {**KEYS, "url": MXC, **damage}.items() if value is not None}
    assert found({**SECRET, "file": damaged}) == [(MXC, False, BAD_KEY)]


def test_an_encrypted_file_that_names_no_key_at_all_is_judged_as_it_lies() -> None:
    assert found({**SECRET, "file": {"url": MXC}}) == [(MXC, False, None)]


def test_a_file_that_is_not_the_one_that_was_sent_does_not_open() -> None:
    lock = FileLock.read(KEYS)
    for other in (b"", SEALED[:-1], SEALED + b"x", bytes([SEALED[0] ^ 1]) + SEALED[1:]):
        with pytest.raises(OtherFile):
            lock.opened(other)


@pytest.mark.parametrize("padding", ["", "="])
def test_keys_are_read_in_either_base64_with_and_without_padding(padding: str) -> None:
    key = {"k": "-_8" + "A" * 40 + padding}
    assert FileLock.read({**KEYS, "key": key}) == FileLock.read({**KEYS, "key": {"k": key["k"].replace("-_", "+/")}})


def test_of_many_files_some_are_judged_and_that_there_are_more_is_told() -> None:
    many = [{"url": f"mxc://mha.lab/{n}"} for n in range(MOST + 5)]
    assert len(found({"items": many[:MOST]})) == MOST
    assert found({"items": many})[MOST:] == [("", False, TOO_MANY)]


def test_no_name_address_or_key_is_shown_where_a_file_is_printed() -> None:
    shown = repr(files_of(said(SECRET)))
    assert not [word for word in ("estimate", "mha.lab", str(KEYS["key"]["k"])) if word in shown]
    assert "\\x" not in shown


NAMES = some.sampled_from(
    ["url", "file", "key", "k", "iv", "hashes", "sha256", "msgtype", "info", "mimetype", "body", "m.new_content"]
)
VALUES = JSON | some.sampled_from([MXC, "m.file", KEYS["iv"], KEYS["key"]["k"], KEYS["hashes"]["sha256"]])
CONTENTS = some.recursive(
    VALUES, lambda inside: some.dictionaries(NAMES, inside, max_size=6) | some.lists(inside, max_size=4), max_leaves=25
)


@given(CONTENTS)
def test_no_content_makes_it_raise(content: Any) -> None:
    for file in files_of(Event.read(json.dumps({"type": "m.room.message", "content": content}).encode())):
        assert (file.mxc != "") or file.trouble


@given(some.dictionaries(NAMES, CONTENTS))
def test_no_fields_make_a_lock_raise_anything_else(fields: dict[str, Any]) -> None:
    with suppress(BadLock):
        assert len(FileLock.read(fields).key) == 32


def test_a_content_that_nests_without_end_is_left_where_it_is_too_deep() -> None:
    deep: dict[str, Any] = {"url": MXC}
    for _ in range(400):
        deep = {"a": deep}
    assert found(deep) == []
