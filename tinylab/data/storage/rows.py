"""A table is one frozen dataclass: its columns, INSERT, SELECT and checks are derived from the fields."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from tinylab.errors import DataError
from tinylab.text import tr

R = TypeVar("R")
_SQL_TYPES = {int: "INTEGER", float: "REAL", str: "TEXT", bytes: "BLOB"}
MAX_TEXT = 4000  # characters of a text column, unless its field says otherwise
MAX_INTEGER = 2**63 - 1
_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Most:
    """A limit of its own for a column, as in Annotated[str, Most(300)]: characters of a text, bytes of a blob."""

    size: int


class Table(Generic[R]):
    """Everything SQL knows of one dataclass. `key` names the columns that identify a row."""

    def __init__(self, name: str, row: type[R], key: tuple[str, ...] = ("id",)) -> None:
        self.name, self.row, self.key = name, row, key
        self.types: dict[str, type] = typing.get_type_hints(row)
        self.columns = tuple(self.types)
        marked = typing.get_type_hints(row, include_extras=True)
        self._most = {name: _limit(marked[name]) for name in self.columns}
        self._kinds = tuple(self.types.values())

    @property
    def numbered(self) -> bool:
        """Whether the file gives each row a number of its own that is never used again."""
        return self.key == ("id",) and self.types["id"] is int

    @cached_property
    def create(self) -> str:
        """CREATE TABLE, exactly as it stands in the file; a file whose text differs is not ours."""
        lines = [f"{name} {_SQL_TYPES[kind]} NOT NULL" for name, kind in self.types.items()]
        if self.numbered:
            lines[self.columns.index("id")] = "id INTEGER PRIMARY KEY AUTOINCREMENT"
        else:
            lines.append(f"PRIMARY KEY ({', '.join(self.key)})")
        tail = "" if self.numbered else " WITHOUT ROWID"
        return f"CREATE TABLE {self.name} ({', '.join(lines)}){tail}"

    @cached_property
    def insert(self) -> str:
        """INSERT of a whole row; never REPLACE, for what is there must not vanish."""
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})"  # noqa: S608 - fixed names

    @cached_property
    def select(self) -> str:
        """SELECT of all columns in the order of the fields."""
        return f"SELECT {', '.join(self.columns)} FROM {self.name}"  # noqa: S608 - fixed names

    @cached_property
    def where_key(self) -> str:
        """The condition for one row."""
        return " AND ".join(f"{name} = ?" for name in self.key)

    def key_of(self, row: R) -> tuple[Any, ...]:
        """The values that identify a row."""
        return tuple(getattr(row, name) for name in self.key)

    def values(self, row: R) -> tuple[Any, ...]:
        """A row as INSERT takes it; a number that the file still has to give is None."""
        found = tuple(getattr(row, name) for name in self.columns)
        if self.numbered and not found[self.columns.index("id")]:
            return tuple(None if name == "id" else value for name, value in zip(self.columns, found, strict=True))
        return found

    def read(self, values: Sequence[Any]) -> R:
        """A row from what SELECT gave; raises DataError, with the column, where a value cannot be one."""
        self._check(values)
        return self.row(
            *(float(value) if kind is float else value for kind, value in zip(self._kinds, values, strict=True))
        )

    def check(self, row: R) -> R:
        """The row itself; raises DataError where it could not be read back once it was written."""
        try:
            self._check([getattr(row, name) for name in self.columns])
        except DataError as error:
            message = tr("Something cannot be stored in {table}: {reason}.", table=self.name, reason=error.message)
            raise DataError(message, hint=tr("Shorten or correct it.")) from error
        return row

    def _check(self, values: Sequence[Any]) -> None:
        for name, kind, value in zip(self.columns, self._kinds, values, strict=True):
            reason = self._wrong(name, kind, value)
            if reason:
                raise DataError(tr("its {column} {reason}", column=name.replace("_", " "), reason=reason))

    def _wrong(self, name: str, kind: type, value: Any) -> str:
        if kind is float:
            # A whole number of JSON may be too large for a float.
            good = isinstance(value, (int, float)) and -_LARGEST <= value <= _LARGEST
        elif kind is int:
            good = isinstance(value, int) and abs(value) <= MAX_INTEGER
        else:
            good = isinstance(value, kind)
        if not good:
            return _no_value(kind)
        if (kind is str or kind is bytes) and len(value) > self._most[name]:
            return tr("is longer than {most:,}", most=self._most[name])
        return tr("is no valid text") if kind is str and not _is_text(value) else ""

    def plain(self, row: R) -> dict[str, Any]:
        """A row as JSON can hold it (not for tables with blobs)."""
        return {name: getattr(row, name) for name in self.columns}

    def from_plain(self, plain: Any) -> R:
        """The row that `plain` was called on; raises DataError where it is none."""
        if not isinstance(plain, dict) or set(plain) != set(self.columns):
            raise DataError(tr("it is no row of {table}", table=self.name))
        return self.read([plain[name] for name in self.columns])

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)


def _limit(hint: Any) -> int:
    marks = [mark.size for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Most)]
    return marks[0] if marks else MAX_TEXT


def _is_text(value: str) -> bool:
    """Whether SQLite could store it: lone surrogates are what `_text` in database.py makes of invalid UTF-8."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _no_value(kind: type) -> str:
    if kind is int:
        return tr("is no whole number")
    if kind is float:
        return tr("is no number")
    return tr("is no text") if kind is str else tr("is no piece of data")
