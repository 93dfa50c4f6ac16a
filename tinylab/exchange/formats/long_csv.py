"""One long table of many recordings: a column says the label, others may say take, subject, session and split.

Source: TinyLab's own export names take, time_s, ax_g, ay_g, az_g, label, subject, session, split, rate_hz, g_per_count,
range_g, frame and region; of anybody else's table (as Edge Impulse's CSV wizard takes them, docs.edgeimpulse.com,
"multi-label") the label and the three axes are enough. Another label, subject, session or split begins another
recording, and so does a time that jumps back.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tinylab.data.frames import FRAMES
from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import tidy
from tinylab.data.storage.explain import printable
from tinylab.exchange.columns import Columns, find_columns, moment, seconds_of, split_named
from tinylab.exchange.csv_index import scale_in
from tinylab.exchange.csv_signal import columns_of
from tinylab.exchange.found import FileError, FoundTake, row_error
from tinylab.exchange.number_table import check_count, check_width, numbered_rows, numbers_in
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.take_table import COLUMNS, overlap, take_rows
from tinylab.exchange.text_table import Layout, check_header, is_number, layout_of, number
from tinylab.exchange.units import G
from tinylab.exchange.writing import DIGITS, Exported, Exporting, in_new_file
from tinylab.text import tr

TITLE = tr("CSV, one long table with labels")
ENDINGS = (".csv", ".tsv", ".txt")
WRITES_FOLDER = False
_MOST_RECORDINGS = 20_000
_OURS = ("take", "rate_hz", "g_per_count", "range_g", "frame")  # what a recording says of itself beside the texts


def sniff(file: SourceFile) -> int:
    """How sure it is that this is a table with a column of labels."""
    columns = find_columns(layout_of(file).header)
    return 60 if columns is not None and columns.label >= 0 else 0


@dataclass
class _Stretch:
    """Rows that belong to one recording."""

    row: int  # of the file, its first
    texts: dict[str, str]
    values: array[float] = field(default_factory=lambda: array("d"))
    times: array[float] = field(default_factory=lambda: array("d"))
    regions: list[tuple[tuple[str, str], int]] = field(default_factory=list)  # (number and label, samples)
    bad: FileError | None = None  # the first thing that is wrong with it


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The recordings of a table; a bad row costs the recording that it stands in."""
    layout = layout_of(file)
    columns = columns_of(file, layout)
    if columns.label < 0:
        check_header(file, layout.header, ("label",), tr("Add a column with the label of each row."))
    stretches = _Table(file, layout, columns).stretches()
    longest = max((each.times for each in stretches), key=len, default=array("d"))
    second = _second(longest, columns.seconds)
    for stretch in stretches:
        try:
            if stretch.bad is not None:
                raise stretch.bad
            yield _take(file, stretch, columns, second)
        except FileError as error:
            reading.refuse(error, file)


def _second(times: array[float], seconds: float) -> float:
    """Seconds of one step of the time column, one for all recordings."""
    if seconds or len(times) < 2:
        return seconds or 1.0
    steps = np.asarray(times)
    return float(seconds_of(steps, 0.0)[-1] / (steps[-1] - steps[0]))


class _Table:
    """The rows of a long table as they are read."""

    def __init__(self, file: SourceFile, layout: Layout, columns: Columns) -> None:
        self._file, self._layout, self._columns = file, layout, columns
        names = [name.lower() for name in layout.header]
        texts = {"label": columns.label, "subject": columns.subject, "session": columns.session, "split": columns.split}
        ours = {name: names.index(name) for name in _OURS if name in names}
        self._texts = {name: place for name, place in {**texts, **ours}.items() if place >= 0}
        region = ("region", "region_number")
        self._region = tuple(names.index(name) for name in region) if set(region) <= set(names) else ()

    def stretches(self) -> list[_Stretch]:
        """The rows as recordings; raises FileError where there are more of them than anybody records."""
        found: list[_Stretch] = []
        for at, row in numbered_rows(self._file, self._layout):
            try:
                check_width(self._file, self._layout, at, row)
                texts = {name: row[place].strip() for name, place in self._texts.items()}
                if not found or texts != found[-1].texts:
                    found.append(_Stretch(at, texts))
                values, time = self._numbers(at, row)
            except FileError as error:
                if not found:
                    found.append(_Stretch(at, {}))
                found[-1].bad = found[-1].bad or error
                continue
            if found[-1].times and time < found[-1].times[-1]:
                found.append(_Stretch(at, texts))
            self._add(found[-1], at, row, values, time)
            if len(found) > _MOST_RECORDINGS:
                raise FileError(
                    self._file.name,
                    tr("{name} has more than {most:,} recordings.", name=self._file.name, most=_MOST_RECORDINGS),
                    tr("Cut it into several files, or check its labels."),
                )
        return found

    def _numbers(self, at: int, row: list[str]) -> tuple[list[float], float]:
        values = numbers_in(self._file, self._layout, at, row, self._columns.axes)
        if self._columns.time < 0:
            return values, 0.0
        cell = row[self._columns.time]
        if is_number(cell, self._layout.decimal):
            (time,) = numbers_in(self._file, self._layout, at, row, [self._columns.time])
            return values, time
        when = moment(cell)
        if when is None:
            what = tr("“{cell}” is no time.", cell=printable(cell))
            raise row_error(self._file.name, at, what, tr("Mend or remove the row."))
        return values, when

    def _add(self, stretch: _Stretch, at: int, row: list[str], values: list[float], time: float) -> None:
        if self._columns.time >= 0:
            if stretch.times and time == stretch.times[-1] and stretch.bad is None:
                what = tr("time does not go forward.")
                stretch.bad = row_error(self._file.name, at, what, tr("Sort the rows by time, without repeats."))
            stretch.times.append(time)
        stretch.values.extend(values)
        if self._region:
            label, which = (row[place].strip() for place in self._region)
            if stretch.regions and stretch.regions[-1][0] == (which, label):
                stretch.regions[-1] = ((which, label), stretch.regions[-1][1] + 1)
            else:
                stretch.regions.append(((which, label), 1))


def _take(file: SourceFile, stretch: _Stretch, columns: Columns, second: float) -> FoundTake:
    texts = stretch.texts
    values = np.asarray(stretch.values).reshape(-1, 3)
    check_count(file, len(values))
    scale = scale_in(texts)
    return FoundTake(
        file.name,
        values,
        label=tidy(texts["label"]),
        subject=tidy(texts.get("subject", "")),
        session=texts.get("session", ""),
        split=_split(file, stretch),
        times=seconds_of(np.asarray(stretch.times), second) if columns.time >= 0 else None,
        rate_hz=_rate(file, stretch),
        unit=G if scale else None if columns.unit is G else columns.unit,
        scale=scale,
        line=stretch.row,
        parts=_parts(stretch),
        more={"frame": texts["frame"]} if texts.get("frame") in FRAMES else {},
    )


def _split(file: SourceFile, stretch: _Stretch) -> str:
    split = split_named(stretch.texts.get("split", ""))
    if split is None:
        what = tr("the split “{split}” is not known.", split=printable(stretch.texts["split"]))
        raise row_error(file.name, stretch.row, what, tr("Use train, validation or test, or leave it empty."))
    return split


def _rate(file: SourceFile, stretch: _Stretch) -> float:
    text = stretch.texts.get("rate_hz", "")
    if not text:
        return 0.0
    rate = number(text) if is_number(text) else 0.0
    if not 0 < rate < 1e6:
        what = tr("“{text}” is no rate in Hz.", text=printable(text))
        raise row_error(file.name, stretch.row, what, tr("Write a number, such as 50."))
    return rate


def _parts(stretch: _Stretch) -> tuple[Part, ...]:
    parts, start = [], 0
    for (_number, label), count in stretch.regions:
        if label:
            parts.append(Part(tidy(label), start, count))
        start += count
    return tuple(parts)


# --- writing ----------------------------------------------------------------------------------------------


def write(project: Project, path: Path, exporting: Exporting) -> Exported:
    """A new file with a row for each sample of all takes."""
    with in_new_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for take in exporting.takes(project):
            exporting.overlapping += overlap(take.parts)
            writer.writerows(take_rows(take, DIGITS))
        exporting.remark_on_overlaps()
    return exporting.exported(path)
