"""One connection to a project file: locked against other threads, every write in a transaction, nothing foreign ever run."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tinylab.data.storage.explain import explain
from tinylab.data.storage.rows import Table
from tinylab.errors import DataError

R = TypeVar("R")
_BUSY_S = 5.0  # how long a write waits for another program's
_MAX_VALUE_BYTES = 100_000_000  # of one text or blob
_MAX_SQL_BYTES = 100_000
_CHECK_EVERY = 20_000  # steps of SQLite's machine between two looks at the budget
_MOST_STEPS = 400_000_000  # of one statement, about 4 s: only a damaged file needs more
_CACHE_KIB = 16_000
_FUNCTIONS = frozenset({"count", "length", "max", "min", "sum", "coalesce", "total"})
_PRAGMAS = frozenset({"table_info", "table_xinfo", "wal_checkpoint", "journal_mode", "synchronous", "user_version",
                      "application_id", "incremental_vacuum"})  # fmt: skip
_PLAIN_ACTIONS = frozenset({
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT,
})  # fmt: skip
_TABLE_ACTIONS = frozenset({
    sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE,
})  # fmt: skip


class Database:
    """A connection that knows only the tables it was given. All methods may be called from any thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path, tables: frozenset[str], *, read_only: bool) -> None:
        self.path, self.read_only = path, read_only
        self.connection = connection
        self._lock = threading.RLock()
        self._tables = tables | {"sqlite_master", "sqlite_sequence"}
        self._steps: int | None = None  # of the statement that runs; None: it may take as long as it takes
        connection.set_authorizer(self._authorize)
        connection.set_progress_handler(self._look, _CHECK_EVERY)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; raises DataError where the file cannot be written."""
        with self._lock:
            if self.read_only:
                raise DataError(
                    f"{self.path.name} is open for reading only, so nothing was changed.",
                    hint="Save a copy, or close it where it is open for writing.",
                )
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise explain(error, self.path, "written") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # the reason why it is rolled back is what counts
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """A damaged or hostile file can make a statement that never ends: reading has a budget."""
        with self._lock:
            before, self._steps = self._steps, 0
            try:
                yield
            finally:
                self._steps = before

    def _look(self) -> int:
        """Called by SQLite every _CHECK_EVERY steps; anything but 0 ends the statement."""
        if self._steps is None:
            return 0
        self._steps += _CHECK_EVERY
        return int(self._steps > _MOST_STEPS)

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT; raises DataError where the file cannot be read."""
        with self._reading():
            try:
                return self.connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise explain(error, self.path, "read") from error

    def rows(self, table: Table[R], condition: str = "1", values: Sequence[Any] = (), order: str = "") -> list[R]:
        """Rows of a table, each checked; raises DataError at the first bad one."""
        order = order or ", ".join(table.key)
        return [table.read(row) for row in self.query(f"{table.select} WHERE {condition} ORDER BY {order}", values)]

    def each_row(self, table: Table[R], name: str, condition: str = "1") -> tuple[list[R], list[str]]:
        """(good rows, sentences about bad ones): one bad row costs one row.

        Where the file itself is damaged, rows are read from the first one on and from the last one back.
        """
        found: dict[Any, R] = {}
        bad: list[str] = []
        for direction in ("ASC", "DESC"):
            order = ", ".join(f"{column} {direction}" for column in table.key)
            broken = self._collect(table, f"{table.select} WHERE {condition} ORDER BY {order}", name, found, bad)
            if not broken:
                break
        if broken:
            bad.append(f"Some rows of {table.name} cannot be read: {broken}")
        return [found[key] for key in sorted(found)], bad

    def _collect(self, table: Table[R], sql: str, name: str, found: dict[Any, R], bad: list[str]) -> str:
        """Read as far as it goes; returns why it ended early, or nothing."""
        with self._reading():
            try:
                for values in self.connection.execute(sql):
                    key = tuple(values[table.columns.index(column)] for column in table.key)
                    try:
                        row = table.read(values)
                        found[table.key_of(row)] = row
                    except DataError as error:
                        sentence = f"{name} {', '.join(map(str, key))[:40]} cannot be read: {error.message}."
                        if sentence not in bad:
                            bad.append(sentence)
            except sqlite3.Error as error:
                return str(explain(error, self.path, "read").message)
        return ""

    def insert(self, table: Table[R], row: R) -> int:
        """Add a row inside a transaction; returns its number where the table gives one."""
        return int(self.connection.execute(table.insert, table.values(row)).lastrowid or 0)

    def check_readable(self) -> None:
        """Raise DataError where not even the list of tables can be read."""
        self.query("SELECT count(*) FROM sqlite_master")

    def close_as_it_is(self) -> None:
        """Let go of the file without touching it."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self.connection.close()

    def close(self) -> None:
        """Leave one file behind where that can be done; may be called twice."""
        with self._lock:
            with contextlib.suppress(sqlite3.Error):  # another program looks into the file: leave it the log
                if not self.read_only:
                    self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    self.connection.execute("PRAGMA journal_mode = DELETE")
            with contextlib.suppress(sqlite3.Error):
                self.connection.close()

    def _authorize(self, action: int, first: str | None, second: str | None, _base: str | None, by: str | None) -> int:
        """What SQLite may do: read and write our tables, and never on behalf of a trigger or a view (`by`)."""
        if by is not None:
            return sqlite3.SQLITE_DENY
        if action in _PLAIN_ACTIONS:
            return sqlite3.SQLITE_OK
        if action in _TABLE_ACTIONS and (first or "").lower() in self._tables:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection on which no program of the file is ever run, with limits on what it may take.

    The schema is not trusted (PRAGMA trusted_schema), and where Python has it the connection is defensive, so that
    no statement can damage the file (sqlite.org/security.html). Raises sqlite3.Error.
    """
    uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None, timeout=_BUSY_S)
    try:
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _MAX_SQL_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        if hasattr(connection, "setconfig"):  # Python 3.12
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)  # type: ignore[attr-defined,unused-ignore]
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "foreign_keys = OFF",
                       f"cache_size = -{_CACHE_KIB}"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _text(content: bytes) -> str:
    """Text that is no UTF-8 is kept as surrogates, which no row accepts: one bad text costs one row."""
    return content.decode("utf-8", "surrogateescape")
