"""The signal in a table of one recording: its times, its axes, and what the names of its columns say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinylab.exchange.columns import Columns, check_forward, find_columns, moment, seconds_of
from tinylab.exchange.found import FileError, Floats, row_error
from tinylab.exchange.number_table import check_count, numbered_rows, numbers_in, read_numbers
from tinylab.exchange.source import SourceFile
from tinylab.exchange.text_table import Layout, check_header, layout_of, text_rows
from tinylab.exchange.units import G, Unit
from tinylab.text import tr

OUR_COLUMNS = ("time_s", "ax_g", "ay_g", "az_g")


@dataclass(frozen=True, slots=True, eq=False)
class CsvSignal:
    """What a table holds, as it stands there."""

    values: Floats  # shape (samples, 3)
    times: Floats | None  # shape (samples,), s
    unit: Unit | None  # as the names say; a name that says g is believed only where gravity says nothing else


def read_signal(file: SourceFile) -> CsvSignal:
    """The signal of a table with or without a header.

    Raises FileError naming the row for a missing column, text, NaN, a ragged or empty row, or time that stands still.
    """
    layout = layout_of(file)
    columns = columns_of(file, layout)
    if columns.time >= 0 and _times_are_dates(file, layout, columns):
        values, times = _with_dates(file, layout, columns)
    else:
        places = [*columns.axes, *([columns.time] if columns.time >= 0 else [])]
        table = read_numbers(file, layout, places)
        check_length(file, table)
        values, times = table[:, :3], None
        if columns.time >= 0:
            check_forward(file.name, table[:, 3], layout.first_row)
            times = seconds_of(table[:, 3], columns.seconds)
    return CsvSignal(values, times, columns.unit if columns.unit is not G else None)


def columns_of(file: SourceFile, layout: Layout) -> Columns:
    """Which column is what; without a header three columns are the axes, and of four the first is the time.

    Raises FileError where there are no three axes.
    """
    hint = tr("Its first row must be {columns}.", columns=",".join(OUR_COLUMNS))
    if layout.header:
        found = find_columns(layout.header)
        check_header(file, layout.header, [] if found else OUR_COLUMNS, hint)
        if found is not None:
            return found
    width = len(next(text_rows(file, layout), []))
    if width == 0:
        check_header(file, (), OUR_COLUMNS, hint)
    if width not in (3, 4):
        raise FileError(
            file.name,
            tr("{name} has {count} columns without names.", name=file.name, count=width),
            tr("Put a first row above them that names time and axes."),
            1,
        )
    first = width - 3
    return Columns((first, first + 1, first + 2), None, first - 1, 0.0, -1, -1, -1, -1)


def check_length(file: SourceFile, table: Floats) -> None:
    """Raise FileError where these are no two samples."""
    if len(table) < 2:
        raise FileError(
            file.name,
            tr("{name} has fewer than two samples.", name=file.name),
            tr("Export it again, or take it out."),
        )


# --- times that are dates -----------------------------------------------------------------------------------


def _times_are_dates(file: SourceFile, layout: Layout, columns: Columns) -> bool:
    row = next(iter(numbered_rows(file, layout)), (0, []))[1]
    return columns.time < len(row) and moment(row[columns.time]) is not None and not row[columns.time].isdigit()


def _with_dates(file: SourceFile, layout: Layout, columns: Columns) -> tuple[Floats, Floats]:
    """(values, times in s): dates are read one by one."""
    values, times = [], []
    for at, row in numbered_rows(file, layout):
        values.append(numbers_in(file, layout, at, row, columns.axes))
        when = moment(row[columns.time])
        if when is None:
            raise row_error(
                file.name,
                at,
                tr("“{cell}” is no time.", cell=row[columns.time][:40]),
                tr("Mend or remove the row."),
            )
        times.append(when)
        check_count(file, len(times))
    table = np.asarray(values, np.float64).reshape(-1, 3)
    check_length(file, table)
    moments = np.asarray(times)
    check_forward(file.name, moments, layout.first_row)
    return table, seconds_of(moments, 1.0)
