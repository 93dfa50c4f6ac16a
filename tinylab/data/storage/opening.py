"""From a path to a checked database: who may write, which version it is, a copy where it must not be touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from tinylab.data.storage.database import Database, connect
from tinylab.data.storage.explain import DATABASE_ERRORS, explain
from tinylab.data.storage.migration import migrate_in_place, migrated_copy
from tinylab.data.storage.owner import OwnerLock
from tinylab.data.storage.private_file import make_private_file
from tinylab.data.storage.schema import NAMES, SCHEMA_VERSION, TABLES, check_schema, create_tables, version_of
from tinylab.errors import DataError
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr


@dataclass(slots=True)
class Opened:
    """A database that was opened and checked, and what has to be let go of with it."""

    database: Database
    lock: OwnerLock | None = None
    read_only_because: str = ""  # a sentence; empty where it may be written
    held_elsewhere: bool = False  # another computer is said to have it; the user may know better
    copy_of_old: Path | None = None  # where the file of the older version was kept
    _folder: TemporaryFolder | None = field(default=None)

    @property
    def in_place(self) -> bool:
        """Whether the file itself is open, not a copy of it."""
        return self._folder is None

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        self.database.close()
        if self.lock is not None:
            self.lock.release()
        if self._folder is not None:
            self._folder.remove()


def create_database(path: Path) -> Opened:
    """A new, empty database of this user alone; raises DataError where the file exists already or cannot be made."""
    if path.exists():
        raise DataError(tr("{name} exists already.", name=path.name), hint=tr("Open it, or choose another name."))
    make_file(path)
    try:
        write_empty(path)
        return open_database(path)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def make_file(path: Path) -> None:
    """Make an empty file that only its user may read; raises DataError where it exists already or cannot be made."""
    try:
        make_private_file(path)
    except OSError as error:
        raise DataError(
            tr("{path} cannot be made: {strerror}.", path=path, strerror=error.strerror),
            hint=tr("Check the folder, its rights and the disk's space."),
        ) from error


def write_empty(path: Path) -> None:
    """Make the tables in an empty file."""
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # so that emptying the trash frees the disk
            create_tables(connection)
    except DATABASE_ERRORS as error:
        raise explain(error, path, "written") from error


def open_database(path: Path, *, read_only: bool = False, take_over: bool = False) -> Opened:
    """Open and check a project file. Raises DataError where it is no project, or damaged beyond reading.

    `take_over`: write it although another computer is said to have it open.
    Where another program has it, or it cannot be written, it is opened for reading only, and `read_only_because` says
    why. A file of version 1 is brought to this one; for reading only, in a copy.
    """
    version = _version(path)
    lock, because, elsewhere = None, tr("It was opened for reading only."), False
    if not read_only:
        lock, because, elsewhere = _take_lock(path, take_over)
    try:
        if version < SCHEMA_VERSION:
            if lock is None:
                return _open_copy(path, because, old=True)
            kept = migrate_in_place(path)
            opened = _open(path, lock, because)
            opened.copy_of_old = kept
            return opened
        opened = _open(path, lock, because)
        opened.held_elsewhere = elsewhere
        return opened
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _version(path: Path) -> int:
    try:
        if not path.is_file():
            raise DataError(
                tr("There is no project {path}.", path=path), hint=tr("Check the path, or make a new project.")
            )
        return version_of(path)
    except OSError as error:
        raise DataError(
            tr("{path} cannot be opened: {strerror}.", path=path, strerror=error.strerror),
            hint=tr("Check the path and your rights to it."),
        ) from error


def _take_lock(path: Path, take_over: bool) -> tuple[OwnerLock | None, str, bool]:
    """(the lock or None, why there is none, whether another computer is said to have it)."""
    if not os.access(path, os.W_OK):
        return None, tr("{name} is read-only.", name=path.name), False
    try:
        lock = OwnerLock.take(path, take_over=take_over)
    except OSError as error:
        return (
            None,
            tr("The folder of {name} cannot be written: {reason}.", name=path.name, reason=error.strerror),
            False,
        )
    if isinstance(lock, OwnerLock):
        return lock, "", False
    return None, tr("{name} is open in {holder}.", name=path.name, holder=lock), not lock.is_here


def _open(path: Path, lock: OwnerLock | None, because: str) -> Opened:
    try:
        return Opened(_open_in_place(path, read_only=lock is None), lock, because)
    except DataError:
        if lock is None and _needs_log(path):
            return _open_copy(path, because, old=False)
        raise


def _open_in_place(path: Path, *, read_only: bool) -> Database:
    try:
        connection = connect(path, read_only=read_only)
    except DATABASE_ERRORS as error:
        raise explain(error, path, "opened") from error
    database = Database(connection, path, NAMES, read_only=read_only)
    try:
        check_schema(database, {table.name: table.create for table in TABLES})
        if not read_only:
            _prepare_writing(database)
        database.be_impatient()
    except DataError:
        database.close_as_it_is()
        raise
    return database


def _prepare_writing(database: Database) -> None:
    try:
        # With a write-ahead log a killed program loses nothing that was committed.
        database.connection.execute("PRAGMA journal_mode = WAL")
        database.connection.execute("PRAGMA synchronous = NORMAL")
    except DATABASE_ERRORS as error:
        raise explain(error, database.path, "opened") from error


def _needs_log(path: Path) -> bool:
    """Whether the file can only be read together with a log, which a read-only folder may not have or may not take."""
    with path.open("rb") as file:
        head = file.read(20)
    return path.with_name(path.name + "-wal").exists() or head[18:20] == b"\2\2"  # sqlite.org/fileformat.html, 1.3


def _open_copy(path: Path, because: str, *, old: bool) -> Opened:
    """Open a copy in a folder of its own, as for a file whose write-ahead log cannot be read where it lies."""
    folder = TemporaryFolder("copy")
    try:
        copy = folder.path / path.name
        if old:
            migrated_copy(path, copy)
        else:
            for ending in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copyfile(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
        connection = connect(copy, read_only=False)
        database = Database(connection, path, NAMES, read_only=True)
        try:
            check_schema(database, {table.name: table.create for table in TABLES})
        except DataError:
            database.close_as_it_is()
            raise
        return Opened(database, None, because, _folder=folder)
    except (OSError, *DATABASE_ERRORS) as error:
        folder.remove()
        if isinstance(error, DATABASE_ERRORS):
            raise explain(error, path, "opened") from error
        raise DataError(
            tr("{name} could not be copied: {strerror}.", name=path.name, strerror=error.strerror),
            hint=tr("Check the disk's space."),
        ) from error
    except BaseException:
        folder.remove()
        raise
