"""Who may write a project: one program at a time, by a lock file beside it that says who that is."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import socket
import stat
import sys
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tinylab.data.storage.explain import printable
from tinylab.data.storage.private_file import mode_beside
from tinylab.file_lock import try_lock
from tinylab.text import tr

_MOST_BYTES = 4096  # of a lock file; more is not ours
_TRIES = 3
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True)
class Holder:
    """The program that has a project open for writing."""

    host: str
    pid: int
    since: str  # ISO 8601, UTC
    machine: str = ""  # stays when the computer is given another name; empty where it is not known

    @property
    def is_here(self) -> bool:
        """Whether it is a program of this computer."""
        return self.machine == machine_id() if self.machine else self.host == socket.gethostname()

    @classmethod
    def me(cls) -> Holder:
        """This process."""
        return cls(socket.gethostname(), os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"), machine_id())

    def __str__(self) -> str:
        since = printable(self.since[:16].replace("T", " "))
        if self.is_here:
            return tr("another TinyLab on this computer (process {pid}), since {since} UTC", pid=self.pid, since=since)
        host = printable(self.host)
        return tr(
            "another TinyLab on the computer {host} (process {pid}), since {since} UTC",
            host=host,
            pid=self.pid,
            since=since,
        )


class OwnerLock:
    """Holds the lock file of a project until it is released or the process ends.

    The operating system's lock decides between programs of one computer: it goes with its process, so a lock that a
    killed program left is taken over. On a network share that lock may not reach the other computer; there the name
    in the file counts, and a file of another computer is believed.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    @classmethod
    def take(cls, project: Path, *, take_over: bool = False) -> OwnerLock | Holder:
        """The lock, or who holds it. Raises OSError where no lock file can be made, as in a read-only folder.

        `take_over`: the user knows that the other computer, which the file names, has it open no more.
        """
        path = lock_path(project)
        for _ in range(_TRIES):
            descriptor = os.open(path, _FLAGS, mode_beside(project))
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise OSError(errno.EEXIST, tr("its lock file is no file"))
                locked = try_lock(descriptor)
                holder = _read(descriptor)
                if not locked:
                    return holder or Holder(tr("an unknown computer"), 0, "")
                if holder is not None and not holder.is_here and not take_over:
                    return holder
                if not _same_file(descriptor, path):
                    continue  # its last owner has just removed it: make a new one
                try:
                    _write(descriptor, Holder.me())
                except OSError:  # the disk is full: leave no empty lock behind
                    path.unlink(missing_ok=True)
                    raise
                made, descriptor = descriptor, -1
                return cls(path, made)
            finally:
                if descriptor >= 0:
                    os.close(descriptor)
        return Holder(tr("an unknown computer"), 0, "")

    def release(self) -> None:
        """Let others write; may be called twice."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        if sys.platform != "win32":  # there an open file cannot be removed, so it is closed first
            with contextlib.suppress(OSError):
                self._path.unlink()
        os.close(descriptor)
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                self._path.unlink()


def machine_id() -> str:
    """A number of this computer that nobody can tell its name from."""
    try:
        number = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        number = str(uuid.getnode())
    return hashlib.sha256(f"tinylab {number}".encode()).hexdigest()[:16]


def lock_path(project: Path) -> Path:
    """The lock file of a project: hidden, beside it."""
    return project.with_name(f".{project.name}.lock")


def _read(descriptor: int) -> Holder | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        plain: Any = json.loads(os.read(descriptor, _MOST_BYTES).decode("utf-8").rstrip("\0 "))
        return Holder(str(plain["host"]), int(plain["pid"]), str(plain["since"]), str(plain.get("machine", "")))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None  # empty, or not ours: nobody is named


def _write(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(asdict(holder)).encode())


def _same_file(descriptor: int, path: Path) -> bool:
    mine = os.fstat(descriptor)
    try:
        now = path.stat()
    except OSError:
        return False
    return (mine.st_dev, mine.st_ino) == (now.st_dev, now.st_ino)
