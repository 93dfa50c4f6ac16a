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
from tinylab.exchange.text_table import Layout, number, text_rows
from tinylab.text import tr

Table = npt.NDArray[np.float64]
_BLOCK_BYTES = 1_000_000
_MOST_ROWS_ONE_BY_ONE = 3_000_000  # which takes about five seconds
_LONGEST = 40  # characters of a cell that a message shows


def read_numbers(file: SourceFile, layout: Layout, places: Sequence[int]) -> Table:
    """The columns at those places, shape (rows, columns), all finite.

    Raises FileError naming the row for text, NaN, an empty row or one of another width; empty rows at the end are none.
    """
    width = len(layout.header) or None
    table = _by_blocks(file, layout, places, width)
    if table is None or not np.isfinite(table).all():
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


def _by_blocks(file: SourceFile, layout: Layout, places: Sequence[int], width: int | None) -> Table | None:
    """The table of a plain file: no quotes, every row of the same width, nothing but numbers; else None."""
    if layout.separator == " " or not layout.encoding.startswith("utf-8"):
        return None
    file.check_size(MOST_TEXT_BYTES)
    parts: list[Table] = [np.empty((0, len(places)))]
    skip = layout.first_row - 1
    for block in _blocks(file):
        plain = _plain(block, layout)
        if plain is None:
            return None
        lines = plain.split(b"\n")
        if skip:
            lines, skip = lines[1:], 0
        if not lines:
            continue
        width = width or lines[0].count(layout.separator.encode()) + 1
        rows = _numbers_of(lines, layout.separator, places, width)
        if rows is None:
            return None
        parts.append(rows)
        if sum(map(len, parts)) > MAX_TAKE_SAMPLES:
            break
    return np.concatenate(parts)


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
            file.name, tr("{name} cannot be read: {error}.", name=file.name, error=error.strerror or error)
        ) from error
    if rest:
        yield rest


def _plain(block: bytes, layout: Layout) -> bytes | None:
    plain = block.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").removesuffix(b"\r")
    if b'"' in plain or b"\r" in plain or b"_" in plain.partition(b"\n")[2]:
        return None
    return plain.replace(b",", b".") if layout.decimal == "," else plain


def _numbers_of(lines: list[bytes], separator: str, places: Sequence[int], width: int) -> Table | None:
    sign = separator.encode()
    if any(line.count(sign) != width - 1 for line in lines):
        return None
    try:
        return np.loadtxt(lines, delimiter=separator, usecols=places, comments=None, ndmin=2, encoding="utf-8")
    except ValueError:  # also of a text that is no UTF-8
        return None


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
                at,
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
    return np.frombuffer(values, np.float64).reshape(-1, len(places)).copy() if values else np.empty((0, len(places)))


def numbers_in(file: SourceFile, layout: Layout, at: int, row: list[str], places: Sequence[int]) -> list[float]:
    """The numbers of one row; raises FileError naming row and column."""
    check_width(file, layout, at, row)
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
