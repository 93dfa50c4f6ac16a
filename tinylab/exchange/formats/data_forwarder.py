"""What a sketch prints for Edge Impulse's data forwarder: lines of numbers, with commas, tabs or blanks between them.

Source: github.com/edgeimpulse/edge-impulse-cli, cli/data-forwarder.ts: a line is split at commas, tabs and blanks, and
each has as many numbers as the first; no times, so the rate is what the user says. The first three are x, y and z.
"""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Iterator

import numpy as np

from tinylab.data.storage.explain import printable
from tinylab.exchange.file_labels import label_and_split
from tinylab.exchange.found import FileError, FoundTake, row_error
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import MOST_TEXT_BYTES, SourceFile
from tinylab.exchange.text_table import encoding_of, is_number
from tinylab.text import tr

TITLE = tr("Lines of numbers (Edge Impulse data forwarder)")
ENDINGS = (".log", ".txt", ".csv", ".tsv")
_LEAST_AXES = 3
_LOOKED_AT = 10
_MOST_ROWS = 1_000_000


def sniff(file: SourceFile) -> int:
    """How sure it is that these are lines of numbers and nothing else."""
    text = codecs.getincrementaldecoder(encoding_of(file.head))("replace").decode(file.head)
    lines = [_cells(line) for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    if not lines or any(len(line) != len(lines[0]) or not all(map(is_number, line)) for line in lines[:-1] or lines):
        return 0
    if len(lines[0]) == _LEAST_AXES or len(lines[0]) in (6, 9):
        return 30
    return 5 if len(lines[0]) > _LEAST_AXES else 0


def read(file: SourceFile, _reading: Reading) -> Iterator[FoundTake]:
    """The one take of a log."""
    values, width = array("d"), 0
    for at, line in _lines(file):
        cells = _cells(line)
        if not cells:
            continue
        width = width or len(cells)
        values.extend(_numbers(file, at, cells, width))
        if at > _MOST_ROWS:
            raise FileError(
                file.name,
                tr("{name} has more than {most:,} rows.", name=file.name, most=_MOST_ROWS),
                tr("Cut it into several files."),
            )
    label, split = label_and_split(file)
    yield FoundTake(file.name, np.asarray(values).reshape(-1, 3), label=label, split=split)


def _lines(file: SourceFile) -> Iterator[tuple[int, str]]:
    file.check_size(MOST_TEXT_BYTES)
    encoding = encoding_of(file.head).replace("utf-8", "utf-8-sig").replace("-sig-sig", "-sig")
    try:
        with file.path.open(encoding=encoding) as stream:
            yield from enumerate(stream, start=1)
    except (OSError, UnicodeError) as error:
        raise FileError(
            file.name,
            tr("{name} cannot be read: {error}.", name=file.name, error=printable(error, 100)),
            tr("Save it as text in UTF-8."),
        ) from error


def _numbers(file: SourceFile, at: int, cells: list[str], width: int) -> list[float]:
    hint = tr("Mend or remove the row.")
    if len(cells) != width or width < _LEAST_AXES:
        what = tr("{count} numbers instead of {expected}.", count=len(cells), expected=max(width, _LEAST_AXES))
        raise row_error(file.name, at, what, hint)
    for cell in cells[:3]:
        if not is_number(cell) or not np.isfinite(float(cell)):
            what = tr("“{cell}” is no number.", cell=printable(cell))
            raise row_error(file.name, at, what, hint)
    return [float(cell) for cell in cells[:3]]


def _cells(line: str) -> list[str]:
    return line.replace(",", " ").split()
