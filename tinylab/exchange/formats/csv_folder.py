"""A folder of CSV files with an index.csv: file, label, subject, split, rate_hz and what else is known of each take.

Source: TinyLab's own form; `index.csv` names the columns. Where g_per_count and range_g stand in it, counts come back
bit for bit. The file of the import is the index: what it does not name is not read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tinylab.data.project import Project
from tinylab.data.recording import Header
from tinylab.errors import DataError
from tinylab.exchange.csv_index import NEEDED, Line, read_index
from tinylab.exchange.csv_signal import OUR_COLUMNS, read_signal
from tinylab.exchange.found import FoundTake
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import INDEX, SourceFile
from tinylab.exchange.text_table import layout_of
from tinylab.exchange.units import G
from tinylab.exchange.writing import Exported, Exporting, WrittenTake, in_new_folder
from tinylab.text import tr

TITLE = tr("Folder of CSV with index.csv")
ENDINGS = (".csv",)
WRITES_FOLDER = True
_COLUMNS: Final = (
    "file", "label", "subject", "split", "rate_hz", "session", "board", "sensor", "frame", "lost", "note", "created_at",
    "g_per_count", "range_g",
)  # fmt: skip


def sniff(file: SourceFile) -> int:
    """How sure it is that this is an index."""
    if file.path.name == INDEX:
        return 100
    return 90 if file.ending == ".csv" and set(NEEDED) <= set(layout_of(file).header) else 0


def read(file: SourceFile, reading: Reading) -> Iterator[FoundTake]:
    """The takes of all files that the index names."""
    lines = list(read_index(file, reading))
    for done, line in enumerate(lines):
        reading.step(done, len(lines))
        try:
            yield _read(file, line)
        except DataError as error:
            reading.refuse(error, line.file)


def _read(index: SourceFile, line: Line) -> FoundTake:
    signal = read_signal(line.file)
    return FoundTake(
        line.file.name,
        signal.values,
        label=line.label,
        subject=line.subject,
        session=line.session,
        split=line.split,
        times=signal.times,
        rate_hz=line.rate_hz,
        unit=G if line.scale else signal.unit,
        scale=line.scale,
        stated_in=(index.name, line.number),
        more={"source": line.name, **line.more},
    )


def write(project: Project, folder: Path, exporting: Exporting) -> Exported:
    """A new folder: index.csv, a CSV for each take, and problems.txt if there are any."""
    with in_new_folder(folder) as partial:
        rows = []
        for take in exporting.takes(project):
            rows.append((take.header, _write_take(partial, take)))
        if any(project.regions(header.id) for header, _ in rows):
            exporting.remarks.append(tr("Regions are not in these files; the long table and Edge Impulse's have them."))
        _write_index(partial, rows)
        exporting.write_problems(partial)
    return exporting.exported(folder)


def _write_take(folder: Path, take: WrittenTake) -> str:
    name = f"take {take.header.id}.csv"
    table = np.column_stack([take.times, take.counts * take.header.g_per_count])
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(OUR_COLUMNS) + "\n")
        np.savetxt(stream, table, fmt="%.6f,%.9g,%.9g,%.9g", newline="\n")
    return name


def _write_index(folder: Path, rows: Sequence[tuple[Header, str]]) -> None:
    with (folder / INDEX).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([name, *(_cell(header, column) for column in _COLUMNS[1:])] for header, name in rows)


def _cell(header: Header, column: str) -> str:
    value = getattr(header, column)
    return repr(value) if isinstance(value, float) else str(value)
