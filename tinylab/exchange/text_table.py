"""How a file of numbers is written: its encoding, separator, decimal sign and header, and its rows cell by cell."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tinylab.data.storage.explain import printable
from tinylab.exchange.found import FileError
from tinylab.exchange.source import HEAD_BYTES, MOST_TEXT_BYTES, SourceFile
from tinylab.text import tr

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS: Final = (",", ";", "\t", " ")
_LINES_LOOKED_AT: Final = 20
_LONGEST_LINE: Final = 1_000_000
_NUMBER: Final = re.compile(r"[+-]?\d*(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_COMMA_NUMBER: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
# Files that people take for tables: their first bytes, and what to do with them.
_CONTAINERS: Final = (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table of a file is written."""

    encoding: str
    separator: str  # one of , ; tab, or a blank for any number of blanks
    decimal: str  # . or ,
    header: tuple[str, ...]  # the names of its columns; empty where the first row is numbers already

    @property
    def first_row(self) -> int:
        """The number of the first row of data, from 1."""
        return 2 if self.header else 1


def layout_of(file: SourceFile) -> Layout:
    """How a file is written, by its beginning; raises FileError where it is no text."""
    if "layout" not in file.kept:  # every format asks
        file.kept["layout"] = _layout_of(file)
    found: Layout = file.kept["layout"]
    return found


def _layout_of(file: SourceFile) -> Layout:
    refuse_containers(file)
    encoding = encoding_of(file.head)
    lines = _first_lines(file, encoding)
    separator = _separator(lines)
    rows = [_split(line, separator) for line in lines]
    numbers = [cell for row in rows[1:] for cell in row]
    decimal = "," if separator != "," and any(_COMMA_NUMBER.fullmatch(cell.strip()) for cell in numbers) else "."
    first = rows[0] if rows else []
    has_header = any(cell.strip() and not is_number(cell, decimal) for cell in first)
    return Layout(encoding, separator, decimal, tuple(cell.strip() for cell in first) if has_header else ())


def refuse_containers(file: SourceFile) -> None:
    """Raise FileError for an archive: it is never unpacked here, for it could grow without end."""
    if file.head.startswith(_CONTAINERS):
        raise FileError(
            file.name, tr("{name} is an archive.", name=file.name), tr("Unpack it, then import its folder.")
        )


def encoding_of(head: bytes) -> str:
    """UTF-8, or UTF-16 by its mark or by its zeros."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    pairs = head[: len(head) // 2 * 2][:200]
    if len(pairs) >= 4 and not any(pairs[1::2]) and all(pairs[::2]):
        return "utf-16-le"
    if len(pairs) >= 4 and not any(pairs[::2]) and all(pairs[1::2]):
        return "utf-16-be"
    return "utf-8"


def _first_lines(file: SourceFile, encoding: str) -> list[str]:
    """The first whole lines, without empty ones."""
    try:
        lines = codecs.getincrementaldecoder(encoding)("strict").decode(file.head).splitlines()
    except UnicodeError as error:
        raise unreadable(file, error) from error
    if len(file.head) == HEAD_BYTES and len(lines) > 1:
        lines.pop()  # its end may be missing
    return [line for line in lines if line.strip()][:_LINES_LOOKED_AT]


def _separator(lines: Sequence[str]) -> str:
    """What most lines have as often as each other, and at least twice; a comma where nothing is clear."""
    best, most = ",", 0
    for separator in _SEPARATORS:
        widths = Counter(len(_split(line, separator)) for line in lines)
        width, count = max(widths.items(), key=lambda each: (each[1], each[0]), default=(1, 0))
        if width >= 2 and count > most and not _is_decimal_comma(lines, separator):
            best, most = separator, count
    return best


def _is_decimal_comma(lines: Sequence[str], separator: str) -> bool:
    """Whether the commas of these lines stand inside numbers that something else separates."""
    if separator != "," or not lines:
        return False
    for other in (";", "\t", " "):
        cells = [cell.strip() for cell in _split(lines[-1], other)]
        if len(cells) >= 3 and any("," in cell for cell in cells) and all(map(_NUMBER.fullmatch, cells)):
            return True
    return False


def _split(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return [line]


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell is a number."""
    try:
        number(cell, decimal)
    except ValueError:
        return False
    return True


def number(cell: str, decimal: str = ".") -> float:
    """The number in a cell; raises ValueError where there is none. Underscores are Python's and no file's."""
    if "_" in cell:
        raise ValueError(cell)
    return float(cell.replace(",", ".") if decimal == "," and "." not in cell else cell)


def text_rows(file: SourceFile, layout: Layout) -> Iterator[list[str]]:
    """All rows of a file cell by cell, also the header; raises FileError where it cannot be read."""
    file.check_size(MOST_TEXT_BYTES)
    try:
        with io.open(file.path, newline="", encoding=_strict(layout.encoding)) as stream:  # noqa: UP020
            if layout.separator == " ":
                yield from (line.split() for line in _lines(file, stream))
            else:
                yield from csv.reader(_lines(file, stream), delimiter=layout.separator, strict=True)
    except (OSError, UnicodeError, csv.Error) as error:
        raise unreadable(file, error) from error


def _lines(file: SourceFile, stream: io.TextIOBase) -> Iterator[str]:
    """The lines of a text; raises FileError where one is longer than any row of numbers."""
    at = 0
    while line := stream.readline(_LONGEST_LINE):
        at += 1
        if len(line) == _LONGEST_LINE:
            message = tr("{name}, row {row}: it is longer than a megabyte.", name=file.name, row=at)
            raise FileError(file.name, message, tr("Export it again."), at)
        yield line


def unreadable(file: SourceFile, error: Exception) -> FileError:
    """What to say where a file is no text."""
    return FileError(
        file.name,
        tr("{name} cannot be read: {error}.", name=file.name, error=printable(error, 100)),
        tr("Save it as CSV in UTF-8."),
    )


def _strict(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def first_rows(file: SourceFile, count: int = 8) -> tuple[tuple[str, ...], ...]:
    """The first rows as somebody who looks at the file sees them; nothing of a file that is no text."""
    try:
        layout = layout_of(file)
        lines = _first_lines(file, layout.encoding)[:count]
    except FileError:
        return ()
    return tuple(tuple(printable(cell) for cell in _split(line, layout.separator)[:12]) for line in lines)


def check_header(file: SourceFile, header: Sequence[str], needed: Sequence[str], hint: str) -> None:
    """Raise FileError where a column is missing, or a name stands there twice."""
    twice = [cell for place, cell in enumerate(header) if cell and cell in header[:place]]
    if twice:
        raise FileError(
            file.name,
            tr("{name}, row 1: the column “{column}” is there twice.", name=file.name, column=printable(twice[0])),
            tr("Take one of them out, or give it another name."),
            1,
        )
    missing = [column for column in needed if column not in header]
    if missing:
        raise FileError(file.name, tr("{name} has no column “{missing}”.", name=file.name, missing=missing[0]), hint, 1)
