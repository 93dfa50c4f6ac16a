"""One connection to a project file: locked against other threads, every write in a transaction, nothing foreign run."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tinylab.data.storage.explain import DATABASE_ERRORS, explain, printable
from tinylab.data.storage.rows import Table
from tinylab.errors import DataError
from tinylab.text import tr

R = TypeVar("R")
_OPENING_S = 1.0  # how long opening waits for another program that has the file locked; it has a thread of its own
_BUSY_S = 0.2  # how long anything after that waits: the window waits with it
_MAX_VALUE_BYTES = 34_000_000  # of one text or blob; while it is read it stands in memory up to four times
_MAX_ANSWER_BYTES = 100_000_000  # of all texts and blobs that one statement gives
_MAX_ROWS = 500_000  # that one statement gives
_MAX_SQL_BYTES = 100_000
_CHECK_EVERY = 20_000  # steps of SQLite's machine between two looks at the budget
_MOST_STEPS = 100_000_000  # of one statement, about 1 s: only a damaged file needs more
_CIRCLE = tr("it leads back into itself, so it is damaged.")
_MAX_REASONS = 100  # sentences about bad rows
_CACHE_KIB = 16_000
_FUNCTIONS = frozenset({"count", "length", "max", "min", "sum", "coalesce", "total"})
_PRAGMAS = frozenset({"table_info", "table_xinfo", "wal_checkpoint", "journal_mode", "synchronous", "user_version",
                      "application_id", "incremental_vacuum", "busy_timeout"})  # fmt: skip
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
        self.tables_read: set[str] = set()  # since it was opened: whoever lists takes reads no sample
        self._lock = threading.RLock()
        self._tables = tables | {"sqlite_master", "sqlite_sequence"}
        self._steps: int | None = None  # of the statement that runs; None: it may take as long as it takes
        connection.set_authorizer(self._authorize)
        connection.set_progress_handler(self._look, _CHECK_EVERY)

    def be_impatient(self) -> None:
        """From now on wait for another program's lock no longer than a window may stand still; raises sqlite3.Error."""
        self.connection.execute(f"PRAGMA busy_timeout = {round(_BUSY_S * 1000)}").fetchall()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other thread in, for what is more than one transaction."""
        with self._lock:
            yield

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; raises DataError where the file cannot be written."""
        with self._lock:
            if self.read_only:
                raise DataError(
                    tr("{name} is open for reading only, so nothing was changed.", name=self.path.name),
                    hint=tr("Save a copy, or close it where it is open for writing."),
                )
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield self.connection
                self.connection.execute("COMMIT")
            except DATABASE_ERRORS as error:
                self._roll_back()
                raise explain(error, self.path, "written") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        with contextlib.suppress(*DATABASE_ERRORS):  # the reason why it is rolled back is what counts
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
                return list(self._limited(self.connection.execute(sql, values)))
            except DATABASE_ERRORS as error:
                raise explain(error, self.path, "read") from error

    def _limited(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """The rows as they come, up to what no sound file exceeds: a damaged tree may give the same rows for ever."""
        size = 0
        for number, row in enumerate(rows, 1):
            size += sum(len(value) for value in row if isinstance(value, (str, bytes)))
            if number > _MAX_ROWS or size > _MAX_ANSWER_BYTES:
                raise DataError(
                    tr("{name} could not be read: it is damaged.", name=self.path.name),
                    hint=tr("Open a copy, or export what can be read."),
                )
            yield row

    def ids(self, table: str) -> tuple[list[int], str]:
        """(the row numbers of a numbered table, in order; why some cannot be read, or nothing)."""
        found: set[int] = set()
        broken = ""
        for direction in ("ASC", "DESC"):
            broken = self._collect_ids(f"SELECT id FROM {table} ORDER BY id {direction}", found)  # noqa: S608
            if not broken:
                return sorted(found), ""
        return sorted(found), tr("Some rows of {table} cannot be read: {broken}", table=table, broken=broken)

    def _collect_ids(self, sql: str, found: set[int]) -> str:
        seen: set[int] = set()
        with self._reading():
            try:
                for (number,) in self._limited(self.connection.execute(sql)):
                    if number in seen:
                        return _CIRCLE
                    seen.add(number)
            except DATABASE_ERRORS as error:
                return explain(error, self.path, "read").message
            except DataError as error:
                return error.message
            finally:
                found |= seen
        return ""

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
            bad.append(tr("Some rows of {name} cannot be read: {broken}", name=table.name, broken=broken))
        return [found[key] for key in sorted(found)], bad

    def _collect(self, table: Table[R], sql: str, name: str, found: dict[Any, R], bad: list[str]) -> str:
        """Read as far as it goes; returns why it ended early, or nothing."""
        seen: set[int] = set()  # hashes of keys: a key of a bad row may be of any size
        with self._reading():
            try:
                for values in self._limited(self.connection.execute(sql)):
                    key = tuple(values[table.columns.index(column)] for column in table.key)
                    if hash(key) in seen:
                        return _CIRCLE
                    seen.add(hash(key))
                    try:
                        row = table.read(values)
                        found[table.key_of(row)] = row
                    except DataError as error:
                        label = ", ".join(map(printable, key))
                        _add_reason(
                            bad,
                            tr(
                                "{name} {label} cannot be read: {names}.",
                                name=name,
                                label=label,
                                names=error.message.rstrip("."),
                            ),
                        )
            except DATABASE_ERRORS as error:
                return explain(error, self.path, "read").message
            except DataError as error:
                return error.message
        return ""

    def insert(self, table: Table[R], row: R) -> int:
        """Add a row inside a transaction; returns its number where the table gives one."""
        return int(self.connection.execute(table.insert, table.values(table.check(row))).lastrowid or 0)

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy everything that was committed into another database; raises sqlite3.Error."""
        with self._lock:
            self.connection.backup(target)

    def give_back_space(self) -> None:
        """Let the disk have what was freed inside the file; where that fails it is used again by what comes."""
        with self._lock, contextlib.suppress(*DATABASE_ERRORS):
            self.connection.executescript(
                "PRAGMA incremental_vacuum"
            )  # execute() would take one step, so free one page

    def check_readable(self) -> None:
        """Raise DataError where not even the list of tables can be read."""
        self.query("SELECT count(*) FROM sqlite_master")

    def checkpoint(self) -> None:
        """Bring what stands in the write-ahead log into the file itself, as far as that can be done now."""
        with self._lock, contextlib.suppress(*DATABASE_ERRORS):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close_as_it_is(self) -> None:
        """Let go of the file without touching it."""
        with self._lock, contextlib.suppress(*DATABASE_ERRORS):
            self.connection.close()

    def close(self) -> None:
        """Leave one file behind where that can be done; may be called twice."""
        with self._lock:
            with contextlib.suppress(*DATABASE_ERRORS):  # another program looks into the file: leave it the log
                if not self.read_only:
                    self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    self.connection.execute("PRAGMA journal_mode = DELETE")
            with contextlib.suppress(*DATABASE_ERRORS):
                self.connection.close()

    def _authorize(self, action: int, first: str | None, second: str | None, _base: str | None, by: str | None) -> int:
        """What SQLite may do: read and write our tables, and never on behalf of a trigger or a view (`by`)."""
        if by is not None:
            return sqlite3.SQLITE_DENY
        if action in _PLAIN_ACTIONS:
            return sqlite3.SQLITE_OK
        if action in _TABLE_ACTIONS and (first or "").lower() in self._tables:
            self.tables_read.add((first or "").lower())
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY


def _add_reason(reasons: list[str], reason: str) -> None:
    """A file may have any number of bad rows; nobody reads more than some of them."""
    if len(reasons) < _MAX_REASONS and reason not in reasons:
        reasons.append(reason)


def connect(path: Path, *, read_only: bool, immutable: bool = False) -> sqlite3.Connection:
    """A connection on which no program of the file is ever run, with limits on what it may take.

    The schema is not trusted (PRAGMA trusted_schema), and where Python has it the connection is defensive, so that
    no statement can damage the file (sqlite.org/security.html). `immutable` reads the file alone, without its
    write-ahead log and without a lock. Raises sqlite3.Error.
    """
    uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None, timeout=_OPENING_S)
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
