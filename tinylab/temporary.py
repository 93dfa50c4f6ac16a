"""Temporary folders that go with their process: what a killed one left is swept at the next start."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from tinylab.file_lock import try_lock

_OURS = re.compile(r"tinylab-[a-z]+-[0-9]+-\w+")
_OWNER: Final = ".owner"  # locked as long as its process lives
_LOG = logging.getLogger("tinylab")


class TemporaryFolder:
    """A folder of this process in the system's temporary folder; a context manager that gives its path.

    Raises OSError where none can be made. It is locked until it is removed, so that the next TinyLab knows whether
    anybody still needs it.
    """

    def __init__(self, kind: str) -> None:
        """`kind`: what it is for, one word in small letters."""
        self.path = Path(tempfile.mkdtemp(prefix=f"tinylab-{kind}-{os.getpid()}-"))
        self._descriptor = os.open(self.path / _OWNER, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try_lock(self._descriptor)
        os.write(self._descriptor, b"%d" % os.getpid())  # only now it may be swept: before, its lock was free

    def remove(self) -> None:
        """Remove it with all it holds, as far as that can be done; may be called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def sweep() -> list[Path]:
    """Remove the temporary folders whose process is gone; returns which. What cannot be read or removed stays.

    A folder is ours only with our kind of name, this user as its owner and a lock file that was locked once; a link
    is never followed.
    """
    swept = []
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name) and _is_left(Path(entry.path)):
                shutil.rmtree(entry.path, ignore_errors=True)
                swept.append(Path(entry.path))
    if swept:
        _LOG.info("%d temporary folders of a TinyLab that was killed are removed", len(swept))
    return swept


def _is_left(folder: Path) -> bool:
    """Whether it is a folder of ours that nobody has locked."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if not (_is_own(folder, stat.S_ISDIR) and _is_own(folder / _OWNER, stat.S_ISREG)):
            return False
        descriptor = os.open(folder / _OWNER, flags)
    except OSError:
        return False
    try:
        return bool(os.fstat(descriptor).st_size) and try_lock(descriptor)
    finally:
        os.close(descriptor)


def _is_own(path: Path, kind: Callable[[int], bool]) -> bool:
    """Whether a path itself, and not what it may link to, is of a kind and belongs to this user; raises OSError."""
    status = path.lstat()
    return kind(status.st_mode) and (sys.platform == "win32" or status.st_uid == os.getuid())
