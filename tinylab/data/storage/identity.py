"""Whether a path still leads to the file that was opened: it may be deleted, replaced or overwritten meanwhile."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tinylab.data.storage.database import Database, connect
from tinylab.data.storage.explain import DATABASE_ERRORS
from tinylab.data.storage.schema import NAMES, SETTINGS
from tinylab.errors import DataError
from tinylab.text import tr

PROJECT_ID = "project_id"


class FileIdentity:
    """Which file was opened: its inode, and the identity that stands in it. Raises OSError where it is gone already."""

    def __init__(self, path: Path, *, look_inside: bool) -> None:
        self._path = path
        self._file = _inode(path)
        self._log = _inode_or_none(_log_of(path))
        self._look_inside = look_inside
        self._seen = _stamp(path)
        self._identity = _identity_in(path) if look_inside else None

    def missing(self) -> str:
        """Why the file is not the one that was opened, as a sentence; empty if it is.

        Cheap enough to be asked all the time: it looks into the file only after somebody has written to it.
        """
        found = _inode_or_none(self._path)
        if found is None:
            return tr("{name} is gone: it was deleted or moved while it was open.", name=self._path.name)
        if found != self._file:
            return tr("{name} was replaced by another file while it was open.", name=self._path.name)
        stamp = _stamp(self._path)
        if self._look_inside and stamp != self._seen:
            if _identity_in(self._path) != self._identity:
                return tr("{name} was overwritten while it was open.", name=self._path.name)
            self._seen = stamp
        return ""

    def disown_log(self) -> None:
        """Empty the write-ahead log of the file that was opened, so that it is never applied to what lies there now."""
        log = _log_of(self._path)
        if self._log is not None and _inode_or_none(log) == self._log:
            with contextlib.suppress(OSError):
                os.truncate(log, 0)


def _identity_in(path: Path) -> str | None:
    """The identity that stands in the file itself: the write-ahead log would hide that it was overwritten."""
    try:
        with contextlib.closing(connect(path, read_only=True, immutable=True)) as look:
            found = Database(look, path, NAMES, read_only=True).rows(SETTINGS, "name = ?", (PROJECT_ID,))
    except (*DATABASE_ERRORS, DataError):
        return None
    return found[0].value if found else None


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _stamp(path: Path) -> tuple[int, int] | None:
    """When the file was written last, and its size; None where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _inode_or_none(path: Path) -> tuple[int, int] | None:
    try:
        return _inode(path)
    except OSError:
        return None
