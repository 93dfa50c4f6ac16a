"""The numbers of a table: block by block where a file is plain, else row by row, with the row that is wrong."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from tinylab.data.recording import MAX_TAKE_SAMPLES
from tinylab.data.storage.explain import printable
from tinylab.exchange.found import FileError, row_error
from tinylab.exchange.source import MOST_TEXT_BYTES, SourceFile
from tinylab.exchange.text_table import Layout, number, text_rows, unreadable
from tinylab.text import tr

Table = npt.NDArray[np.float64]
_BLOCK_BYTES = 1_000_000
_MOST_ROWS_ONE_BY_ONE = 1_500_000  # which takes a few seconds
_LONGEST = 40  # characters of a cell that a message shows


def read_numbers(file: SourceFile, layout: Layout, places: Sequence[int]) -> Table:
    """The columns at those places, shape (rows, columns), all finite.

    Raises FileError naming the row for text, NaN, an empty row or one of another width; empty rows at the end are none.
    """
    table = _Blocks(file, layout, places).read()
    if table is None:
        table = _row_by_row(file, layout, places)
    check_count(file, len(table))
    return table


def check_count(file: SourceFile, rows: int) -> None:
    """Raise FileError where a file holds more samples than a take may have."""
    if rows > MAX_TAKE_SAMPLES:
        raise FileError(
            file.name,
            tr("{name} has {count:,} samples; {most:,} is the most of a take.", name=file.name, count=rows,
               most=MAX_TAKE_SAMPLES),
            tr("Cut it into several files."),
        )  # fmt: skip


# --- a plain file -----------------------------------------------------------------------------------------


class _Blocks:
    """Reads a file of plain lines block by block; a block that is more than numbers is read line by line."""

    def __init__(self, file: SourceFile, layout: Layout, places: Sequence[int]) -> None:
        self._file, self._layout, self._places = file, layout, places
        self._row = 1  # number of the next line
        self._empty = 0  # number of the first empty line; an error only where another row follows

    def read(self) -> Table | None:
        """The table; None where it has quotes, another encoding, or line ends that only a reader of CSV knows."""
        if self._layout.separator == " " or not self._layout.encoding.startswith("utf-8"):
            return None
        self._file.check_size(MOST_TEXT_BYTES)
        parts: list[Table] = [np.empty((0, len(self._places)))]
        for block in _blocks(self._file):
            plain = _plain(block, self._layout)
            if plain is None:
                return None
            parts.append(self._block(plain.split(b"\n")))
            if sum(map(len, parts)) > MAX_TAKE_SAMPLES:
                break
        return np.concatenate(parts)

    def _block(self, lines: list[bytes]) -> Table:
        first, self._row = self._row, self._row + len(lines)
        if first == 1 and self._layout.header:
            first, lines = 2, lines[1:]
        separator, width = self._layout.separator.encode(), len(self._layout.header)
        even = width and lines and not self._empty and all(line.count(separator) == width - 1 for line in lines)
        table = self._at_once(lines) if even else None
        return self._line_by_line(first, lines) if table is None else table

    def _at_once(self, lines: list[bytes]) -> Table | None:
        sign = self._layout.separator
        try:
            table = np.loadtxt(lines, delimiter=sign, usecols=self._places, comments=None, ndmin=2, encoding="utf-8")
        except ValueError:  # also of a text that is no UTF-8
            return None
        return table if np.isfinite(table).all() else None

    def _line_by_line(self, first: int, lines: list[bytes]) -> Table:
        values = array("d")
        for at, line in enumerate(lines, start=first):
            if not line.strip():
                self._empty = self._empty or at
                continue
            if self._empty:
                check_width(self._file, self._layout, self._empty, [])
            try:
                row = line.decode().split(self._layout.separator)
            except UnicodeDecodeError as error:
                raise unreadable(self._file, error) from error
            values.extend(numbers_in(self._file, self._layout, at, row, self._places))
        return _as_table(values, len(self._places))


def _as_table(values: array[float], columns: int) -> Table:
    return np.frombuffer(values, np.float64).reshape(-1, columns).copy() if values else np.empty((0, columns))


def _blocks(file: SourceFile) -> Iterator[bytes]:
    """Whole lines, about a megabyte at a time, without the end of the last one."""
    rest = b""
    try:
        with file.path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                lines, end, rest_of_block = block.rpartition(b"\n")
                if end:
                    yield rest + lines
                    rest = rest_of_block
                else:
                    rest += block
                if len(rest) > 2 * _BLOCK_BYTES:  # no line of numbers is as long as that
                    break
    except OSError as error:
        raise FileError(
            file.name,
            tr("{name} cannot be read: {error}.", name=file.name, error=error.strerror or error),
            tr("Check the file's rights."),
        ) from error
    if rest:
        yield rest


def _plain(block: bytes, layout: Layout) -> bytes | None:
    plain = block.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").removesuffix(b"\r")
    if b'"' in plain or b"\r" in plain:
        return None
    return plain.replace(b",", b".") if layout.decimal == "," else plain


# --- any other --------------------------------------------------------------------------------------------


def numbered_rows(file: SourceFile, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """(number of the row, its cells) of each row of data; empty ones at the end are left out."""
    empty: list[tuple[int, list[str]]] = []
    rows = enumerate(text_rows(file, layout), start=1)
    for at, row in islice(rows, layout.first_row - 1, None):
        if at > _MOST_ROWS_ONE_BY_ONE:
            raise FileError(
                file.name,
                tr("{name} has more than {most:,} rows.", name=file.name, most=_MOST_ROWS_ONE_BY_ONE),
                tr("Cut it into several files."),
            )
        if not any(cell.strip() for cell in row):
            empty.append((at, []))
            if len(empty) > 1:  # the first one says enough
                empty.pop()
            continue
        yield from empty
        empty.clear()
        yield at, row


def _row_by_row(file: SourceFile, layout: Layout, places: Sequence[int]) -> Table:
    values = array("d")
    for at, row in numbered_rows(file, layout):
        values.extend(numbers_in(file, layout, at, row, places))
    return _as_table(values, len(places))


def numbers_in(file: SourceFile, layout: Layout, at: int, row: list[str], places: Sequence[int]) -> list[float]:
    """The numbers of one row; raises FileError naming row and column."""
    check_width(file, layout, at, row)
    try:
        values = [number(row[place], layout.decimal) for place in places]
    except (ValueError, IndexError):
        values = []
    return values if values and all(map(math.isfinite, values)) else _named(file, layout, at, row, places)


def _named(file: SourceFile, layout: Layout, at: int, row: list[str], places: Sequence[int]) -> list[float]:
    """The same column by column, so that the one that is wrong can be named."""
    hint = tr("Mend or remove the row.")
    values = []
    for place in places:
        column = printable(layout.header[place]) if layout.header else tr("column {number}", number=place + 1)
        try:
            value = number(row[place], layout.decimal)
        except (ValueError, IndexError):
            cell = printable(row[place], _LONGEST) if place < len(row) else ""
            what = tr("“{cell}” in {column} is no number.", cell=cell, column=column)
            raise row_error(file.name, at, what, hint) from None
        if not math.isfinite(value):
            what = tr("{column} is {cell}.", column=column, cell=printable(row[place], _LONGEST))
            raise row_error(file.name, at, what, hint)
        values.append(value)
    return values


def check_width(file: SourceFile, layout: Layout, at: int, row: Sequence[str]) -> None:
    """Raise FileError where a row has more or fewer cells than the header."""
    width = len(layout.header) or len(row)
    if not row or len(row) != width:
        what = tr("has {count} cells instead of {width}", count=len(row), width=width) if row else tr("is empty")
        raise FileError(
            file.name,
            tr("{name}, row {number} {what}.", name=file.name, number=at, what=what),
            tr("Mend or remove the row."),
            at,
        )
