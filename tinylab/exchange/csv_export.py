"""Takes become a folder of CSV files with an index, which `csv_folder` reads; of damaged takes, what can be read."""

from __future__ import annotations

import contextlib
import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tinylab.data.project import Project
from tinylab.data.recording import Counts, Header
from tinylab.data.samples import Gap
from tinylab.errors import CancelledError, DataError
from tinylab.exchange.csv_folder import COLUMNS
from tinylab.exchange.csv_index import INDEX
from tinylab.text import tr

PROBLEMS: Final = "problems.txt"
_COLUMNS: Final = (
    "file", "label", "subject", "split", "rate_hz", "session", "board", "sensor", "frame", "lost", "note", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export."""

    folder: Path
    takes: int
    samples: int
    problems: tuple[str, ...]  # sentences about what could not be read, also in problems.txt


def export_folder(
    project: Project,
    folder: Path,
    report_progress: Callable[[str, float], None] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write all takes in use into a new folder: index.csv, a CSV for each take, and problems.txt if there are any.

    The folder appears whole or not at all. Raises DataError where it exists already, cannot be written or nothing can
    be read, and CancelledError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(tr("{name} exists already.", name=folder.name), hint=tr("Choose an empty folder."))
    partial = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(partial, ignore_errors=True)  # a program that was killed left it
        partial.mkdir(parents=True)
        exported = _Export(project, partial, report_progress, cancelled).run()
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()  # it is empty
        partial.replace(folder)
    except OSError as error:
        raise DataError(
            tr("{folder} cannot be written: {strerror}.", folder=folder, strerror=error.strerror),
            hint=tr("Check the folder, its rights and the disk's space."),
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Exported(folder, *exported)


class _Export:
    """One export into a folder that exists."""

    def __init__(
        self,
        project: Project,
        folder: Path,
        report_progress: Callable[[str, float], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._project, self._folder = project, folder
        self._report_progress, self._cancelled = report_progress, cancelled

    def run(self) -> tuple[int, int, tuple[str, ...]]:
        """(takes, samples, problems)."""
        headers, unread = self._project.headers()
        problems = [*self._project.problems, *unread]
        takes = [header for header in headers if not header.trashed]
        rows = []
        for done, header in enumerate(takes):
            if self._cancelled():
                raise CancelledError(tr("Cancelled."))
            self._report_progress(tr("take {take_id}", take_id=header.id), done / len(takes))
            counts, bad = self._read(header)
            problems += bad
            if len(counts):
                rows.append((header, self._write(header, counts, () if bad else self._project.samples.gaps(header.id))))
        if not rows:
            raise DataError(tr("There is no take that could be exported."), hint=" ".join(problems[:1]))
        self._write_index([(header, name) for header, (name, _) in rows])
        if problems:
            (self._folder / PROBLEMS).write_text("\n".join(problems) + "\n", encoding="utf-8")
        return len(rows), sum(samples for _, (_, samples) in rows), tuple(problems)

    def _read(self, header: Header) -> tuple[Counts, list[str]]:
        """(what can be read of a take, sentences about the rest)."""
        try:
            salvage = self._project.samples.salvage(header.id)
        except DataError as error:
            return np.empty((0, 3), np.int16), [
                tr("Take {take_id} cannot be read: {damaged}", take_id=header.id, damaged=error.message)
            ]
        return salvage.counts, [
            tr("Take {take_id} is exported in part: {damaged}", take_id=header.id, damaged=damaged)
            if len(salvage.counts)
            else tr("Take {take_id} cannot be read: {damaged}", take_id=header.id, damaged=damaged)
            for damaged in salvage.damaged
        ]

    def _write(self, header: Header, counts: Counts, gaps: Sequence[Gap]) -> tuple[str, int]:
        """Write one take; returns its file's name and its samples."""
        name = f"take {header.id}.csv"
        times = sample_numbers(len(counts), gaps) / header.rate_hz
        table = np.column_stack([times, counts * header.g_per_count])
        with (self._folder / name).open("w", encoding="utf-8", newline="") as stream:
            stream.write(",".join(COLUMNS) + "\n")
            np.savetxt(stream, table, fmt="%.6f,%.9g,%.9g,%.9g", newline="\n")
        return name, len(counts)

    def _write_index(self, rows: Sequence[tuple[Header, str]]) -> None:
        with (self._folder / INDEX).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(_COLUMNS)
            writer.writerows(list(_cells(header, name)) for header, name in rows)


def _cells(header: Header, name: str) -> Iterator[str]:
    yield name
    for column in _COLUMNS[1:]:
        value = getattr(header, column)
        yield f"{value:.6g}" if isinstance(value, float) else str(value)


def sample_numbers(count: int, gaps: Sequence[Gap]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The number of each stored sample when the lost ones are counted, from 0; shape (count,)."""
    numbers = np.arange(count, dtype=np.float64)
    for gap in gaps:
        numbers[gap.at :] += gap.missing
    return numbers
