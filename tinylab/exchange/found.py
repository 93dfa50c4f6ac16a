"""What reading files gives: takes as they stand there, then recordings, remarks, and refusals by file and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.data.parts import Part
from tinylab.data.recording import Recording
from tinylab.errors import DataError
from tinylab.exchange.units import Unit
from tinylab.text import tr

Floats = npt.NDArray[np.float64]
ReportProgress = Callable[[str, float], None]


def no_report(_detail: str, _share: float) -> None:
    """Progress that nobody looks at."""


class FileError(DataError):
    """What is wrong with a file, or with a row of it."""

    def __init__(self, file: str, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line  # row of the file, from 1; 0 where it is the whole file


def row_error(file: str, line: int, what: str, hint: str) -> FileError:
    """What is wrong with a row; `what` ends the sentence."""
    return FileError(file, tr("{file}, row {line}: {what}", file=file, line=line, what=what), hint, line)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, or a part of it, that was not taken."""

    file: str
    line: int  # from 1; 0 where it is about the whole file
    why: str  # a sentence that names file and line
    hint: str = ""

    @classmethod
    def of(cls, error: DataError, file: str) -> Refusal:
        """The refusal that an error while reading `file` means."""
        if isinstance(error, FileError):
            return cls(error.file, error.line, error.message, error.hint)
        why = error.message if file in error.message else tr("{file}: {why}", file=file, why=error.message)
        return cls(file, 0, why, error.hint)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for programs."""
        return {"file": self.file, "line": self.line, "why": self.why, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user says about the files instead of what they show; empty where they are believed."""

    format: str = ""  # name of a format
    unit: Unit | None = None
    rate_hz: float = 0.0  # for files that say neither times nor a rate
    label: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """How counts were turned into the numbers of a file that TinyLab wrote, so that they come back bit for bit."""

    g_per_count: float
    range_g: float


@dataclass(frozen=True, slots=True, eq=False)
class FoundTake:
    """One stretch of samples as a file holds it, before it is known in which unit it is."""

    name: str  # of the file
    values: Floats  # shape (samples, 3), in some unit
    label: str = ""
    subject: str = ""
    session: str = ""
    split: str = ""  # one of SPLITS
    times: Floats | None = None  # shape (samples,), s; None where samples are evenly spaced
    rate_hz: float = 0.0  # as the file states it; 0 where it does not
    unit: Unit | None = None  # as the file states it
    unit_is_sure: bool = False  # whether whoever wrote the file always writes this unit
    scale: Scale | None = None
    line: int = 0  # where in the file it begins; 0 where the file is this one take
    stated_in: tuple[str, int] | None = None  # file and line that state its rate, if not this one
    parts: tuple[Part, ...] = ()  # labelled stretches of it
    more: Mapping[str, Any] = field(default_factory=dict)  # further columns of its header


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read, and what of it the user should know, in sentences."""

    recordings: tuple[Recording, ...]
    remarks: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    parts: tuple[tuple[Part, ...], ...] = ()  # the regions of each recording; empty where none has any


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would bring: the guess, the first rows of the first file, and all that would come."""

    format: str  # name of the format of the first file that was read
    unit: Unit | None  # in which the first file was taken to be; None where nothing was converted
    rows: tuple[tuple[str, ...], ...]  # the first rows of the first file, as text
    found: Imported
