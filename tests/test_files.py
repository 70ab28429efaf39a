"""Files are read with care, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from composer.errors import FileError, InputError
from composer.files import checked, read_bytes, read_text, whole

MOST = 2**20


def names(folder: Path) -> set[str]:
    """Return all that lies in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}


# Writing


def test_a_file_appears_when_all_is_done(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "a.txt"
    with whole(target) as (part,):
        part.write_text("done")
        assert part != target
        assert not target.exists()
    assert target.read_text() == "done"
    assert names(target.parent) == {"a.txt"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, InputError])
def test_nothing_is_left_after_a_failure(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), whole(tmp_path / "a.txt", tmp_path / "b.txt") as parts:
        for part in parts:
            part.write_text("half")
        raise error
    assert names(tmp_path) == set()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_existing_file_is_kept_on_failure(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(error), whole(target) as (part,):
        part.write_text("new")
        raise error
    assert target.read_text() == "old"
    assert names(tmp_path) == {"a.txt"}


def test_an_existing_file_is_replaced_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with whole(target) as (part,):
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"


def test_several_files_all_appear(tmp_path: Path) -> None:
    with whole(tmp_path / "a.txt", tmp_path / "b.txt") as (a, b):
        a.write_text("1")
        b.write_text("2")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "1", "b.txt": "2"}


def test_none_appears_where_one_of_several_cannot(tmp_path: Path) -> None:
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(FileError, match=r"b\.txt: this is a directory"), whole(tmp_path / "a.txt", tmp_path / "b.txt"):
        pytest.fail("the place was not looked at first")
    assert names(tmp_path) == {"b.txt"}


def test_a_failure_to_write_is_a_file_error_with_the_place_and_the_reason(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no space left") as caught, whole(tmp_path / "a.txt") as (part,):
        part.write_text("half")
        raise OSError(28, "No space left on device")
    assert caught.value.faults[0].where == str(tmp_path / "a.txt")
    assert "-o" in caught.value.faults[0].remedy
    assert names(tmp_path) == set()


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(FileError, match="folder: this is not a folder"), whole(tmp_path / "folder" / "a.txt"):
        pytest.fail("the place was not looked at first")


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="too long"), whole(tmp_path / ("a" * 300)) as (part,):
        part.write_text("x")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom rights bind")
def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileError, match="permission denied"), whole(tmp_path / "a.txt") as (part,):
            part.write_text("x")
    finally:
        tmp_path.chmod(0o700)


# Reading


def test_text_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("größer ♯\n".encode())
    assert read_text(path, "text", MOST) == "größer ♯\n"
    path.write_bytes(b"\xef\xbb\xbf" + "größer ♯\n".encode())
    assert read_text(path, "text", MOST) == "größer ♯\n"
    path.write_bytes(b"")
    assert read_text(path, "text", MOST) == ""


def test_what_is_not_utf_8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc\xe9def")
    with pytest.raises(FileError, match=r"not UTF-8 text \(byte 3\)"):
        read_text(path, "text", MOST)


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * MOST)
    assert len(read_bytes(path, "text", MOST)) == MOST
    assert len(read_bytes(path, "text")) == MOST
    path.write_bytes(b"x" * (MOST + 1))
    with pytest.raises(FileError, match=r"1 048 577 bytes is too large for a text\n *a text holds at most 1 MiB"):
        read_bytes(path, "text", MOST)


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"this is a directory\n *name a piece"):
        read_text(tmp_path, "piece", MOST)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file") as caught:
        read_text(tmp_path / "none.toml", "piece", MOST)
    assert caught.value.faults[0].where == str(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["nul\0byte", "a" * 300])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError):
        read_text(tmp_path / name, "piece", MOST)


def test_a_link_to_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "none")
    with pytest.raises(FileError, match="this is a link that leads nowhere"):
        read_text(link, "piece", MOST)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with FIFOs")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(FileError, match="not a regular file"):
        read_text(path, "piece", MOST)
    with pytest.raises(FileError, match="not a regular file"):
        checked(path, "piece")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom rights bind")
def test_a_file_without_the_right_to_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(FileError, match="permission denied"):
        read_text(path, "text", MOST)
