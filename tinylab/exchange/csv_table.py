"""A CSV file of numbers becomes an array: at once where it is plain, else row by row, with the row that is wrong."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tinylab.data.recording import MAX_TAKE_SAMPLES
from tinylab.data.storage.explain import printable
from tinylab.errors import DataError
from tinylab.text import tr

Table = npt.NDArray[np.float64]
_MOST_BYTES = 2_000_000_000
_LONGEST = 40  # characters of a cell that a message shows


def read_rows(path: Path) -> Iterator[list[str]]:
    """The rows of any CSV file in UTF-8, cell by cell; raises DataError where it cannot be read."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            yield from csv.reader(stream, strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            tr("{name} cannot be read: {error}.", name=path.name, error=printable(error, 100)),
            hint=tr("Save it as CSV in UTF-8."),
        ) from error


def header_of(name: str, row: Sequence[str], needed: Sequence[str], hint: str) -> list[str]:
    """The names of the columns; raises DataError where one is missing, or a name stands there twice."""
    header = [cell.strip() for cell in row]
    twice = [cell for number, cell in enumerate(header) if cell and cell in header[:number]]
    if twice:
        raise DataError(
            tr("{name}, row 1: the column “{column}” is there twice.", name=name, column=printable(twice[0])),
            hint=tr("Take one of them out, or give it another name."),
        )
    missing = [column for column in needed if column not in header]
    if missing:
        raise DataError(tr("{name} has no column “{missing}”.", name=name, missing=missing[0]), hint=hint)
    return header


def read_columns(path: Path, columns: Sequence[str]) -> Table:
    """The named columns, shape (rows, columns), all finite.

    Raises DataError naming the row for text, NaN, an empty row or one of another width, and where a column is missing.
    """
    content = _content(path)
    rows = read_rows(path)
    hint = tr("Its first row must be {columns}.", columns=",".join(columns))
    header = header_of(path.name, next(rows, []), columns, hint)
    places = [header.index(column) for column in columns]
    table = _at_once(path, content, len(header), places)
    if table is None or not np.isfinite(table).all():
        table = _row_by_row(path, rows, header, places)
    if len(table) > MAX_TAKE_SAMPLES:
        raise DataError(
            tr("{name} has {count:,} samples; {most:,} is the most of a take.", name=path.name, count=len(table),
               most=MAX_TAKE_SAMPLES),
            hint=tr("Cut it into several files."),
        )  # fmt: skip
    return table


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(
                tr("{name} is larger than {most:.0f} GB.", name=path.name, most=_MOST_BYTES / 1e9),
                hint=tr("Cut it into several files."),
            )
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            tr("{name} cannot be read: {error}.", name=path.name, error=reason), hint=tr("Check the file's rights.")
        ) from error


def _at_once(path: Path, content: bytes, width: int, places: Sequence[int]) -> Table | None:
    """The table of a plain file: no quotes, every row as wide as the header, nothing but numbers; else None."""
    plain = content.replace(b"\r\n", b"\n").removesuffix(b"\n")
    if b'"' in plain or b"\r" in plain:
        return None
    bytes_ = np.frombuffer(plain, np.uint8)
    ends = np.flatnonzero(bytes_ == ord("\n"))
    commas = np.searchsorted(np.flatnonzero(bytes_ == ord(",")), np.append(ends, len(bytes_)))
    if len(ends) == 0 or np.any(np.diff(commas, prepend=0) != width - 1):
        return None
    try:
        return np.loadtxt(path, delimiter=",", skiprows=1, usecols=places, comments=None, ndmin=2, encoding="utf-8")
    except (ValueError, OSError):  # also of a text that is no UTF-8
        return None


def _row_by_row(path: Path, rows: Iterator[list[str]], header: Sequence[str], places: Sequence[int]) -> Table:
    values = [_numbers(path.name, number, row, header, places) for number, row in enumerate(rows, start=2)]
    return np.asarray(values, dtype=np.float64).reshape(-1, len(places))


def _numbers(name: str, number: int, row: list[str], header: Sequence[str], places: Sequence[int]) -> list[float]:
    hint = tr("Mend or remove the row.")
    if len(row) != len(header):
        what = tr("has {count} cells instead of {width}", count=len(row), width=len(header)) if row else tr("is empty")
        raise DataError(tr("{name}, row {number} {what}.", name=name, number=number, what=what), hint=hint)
    values = []
    for place in places:
        cell = printable(row[place], _LONGEST)
        try:
            value = float(row[place])
        except ValueError:
            raise DataError(
                tr("{name}, row {number}: “{row}” in {column} is no number.", name=name, number=number, row=cell,
                   column=header[place]),
                hint=hint,
            ) from None  # fmt: skip
        if not math.isfinite(value):
            raise DataError(
                tr("{name}, row {number}: {column} is {row}.", name=name, number=number, column=header[place],
                   row=cell),
                hint=hint,
            )  # fmt: skip
        values.append(value)
    return values
