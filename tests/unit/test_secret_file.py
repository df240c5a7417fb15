"""A secret in a file is read with care, made once, and never overwritten nor repeated."""

import threading
from pathlib import Path

import pytest

from bridge import secret_file
from bridge.secret_file import SecretError


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_secret_that_was_made_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "token"
    secret_file.create(file, "s3cret")
    assert secret_file.read(file) == "s3cret"
    assert [mode(path) for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]
    assert not secret_file.open_to_all(file)


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    secret_file.create(tmp_path / "token", "s3cret")
    assert mode(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


@pytest.mark.parametrize("written", ["s3cret", "s3cret\n", "s3cret\r\n"])
def test_one_newline_at_the_end_is_not_part_of_it(tmp_path: Path, written: str) -> None:
    (tmp_path / "token").write_bytes(written.encode())
    assert secret_file.read(tmp_path / "token") == "s3cret"


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "token"
    secret_file.create(file, "first")
    with pytest.raises(FileExistsError):
        secret_file.create(file, "second")
    assert secret_file.ensure(file, lambda: "third") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "token").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        secret_file.create(tmp_path / "token", "s3cret")
    assert not (tmp_path / "elsewhere").exists()


def test_of_many_who_make_it_at_once_all_have_the_same(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    had: list[str] = []

    def make(number: int) -> None:
        together.wait(10)
        had.append(secret_file.ensure(tmp_path / "token", lambda: f"of-{number}"))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert had == [secret_file.read(tmp_path / "token")] * 8


@pytest.mark.parametrize(
    "content", [b"hunter2 hunter2", b"hunter2\n\n", b"hunter2\xff", b"hunter2" * 10_000, b"hunter2\0"]
)
def test_what_is_no_secret_is_refused_without_being_repeated(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(SecretError) as refused:
        secret_file.read(tmp_path / "token")
    assert str(refused.value).startswith(f"{tmp_path}/token: it ")
    assert "hunter2" not in str(refused.value)


def test_a_secret_that_is_not_there_says_so(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path / "no", "there is no such file"),
        (tmp_path, "it is not a file"),
        (Path("\0"), "not a path"),
    ):
        with pytest.raises(SecretError, match=says):
            secret_file.read(path)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SecretError, match="it cannot be made"):
        secret_file.create(tmp_path / "file" / "token", "s3cret")
