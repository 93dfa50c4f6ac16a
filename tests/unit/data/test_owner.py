"""One program writes a project: others open it for reading and say who has it."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tinylab.data.editing.edits import AddLabel
from tinylab.data.project import Project
from tinylab.data.storage import opening, owner
from tinylab.data.storage.owner import Holder, OwnerLock, lock_path
from tinylab.errors import DataError

HOLD = """
import sys
from pathlib import Path
from tinylab.data.project import Project
project = Project.open(Path(sys.argv[1]))
print(project.read_only_because or "mine", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Another TinyLab that has the project open."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    return process


def end(process: subprocess.Popen[str], stop: Callable[[], None]) -> None:
    stop()
    process.wait()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()


@pytest.fixture
def closed(project: Project, path: Path) -> Path:
    project.do(AddLabel("wave"))
    project.close()
    return path


def test_the_second_opener_only_reads_and_says_who_has_the_file(closed: Path) -> None:
    process = holder(closed)
    second = Project.open(closed)
    assert second.read_only
    expected = f"is open in another TinyLab on this computer (process {process.pid}), since "
    assert expected in second.read_only_because
    assert second.labels() == ["wave"]
    with pytest.raises(DataError, match="for reading only"):
        second.do(AddLabel("x"))
    second.close()
    assert process.stdin is not None
    end(process, process.stdin.close)
    third = Project.open(closed)
    assert not third.read_only
    third.close()
    assert [each.name for each in closed.parent.iterdir()] == [closed.name]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_lock_that_a_killed_program_left_is_taken_over(closed: Path) -> None:
    process = holder(closed)
    end(process, lambda: os.kill(process.pid, signal.SIGKILL))
    assert lock_path(closed).exists()
    again = Project.open(closed)
    assert not again.read_only
    assert json.loads(lock_path(closed).read_text())["pid"] == os.getpid()
    again.close()
    assert not lock_path(closed).exists()


def test_a_lock_of_another_computer_is_believed(closed: Path) -> None:
    lock_path(closed).write_text(json.dumps({"host": "labor-7", "pid": 12, "since": "2026-05-01T10:11:12+00:00"}))
    project = Project.open(closed)
    assert project.read_only_because == (
        f"{closed.name} is open in another TinyLab on the computer labor-7 (process 12), since 2026-05-01 10:11 UTC."
    )
    project.close()
    assert lock_path(closed).exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        b"[" * 4000,
        b'{"host": 1e999}',
        b'{"host": "%s", "pid": 1e999, "since": ""}' % socket.gethostname().encode(),
        b'{"host": "%s", "pid": null, "since": ""}' % socket.gethostname().encode(),
        b"\xff" * 5000,
        b'{"pid": 1}',
        b"null",
    ],
)
def test_rubbish_in_a_lock_file_locks_nobody_out(closed: Path, content: bytes) -> None:
    lock_path(closed).write_bytes(content)
    project = Project.open(closed)
    assert not project.read_only
    project.close()


def test_a_name_that_no_terminal_can_print_is_made_printable(closed: Path) -> None:
    lock_path(closed).write_text(r'{"host": "a\ud800\u001b[2J\n", "pid": 1, "since": "\ud800"}')
    project = Project.open(closed)
    project.read_only_because.encode()
    assert "a??[2J" in project.read_only_because
    project.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
def test_a_lock_that_is_no_file_makes_it_read_only(closed: Path) -> None:
    os.mkfifo(lock_path(closed))
    project = Project.open(closed)
    assert "its lock file is no file" in project.read_only_because
    project.close()
    lock_path(closed).unlink()
    lock_path(closed).symlink_to(closed)
    content = closed.read_bytes()
    project = Project.open(closed)
    assert project.read_only
    project.close()
    assert closed.read_bytes() == content


@pytest.mark.parametrize("reason", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_in_a_folder_that_cannot_be_written_it_is_read_only(
    closed: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(owner.os, "open", refuse)
    project = Project.open(closed)
    assert project.read_only_because == f"The folder of {closed.name} cannot be written: {os.strerror(reason)}."
    assert project.labels() == ["wave"]
    project.close()


def test_a_file_that_may_not_be_written_is_read_only(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylab.data.storage.opening.os.access", lambda *_: False)
    project = Project.open(closed)
    assert project.read_only_because == f"{closed.name} is read-only."
    project.close()


def test_where_the_system_has_no_locks_the_name_in_the_file_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "try_lock", lambda _: True)
    project = tmp_path / "x.tinylab"
    mine = OwnerLock.take(project)
    assert isinstance(mine, OwnerLock)
    monkeypatch.setattr(owner, "machine_id", lambda: "another")
    assert isinstance(OwnerLock.take(project), Holder)
    mine.release()
    mine.release()
    other = OwnerLock.take(project)
    assert isinstance(other, OwnerLock)
    other.release()


def test_a_lock_that_is_removed_while_it_is_taken_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "x.tinylab"
    real, left = owner.try_lock, [lock_path(project)]

    def lock_and_lose(descriptor: int) -> bool:
        if left:
            left.pop().unlink()
        return real(descriptor)

    monkeypatch.setattr(owner, "try_lock", lock_and_lose)
    mine = OwnerLock.take(project)
    assert isinstance(mine, OwnerLock)
    assert lock_path(project).exists()
    mine.release()


def test_a_copy_is_read_with_what_stands_in_the_log(project: Project, path: Path) -> None:
    project.do(AddLabel("in the log"))
    copied = opening._open_copy(path, "It lies on read-only media.", old=False)
    assert not copied.in_place
    assert copied.database.query("SELECT name FROM labels") == [("in the log",)]
    copied.close()


def test_a_computer_that_was_given_another_name_takes_its_own_lock_over(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = OwnerLock.take(closed)
    assert isinstance(lock, OwnerLock)
    left = lock_path(closed).read_bytes()
    lock.release()
    lock_path(closed).write_bytes(left)  # as a killed program leaves it
    monkeypatch.setattr(owner.socket, "gethostname", lambda: "a new name")
    again = OwnerLock.take(closed)
    assert isinstance(again, OwnerLock)
    again.release()
