"""A new file that only its user may read, from its first byte on: a project belongs to whoever recorded it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_PRIVATE = 0o600


def make_private_file(path: Path) -> None:
    """Make an empty file that its user alone may read and write (POSIX); raises OSError where it exists already.

    SQLite gives the log and the index beside a database the mode of the database.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))


def mode_beside(path: Path) -> int:
    """The mode for a file that lies beside a project: who may read and write the one may do so with the other."""
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o666
    except OSError:
        return _PRIVATE
