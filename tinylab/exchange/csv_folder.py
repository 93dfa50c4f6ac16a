"""A folder of CSV files with an index becomes recordings: all of them, or none and a sentence why."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tinylab.data.recording import MAX_NAME, SPLITS, Counts, Recording
from tinylab.errors import DataError
from tinylab.text import tr

COLUMNS = ("time_s", "ax_g", "ay_g", "az_g")
_NEEDED = ("file", "label")
_STANDARD_RANGES_G = (2.0, 4.0, 8.0, 16.0)
_MAX_PEAK_G = 400.0  # beyond any sensor for hands and feet: the column is not in g
_MIN_RATE_HZ, _MAX_RATE_HZ = 0.1, 100_000
_GAP = 1.5  # intervals of more than this many usual ones hold lost samples
_SPLIT_WORDS = {"val": "validation", "valid": "validation", "dev": "validation"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of index.csv."""

    number: int
    values: dict[str, str]

    def get(self, name: str) -> str:
        return (self.values.get(name) or "").strip()


def import_folder(folder: Path) -> list[Recording]:
    """Read `index.csv` (file,label,subject,split,rate_hz,…) and every CSV it names.

    Raises DataError, naming file and row, at the first thing that is wrong; nothing is half imported.
    """
    index = folder / "index.csv"
    if not folder.is_dir():
        raise DataError(tr("There is no folder {folder}.", folder=folder), hint=tr("Check the path."))
    if not index.is_file():
        raise DataError(
            tr("{name} has no index.csv.", name=folder.name),
            hint=tr("Add one with the columns file, label, subject, split and rate_hz."),
        )
    recordings = [_read(folder, line) for line in _index_lines(index)]
    if not recordings:
        raise DataError(tr("index.csv names no file."), hint=tr("Add a row for each recording."))
    return recordings


def _index_lines(path: Path) -> Iterator[_Line]:
    rows = _rows(path)
    header = [name.strip() for name in next(rows, [])]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise DataError(
            tr("index.csv has no column “{missing}”.", missing=missing[0]),
            hint=tr("Its first row must name {columns}.", columns=", ".join(_NEEDED)),
        )
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise DataError(
                tr(
                    "index.csv, row {number}: {count} cells instead of {expected}.",
                    number=number,
                    count=len(row),
                    expected=len(header),
                ),
                hint=tr("Put quotes around cells that hold a comma."),
            )
        yield _Line(number, dict(zip(header, row, strict=True)))


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            yield from csv.reader(stream, strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            tr("{name} cannot be read: {error}.", name=path.name, error=error), hint=tr("Save it as CSV in UTF-8.")
        ) from error


def _read(folder: Path, line: _Line) -> Recording:
    name = line.get("file")
    path = _path_inside(folder, name, line.number)
    times, signal_g = read_csv(path)
    counts, g_per_count, range_g = quantize(signal_g)
    split = line.get("split").lower()
    split = _SPLIT_WORDS.get(split, split)
    if split not in SPLITS:
        raise DataError(
            tr("index.csv, row {number}: the split “{split}” is not known.", number=line.number, split=split),
            hint=tr("Use train, validation or test, or leave it empty."),
        )
    label = line.values.get("label") or ""
    if not label.strip() or len(label) > MAX_NAME:
        raise DataError(
            tr(
                "index.csv, row {number}: the label is empty or longer than {most} characters.",
                number=line.number,
                most=MAX_NAME,
            ),
            hint=tr("Give every recording a label."),
        )
    return Recording.of(
        counts,
        label=label,
        subject=line.get("subject"),
        rate_hz=_rate(line, times),
        g_per_count=g_per_count,
        range_g=range_g,
        split=split,
        session=line.get("session"),
        source=name,
    )


def _path_inside(folder: Path, name: str, number: int) -> Path:
    try:
        path = (folder / name).resolve()
        there = bool(name) and path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        path, there = folder.resolve(), False
    if not path.is_relative_to(folder.resolve()):
        raise DataError(
            tr("index.csv, row {number}: {name} lies outside the folder.", number=number, name=name),
            hint=tr("Move it inside."),
        )
    if not there:
        raise DataError(
            tr("index.csv, row {number}: there is no file “{name}”.", number=number, name=name[:80]),
            hint=tr("Correct the row or add the file."),
        )
    return path


def _rate(line: _Line, times: npt.NDArray[np.float64]) -> float:
    with np.errstate(over="ignore"):
        intervals = np.diff(times)
        measured = 1 / intervals[intervals <= _GAP * np.median(intervals)].mean()  # lost samples do not slow it down
    if not _MIN_RATE_HZ <= measured <= _MAX_RATE_HZ:
        raise DataError(
            tr(
                "index.csv, row {number}: by its times the file has {measured:.3g} Hz.",
                number=line.number,
                measured=measured,
            ),
            hint=tr("The column time_s must be in seconds."),
        )
    text = line.get("rate_hz")
    if not text:
        return float(measured)
    try:
        stated = float(text)
    except ValueError:
        stated = math.nan
    if not (math.isfinite(stated) and 0 < stated <= _MAX_RATE_HZ):
        raise DataError(
            tr("index.csv, row {number}: “{text}” is no rate in Hz.", number=line.number, text=text),
            hint=tr("Write a number, such as 50."),
        )
    if abs(measured / stated - 1) > 0.1:
        raise DataError(
            tr(
                "index.csv, row {number}: {stated:g} Hz is stated, but the times say {measured:.1f} Hz.",
                number=line.number,
                stated=stated,
                measured=measured,
            ),
            hint=tr("Correct the rate, or leave the cell empty to take it from the times."),
        )
    return stated


def read_csv(path: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Times in seconds, shape (samples,), and acceleration in g, shape (samples, 3).

    Raises DataError naming the row for a missing column, text, NaN, a ragged or empty row, or time that stands still.
    """
    rows = _rows(path)
    header = [name.strip() for name in next(rows, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise DataError(
            tr("{name} has no column “{missing}”.", name=path.name, missing=missing[0]),
            hint=tr("Its first row must be {columns}.", columns=",".join(COLUMNS)),
        )
    places = [header.index(name) for name in COLUMNS]
    values = [_numbers(path, number, row, len(header), places) for number, row in enumerate(rows, start=2)]
    if len(values) < 2:
        raise DataError(
            tr("{name} has fewer than two samples.", name=path.name),
            hint=tr("Export it again, or take it out of index.csv."),
        )
    table = np.asarray(values)
    still = np.flatnonzero(table[1:, 0] <= table[:-1, 0])
    if len(still):
        raise DataError(
            tr("{name}, row {still}: time does not go forward.", name=path.name, still=still[0] + 3),
            hint=tr("Sort the rows by time, without repeats."),
        )
    peak = float(np.abs(table[:, 1:]).max())
    if peak > _MAX_PEAK_G:
        raise DataError(
            tr("{name} reaches {peak:.0f} g.", name=path.name, peak=peak),
            hint=tr("The columns must be in g, not in m/s² or counts."),
        )
    return table[:, 0], table[:, 1:]


def _numbers(path: Path, number: int, row: list[str], width: int, places: list[int]) -> list[float]:
    if len(row) != width:
        what = tr("is empty") if not row else tr("has {count} cells instead of {width}", count=len(row), width=width)
        raise DataError(
            tr("{name}, row {number} {what}.", name=path.name, number=number, what=what),
            hint=tr("Mend or remove the row."),
        )
    values = []
    for place, column in zip(places, COLUMNS, strict=True):
        try:
            value = float(row[place])
        except ValueError:
            raise DataError(
                tr(
                    "{name}, row {number}: “{row}” in {column} is no number.",
                    name=path.name,
                    number=number,
                    row=row[place][:40],
                    column=column,
                ),
                hint=tr("Mend or remove the row."),
            ) from None
        if not math.isfinite(value):
            raise DataError(
                tr(
                    "{name}, row {number}: {column} is {row}.",
                    name=path.name,
                    number=number,
                    column=column,
                    row=row[place],
                ),
                hint=tr("Mend or remove the row."),
            )
        values.append(value)
    return values


def quantize(signal_g: npt.NDArray[np.float64]) -> tuple[Counts, float, float]:
    """Raw counts for a signal in g: (counts, g per count, range in g), in the smallest usual range that holds it."""
    peak = float(np.abs(signal_g).max())
    range_g = next((r for r in _STANDARD_RANGES_G if peak <= r * 1.03), math.ceil(peak))
    g_per_count = range_g * 1.03 / 32767
    return np.rint(signal_g / g_per_count).astype(np.int16), g_per_count, range_g
