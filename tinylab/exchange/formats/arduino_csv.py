"""What the Arduino tutorial's sketch prints: gestures of 119 rows `aX,aY,aZ,gX,gY,gZ`, with empty lines between them.

Source: github.com/arduino/ArduinoTensorFlowLiteTutorials, GestureToEmoji/ArduinoSketches/IMU_Capture: acceleration in
g, three decimals, as fast as the LSM9DS1 measures (119 Hz), an empty line behind each gesture; the label is the file's
name (`punch.csv`). A log may hold the header again wherever the board was reset.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinylab.exchange.file_labels import label_and_split
from tinylab.exchange.found import FileError, FoundTake
from tinylab.exchange.number_table import numbers_in
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.text_table import Layout, layout_of, text_rows
from tinylab.exchange.units import G
from tinylab.text import tr

TITLE = tr("Arduino gesture tutorial")
ENDINGS = (".csv", ".txt", ".log")
RATE_HZ = 119.0
GESTURE_ROWS = 119
_HEADER = ("ax", "ay", "az", "gx", "gy", "gz")


def sniff(file: SourceFile) -> int:
    """How sure it is that the sketch printed this."""
    return 80 if _is_header(layout_of(file).header) else 0


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The gestures of a file; a bad row costs its gesture."""
    layout = layout_of(file)
    label, split = label_and_split(file)
    for rows in _gestures(file, layout):
        try:
            values = [numbers_in(file, layout, at, row, (0, 1, 2)) for at, row in rows]
            if len(values) < 2:
                raise FileError(
                    file.name,
                    tr("{name}, row {row}: a gesture of one sample.", name=file.name, row=rows[0][0]),
                    tr("Remove the row."),
                    rows[0][0],
                )
        except FileError as error:
            reading.refuse(error, file)
            continue
        yield FoundTake(
            file.name,
            np.asarray(values, np.float64),
            label=label,
            split=split,
            rate_hz=reading.choices.rate_hz or RATE_HZ,
            unit=G,
            unit_is_sure=True,
            line=rows[0][0],
            more={"sensor": "LSM9DS1"},
        )


def _gestures(file: SourceFile, layout: Layout) -> Iterator[list[tuple[int, list[str]]]]:
    """The rows of each gesture: up to an empty line or a header, or 119 of them where no line is empty."""
    rows: list[tuple[int, list[str]]] = []
    for at, row in enumerate(text_rows(file, layout), start=1):
        empty = not any(cell.strip() for cell in row)
        if empty or _is_header(row) or len(rows) == GESTURE_ROWS:
            if rows:
                yield rows
            rows = []
        if not empty and not _is_header(row):
            rows.append((at, row))
    if rows:
        yield rows


def _is_header(row: list[str] | tuple[str, ...]) -> bool:
    return tuple(cell.strip().lower() for cell in row) == _HEADER
