"""The index of a folder of CSV files: which file is what, checked line by line before any file is opened."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tinylab.data.frames import FRAMES
from tinylab.data.recording import MAX_NAME, check_characters, check_name, tidy
from tinylab.data.storage.explain import printable
from tinylab.errors import DataError
from tinylab.exchange.columns import split_named
from tinylab.exchange.found import FileError, Scale, row_error
from tinylab.exchange.reading import Reading
from tinylab.exchange.source import SourceFile
from tinylab.exchange.text_table import check_header, layout_of, text_rows
from tinylab.text import tr

NEEDED: Final = ("file", "label")
_TEXTS: Final = ("board", "sensor", "note", "created_at")
_MAX_RATE_HZ = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """A row of index.csv."""

    number: int
    file: SourceFile
    name: str  # of the file, as it stands there
    label: str
    subject: str
    session: str
    split: str  # one of SPLITS
    rate_hz: float  # 0 where it is not stated
    scale: Scale | None
    more: dict[str, Any]  # further columns of the take's header


def read_index(index: SourceFile, reading: Reading) -> Iterator[Line]:
    """The rows of an index.csv; what is wrong with a row is a refusal. Raises FileError where it is no index at all."""
    layout = layout_of(index)
    rows = text_rows(index, layout)
    hint = tr("Its first row must name {names}.", names=", ".join(NEEDED))
    header = [cell.strip() for cell in next(rows, [])]
    check_header(index, header, NEEDED, hint)
    seen: dict[Path, Line] = {}
    named = 0
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        named += 1
        try:
            line = _line(index, number, _cells(index, number, header, row))
            before = seen.setdefault(line.file.path.resolve(), line)
            if before is not line:
                raise _twice(index, line, before)
            yield line
        except DataError as error:
            reading.refuse(error, index)
    if not named:
        raise FileError(index.name, tr("index.csv names no file."), tr("Add a row for each recording."), 1)


def _cells(index: SourceFile, number: int, header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise row_error(
            index.name,
            number,
            tr("{count} cells instead of {expected}.", count=len(row), expected=len(header)),
            tr("Put quotes around cells that hold a comma."),
        )
    return {name: cell.strip() for name, cell in zip(header, row, strict=True)}


def _line(index: SourceFile, number: int, cells: dict[str, str]) -> Line:
    split = split_named(cells.get("split", ""))
    if split is None:
        raise row_error(
            index.name,
            number,
            tr("the split “{split}” is not known.", split=printable(cells["split"])),
            tr("Use train, validation or test, or leave it empty."),
        )
    label = tidy(cells["label"])
    if len(label) > MAX_NAME:
        raise row_error(
            index.name,
            number,
            tr("the label is longer than {most} characters.", most=MAX_NAME),
            tr("Shorten it."),
        )
    names = {"label": label, "subject": tidy(cells.get("subject", "")), "session": cells.get("session", "")}
    more = {name: cells[name] for name in _TEXTS if cells.get(name)}
    try:
        for what, name in names.items():
            check_name(what, name, may_be_empty=True)
        for what, text in more.items():
            check_characters(what, text)
    except DataError as error:
        raise row_error(index.name, number, error.message, error.hint) from error
    if cells.get("frame") in FRAMES:
        more["frame"] = cells["frame"]
    file = _file_inside(index, cells["file"], number)
    rate_hz = _number(index, number, cells.get("rate_hz", ""))
    return Line(number, file, cells["file"], rate_hz=rate_hz, split=split, scale=scale_in(cells), more=more, **names)


def scale_in(cells: dict[str, str]) -> Scale | None:
    """How TinyLab wrote the numbers, where the columns g_per_count and range_g say it."""
    try:
        g_per_count, range_g = float(cells["g_per_count"]), float(cells["range_g"])
    except (KeyError, ValueError):
        return None
    return Scale(g_per_count, range_g) if 0 < g_per_count < 1e3 and 0 <= range_g < 1e9 else None


def _number(index: SourceFile, number: int, text: str) -> float:
    if not text:
        return 0.0
    try:
        stated = float(text)
    except ValueError:
        stated = math.nan
    if not (math.isfinite(stated) and 0 < stated <= _MAX_RATE_HZ):
        raise row_error(
            index.name,
            number,
            tr("“{text}” is no rate in Hz.", text=printable(text)),
            tr("Write a number, such as 50."),
        )
    return stated


def _twice(index: SourceFile, line: Line, before: Line) -> FileError:
    """A take that is there twice would be learned from and tested on, or be of two classes."""
    if line.label == before.label:
        what = tr("“{file}” stands in row {row} already.", file=printable(line.name), row=before.number)
    else:
        what = tr(
            "“{file}” is “{label}”, but in row {row} it is “{other}”.",
            file=printable(line.name),
            label=printable(line.label),
            row=before.number,
            other=printable(before.label),
        )
    return row_error(index.name, line.number, what, tr("Take one of the two rows out."))


def _file_inside(index: SourceFile, name: str, number: int) -> SourceFile:
    shown, folder = printable(name, 80), index.root
    try:
        path = (folder / name).resolve()
        there = bool(name) and path.is_file()
    except RuntimeError:
        what = tr("“{name}” is a link that leads in a circle.", name=shown)
        raise row_error(index.name, number, what, tr("Put the file itself there.")) from None
    except (OSError, ValueError):  # a name that no file can have
        path, there = folder.resolve(), False
    if not path.is_relative_to(folder.resolve()):
        raise row_error(index.name, number, tr("{name} lies outside the folder.", name=shown), tr("Move it inside."))
    if not there:
        raise row_error(
            index.name,
            number,
            tr("there is no file “{name}”.", name=shown),
            tr("Correct the row or add the file."),
        )
    return SourceFile(folder.resolve(), path)
