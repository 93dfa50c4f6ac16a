"""A folder of CSV files with an index becomes recordings: all of them, or none and a sentence why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tinylab.data.recording import Counts, Recording
from tinylab.data.storage.explain import printable
from tinylab.errors import CancelledError, DataError
from tinylab.exchange.csv_index import Line, read_index, row_error
from tinylab.exchange.csv_table import read_columns
from tinylab.exchange.units import G, Unit, common_unit, typical, unit_of
from tinylab.text import ntr, tr

COLUMNS = ("time_s", "ax_g", "ay_g", "az_g")
_STANDARD_RANGES_G = (2.0, 4.0, 8.0, 16.0)
_MAX_PEAK_G = 400.0  # beyond any sensor for hands and feet: it is no acceleration
_MIN_RATE_HZ, _MAX_RATE_HZ = 0.1, 100_000
_GAP = 1.5  # intervals of more than this many usual ones hold lost samples
_PAUSE_S = 5.0  # without a sample, and what follows is another take; a board that is silent for 3 s ends its take
_MOST_PARTS = 1000  # of one file
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read, and what of it the user should know, in sentences."""

    recordings: tuple[Recording, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the index as it was read."""

    line: Line
    times: Floats  # (samples,), s
    signal: Floats  # (samples, 3), in whatever unit
    size: float  # its typical acceleration, in that unit


def import_folder(
    folder: Path,
    report_progress: Callable[[str, float], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Read `index.csv` (file,label,subject,split,rate_hz,…) and every CSV it names.

    Raises DataError, naming file and row, at the first thing that is wrong; nothing is half imported. CancelledError.
    """
    lines = read_index(folder)
    files = []
    for done, line in enumerate(lines):
        if cancelled():
            raise CancelledError(tr("Cancelled."))
        report_progress(tr("file {n} of {all}", n=done + 1, all=len(lines)), done / len(lines))
        files.append(_read(line))
    common = common_unit(file.size for file in files)
    units = [unit_of(file.size) or common for file in files]
    parts = [_takes(file, unit) for file, unit in zip(files, units, strict=True)]
    remarks = [*_remarks_on_units(files, units), *_remarks_on_pauses(files, parts)]
    return Imported(tuple(take for takes in parts for take in takes), tuple(remarks))


def _read(line: Line) -> _File:
    times, signal = read_csv(line.path)
    return _File(line, times, signal, typical(signal))


def read_csv(path: Path) -> tuple[Floats, Floats]:
    """Times in seconds, shape (samples,), and acceleration as it stands there, shape (samples, 3).

    Raises DataError naming the row for a missing column, text, NaN, a ragged or empty row, or time that stands still.
    """
    table = read_columns(path, COLUMNS)
    if len(table) < 2:
        raise DataError(
            tr("{name} has fewer than two samples.", name=path.name),
            hint=tr("Export it again, or take it out of index.csv."),
        )
    still = np.flatnonzero(table[1:, 0] <= table[:-1, 0])
    if len(still):
        raise DataError(
            tr("{name}, row {still}: time does not go forward.", name=path.name, still=still[0] + 3),
            hint=tr("Sort the rows by time, without repeats."),
        )
    return table[:, 0], table[:, 1:]


# --- one file ------------------------------------------------------------------------------------------


def _takes(file: _File, unit: Unit) -> list[Recording]:
    """The takes of a file: one, or one for each stretch between pauses."""
    line, signal_g = file.line, file.signal / unit.in_one_g
    peak = float(np.abs(signal_g).max())
    if peak > _MAX_PEAK_G:
        raise DataError(
            tr("{name} reaches {peak:.4g} g.", name=line.path.name, peak=peak),
            hint=tr("The columns must be an acceleration in g, m/s² or mg, not counts."),
        )
    rate_hz, usual_s = _rate(line, file.times)
    intervals = np.diff(file.times)
    ends = np.flatnonzero(intervals > max(_PAUSE_S, _GAP * usual_s)) + 1
    if len(ends) >= _MOST_PARTS:
        raise DataError(
            tr("{name} has {count:,} pauses of more than 5 s.", name=line.path.name, count=len(ends)),
            hint=tr("Cut it into several files, or check its times."),
        )
    counts, g_per_count, range_g = quantize(signal_g)
    stretches = [s for s in _stretches(len(counts), ends) if s.stop - s.start > 1]  # one sample alone is no take
    return [
        Recording.of(
            counts[stretch].copy(),
            label=line.label,
            subject=line.subject,
            rate_hz=rate_hz,
            g_per_count=g_per_count,
            range_g=range_g,
            split=line.split,
            session=line.session,
            source=line.name,
            lost=_lost(intervals[stretch.start : stretch.stop - 1], usual_s),
        )
        for stretch in stretches
    ]


def _stretches(samples: int, ends: npt.NDArray[np.intp]) -> Iterator[slice]:
    edges = [0, *map(int, ends), samples]
    return (slice(first, last) for first, last in pairwise(edges))


def _lost(intervals: Floats, usual_s: float) -> int:
    """Samples that are missing between those that are there."""
    long = intervals[intervals > _GAP * usual_s]
    return int(np.rint(long / usual_s - 1).sum())


def _rate(line: Line, times: Floats) -> tuple[float, float]:
    """(rate in Hz, usual interval in s): lost samples and pauses do not slow it down."""
    with np.errstate(over="ignore"):
        intervals = np.diff(times)
        usual_s = float(intervals[intervals <= _GAP * np.median(intervals)].mean())
        measured = 1 / usual_s
    if not _MIN_RATE_HZ <= measured <= _MAX_RATE_HZ:
        raise row_error(
            line.number,
            tr("by its times the file has {measured:.3g} Hz.", measured=measured),
            tr("The column time_s must be in seconds."),
        )
    if not line.rate_hz:
        return measured, usual_s
    try:
        stated = float(line.rate_hz)
    except ValueError:
        stated = math.nan
    if not (math.isfinite(stated) and 0 < stated <= _MAX_RATE_HZ):
        raise row_error(
            line.number,
            tr("“{text}” is no rate in Hz.", text=printable(line.rate_hz)),
            tr("Write a number, such as 50."),
        )
    if abs(measured / stated - 1) > 0.1:
        raise row_error(
            line.number,
            tr("{stated:g} Hz is stated, but the times say {measured:.1f} Hz.", stated=stated, measured=measured),
            tr("Correct the rate, or leave the cell empty to take it from the times."),
        )
    return stated, usual_s


def quantize(signal_g: Floats) -> tuple[Counts, float, float]:
    """Raw counts for a signal in g: (counts, g per count, range in g), in the smallest usual range that holds it."""
    peak = float(np.abs(signal_g).max())
    range_g = next((r for r in _STANDARD_RANGES_G if peak <= r * 1.03), math.ceil(peak))
    g_per_count = range_g * 1.03 / 32767
    return np.rint(signal_g / g_per_count).astype(np.int16), g_per_count, range_g


# --- what the user should know --------------------------------------------------------------------------


def _remarks_on_units(files: Sequence[_File], units: Sequence[Unit]) -> Iterator[str]:
    for unit in sorted({unit for unit in units if unit is not G}, key=lambda unit: unit.name):
        count = units.count(unit)
        yield ntr(
            "1 file is in {unit}; TinyLab converted it to g.",
            "{count} files are in {unit}; TinyLab converted them to g.",
            count,
            unit=unit.name,
        )
    doubtful = [file for file in files if unit_of(file.size) is None]
    if doubtful:
        unit, first = units[files.index(doubtful[0])], doubtful[0]
        yield ntr(
            "The unit of 1 file is doubtful: {name} has typically {size:.3g}, and gravity alone would be 1 g. It was "
            "taken for {unit}.",
            "The unit of {count} files is doubtful: {name} has typically {size:.3g}, and gravity alone would be 1 g. "
            "They were taken for {unit}.",
            len(doubtful),
            name=printable(first.line.name),
            size=first.size,
            unit=unit.name,
        )


def _remarks_on_pauses(files: Sequence[_File], parts: Sequence[Sequence[Recording]]) -> Iterator[str]:
    for file, takes in zip(files, parts, strict=True):
        longest = float(np.diff(file.times).max())
        if sum(len(take.counts) for take in takes) < len(file.times) or len(takes) > 1:
            yield ntr(
                "{name} has pauses of up to {longest:.1f} s; it became 1 take.",
                "{name} has pauses of up to {longest:.1f} s; it became {count} takes.",
                len(takes),
                name=printable(file.line.name),
                longest=longest,
            )
