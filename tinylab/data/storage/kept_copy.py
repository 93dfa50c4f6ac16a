"""The copy of a project of an older version that stays beside the migrated one."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tinylab.data.storage.database import Database, connect
from tinylab.data.storage.explain import DATABASE_ERRORS, explain
from tinylab.data.storage.version1 import VERSION_1


def free_copy_name(path: Path) -> Path:
    """`name (before 2).tinylab`, or the next name like it that is free."""
    kept = path.with_name(f"{path.stem} (before 2){path.suffix}")
    number = 2
    while kept.exists():
        kept = path.with_name(f"{path.stem} (before 2, {number}){path.suffix}")
        number += 1
    return kept


def copy_whole(path: Path, target: Path) -> None:
    """A copy of the old file with what still stands in its write-ahead log, which is brought into the file first.

    Raises DataError where another program has the file open: TinyLab of version 1 knows no lock file, and would go on
    writing into a file that has no name any more. A log that stayed would be applied to the new file.
    """
    try:
        with contextlib.closing(connect(path, read_only=False)) as source:
            source.execute("PRAGMA locking_mode = EXCLUSIVE")
            source.execute("BEGIN EXCLUSIVE")
            source.execute("COMMIT")
            Database(source, path, frozenset(VERSION_1), read_only=True).check_readable()
            with contextlib.closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
    except DATABASE_ERRORS as error:
        raise explain(error, path, "read") from error
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
