"""What every export shares: the takes as far as they can be read, and a target that appears whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from tinylab.data.parts import Part
from tinylab.data.project import Project
from tinylab.data.recording import Counts, Header
from tinylab.data.samples import Gap
from tinylab.errors import CancelledError, DataError
from tinylab.exchange.found import Floats, ReportProgress, no_report
from tinylab.text import ntr, tr

PROBLEMS: Final = "problems.txt"
DIGITS: Final = 9  # of a number; counts of 16 bits come back from six


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of an export."""

    path: Path  # of the folder or file that was written
    takes: int
    samples: int
    problems: tuple[str, ...]  # sentences about what could not be read, in a folder also in problems.txt
    remarks: tuple[str, ...] = ()  # sentences about what the format cannot say


@dataclass(frozen=True, slots=True, eq=False)
class WrittenTake:
    """A take as it is written: as much of its samples as can be read."""

    header: Header  # its samples are those that are written
    counts: Counts  # shape (samples, 3)
    gaps: tuple[Gap, ...]
    parts: tuple[Part, ...]  # its regions, by where they begin

    @property
    def times(self) -> Floats:
        """The time of each sample in s from the first, lost ones counted, shape (samples,)."""
        return sample_numbers(len(self.counts), self.gaps) / self.header.rate_hz

    def numbers(self, in_one_g: float) -> list[list[float]]:
        """The acceleration, one row per sample, with as many digits as give the counts back."""
        values = self.counts * (self.header.g_per_count * in_one_g)
        return [[float(f"{value:.{DIGITS}g}") for value in row] for row in values.tolist()]


@dataclass
class Exporting:
    """One export under way: what it says, and what it has written so far."""

    report_progress: ReportProgress = no_report
    cancelled: Callable[[], bool] = lambda: False
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    written: int = 0
    samples: int = 0
    lossy: int = 0  # takes with lost samples, of which a format without times cannot say where
    overlapping: int = 0  # takes with regions that overlap

    def takes(self, project: Project) -> Iterator[WrittenTake]:
        """All takes in use; what cannot be read is a problem. Raises DataError at the end where there was none."""
        headers, unread = project.headers()
        self.problems += [*project.problems, *unread]
        used = [header for header in headers if not header.trashed]
        for done, header in enumerate(used):
            if self.cancelled():
                raise CancelledError(tr("Cancelled."))
            self.report_progress(tr("take {take_id}", take_id=header.id), done / len(used))
            counts, bad = _read(project, header)
            self.problems += bad
            if len(counts):
                gaps = () if bad else project.samples.gaps(header.id)
                parts = () if bad else tuple(Part(r.label, r.start, r.count) for r in project.regions(header.id))
                self.written, self.samples = self.written + 1, self.samples + len(counts)
                self.lossy += bool(gaps)
                yield WrittenTake(header.with_changes(samples=len(counts)), counts, gaps, parts)
        if not self.written:
            raise DataError(tr("There is no take that could be exported."), hint=" ".join(self.problems[:1]))

    def remark_on_gaps(self) -> None:
        """Say that the format has no times."""
        if self.lossy:
            self.remarks.append(
                ntr(
                    "1 take has lost samples; this format cannot say where.",
                    "{count} takes have lost samples; this format cannot say where.",
                    self.lossy,
                )
            )

    def remark_on_overlaps(self) -> None:
        """Say that a sample has room for one region."""
        if self.overlapping:
            self.remarks.append(
                ntr(
                    "1 take has regions that overlap; of those the later one is written.",
                    "{count} takes have regions that overlap; of those the later one is written.",
                    self.overlapping,
                )
            )

    def write_problems(self, folder: Path) -> None:
        """Leave a note in a folder about what could not be read."""
        if self.problems:
            (folder / PROBLEMS).write_text("\n".join(self.problems) + "\n", encoding="utf-8")

    def exported(self, path: Path) -> Exported:
        """What came of it."""
        return Exported(path, self.written, self.samples, tuple(self.problems), tuple(self.remarks))


def _read(project: Project, header: Header) -> tuple[Counts, list[str]]:
    """(what can be read of a take, sentences about the rest)."""
    try:
        salvage = project.samples.salvage(header.id)
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


def sample_numbers(count: int, gaps: Sequence[Gap]) -> Floats:
    """The number of each stored sample when the lost ones are counted, from 0; shape (count,)."""
    numbers = np.arange(count, dtype=np.float64)
    for gap in gaps:
        numbers[gap.at :] += gap.missing
    return numbers


@contextlib.contextmanager
def in_new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into, which then takes the place of `folder`; nothing is left where anything fails.

    Raises DataError where `folder` exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(tr("{name} exists already.", name=folder.name), hint=tr("Choose an empty folder."))
    partial = folder.with_name(f".{folder.name}.part")
    with _explained(folder):
        try:
            shutil.rmtree(partial, ignore_errors=True)  # a program that was killed left it
            partial.mkdir(parents=True)
            yield partial
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()  # it is empty
            partial.replace(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def in_new_file(path: Path) -> Iterator[Path]:
    """A file to write, which then takes the place of `path`; nothing is left where anything fails.

    Raises DataError where there is something at `path` already, or it cannot be written.
    """
    if path.exists():
        raise DataError(tr("{name} exists already.", name=path.name), hint=tr("Choose another name."))
    partial = path.with_name(f".{path.name}.part")
    with _explained(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield partial
            partial.replace(path)
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            tr("{folder} cannot be written: {strerror}.", folder=path, strerror=error.strerror),
            hint=tr("Check the folder, its rights and the disk's space."),
        ) from error
