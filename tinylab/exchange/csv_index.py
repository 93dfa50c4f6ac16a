"""The index of a folder of CSV files: which file is what, checked line by line before any file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tinylab.data.recording import MAX_NAME, SPLITS, check_name, tidy
from tinylab.data.storage.explain import printable
from tinylab.errors import DataError
from tinylab.exchange.csv_table import header_of, read_rows
from tinylab.text import tr

INDEX: Final = "index.csv"
_NEEDED = ("file", "label")
_SPLIT_WORDS = {"val": "validation", "valid": "validation", "dev": "validation"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of index.csv."""

    number: int
    path: Path
    name: str  # of the file, as it stands there
    label: str
    subject: str
    session: str
    split: str  # one of SPLITS
    rate_hz: str  # as it stands there


def read_index(folder: Path) -> list[Line]:
    """All rows of a folder's index.csv; raises DataError, naming the row, at the first thing that is wrong."""
    index = folder / INDEX
    if not folder.is_dir():
        raise DataError(tr("There is no folder {folder}.", folder=folder), hint=tr("Check the path."))
    if index.is_file() and not index.resolve().is_relative_to(folder.resolve()):
        raise DataError(tr("index.csv lies outside the folder."), hint=tr("Put the file itself there, and no link."))
    if not index.is_file():
        raise DataError(
            tr("{name} has no index.csv.", name=folder.name),
            hint=tr("Add one with the columns file, label, subject, split and rate_hz."),
        )
    lines = list(_lines(folder, index))
    if not lines:
        raise DataError(tr("index.csv names no file."), hint=tr("Add a row for each recording."))
    return lines


def _lines(folder: Path, index: Path) -> Iterator[Line]:
    rows = read_rows(index)
    header = header_of(INDEX, next(rows, []), _NEEDED, tr("Its first row must name {names}.", names=", ".join(_NEEDED)))
    seen: dict[Path, Line] = {}
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise row_error(
                number,
                tr("{count} cells instead of {expected}.", count=len(row), expected=len(header)),
                tr("Put quotes around cells that hold a comma."),
            )
        line = _line(folder, number, {name: cell.strip() for name, cell in zip(header, row, strict=True)})
        if line.path in seen:
            raise _twice(line, seen[line.path])
        seen[line.path] = line
        yield line


def _line(folder: Path, number: int, cells: dict[str, str]) -> Line:
    split = cells.get("split", "").lower()
    split = _SPLIT_WORDS.get(split, split)
    if split not in SPLITS:
        raise row_error(
            number,
            tr("the split “{split}” is not known.", split=printable(split)),
            tr("Use train, validation or test, or leave it empty."),
        )
    label = tidy(cells["label"])
    if not label or len(label) > MAX_NAME:
        raise row_error(
            number,
            tr("the label is empty or longer than {most} characters.", most=MAX_NAME),
            tr("Give every recording a label."),
        )
    names = {"label": label, "subject": tidy(cells.get("subject", "")), "session": cells.get("session", "")}
    try:
        for what, name in names.items():
            check_name(what, name, may_be_empty=True)
    except DataError as error:
        raise row_error(number, error.message, error.hint) from error
    path = _path_inside(folder, cells["file"], number)
    return Line(number, path, cells["file"], split=split, rate_hz=cells.get("rate_hz", ""), **names)


def row_error(number: int, what: str, hint: str) -> DataError:
    """What is wrong with a row of index.csv."""
    return DataError(tr("index.csv, row {number}: {what}", number=number, what=what), hint=hint)


def _twice(line: Line, before: Line) -> DataError:
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
    return row_error(line.number, what, tr("Take one of the two rows out."))


def _path_inside(folder: Path, name: str, number: int) -> Path:
    shown = printable(name, 80)
    try:
        path = (folder / name).resolve()
        there = bool(name) and path.is_file()
    except RuntimeError:
        raise row_error(
            number, tr("“{name}” is a link that leads in a circle.", name=shown), tr("Put the file itself there.")
        ) from None
    except (OSError, ValueError):  # a name that no file can have
        path, there = folder.resolve(), False
    if not path.is_relative_to(folder.resolve()):
        raise row_error(number, tr("{name} lies outside the folder.", name=shown), tr("Move it inside."))
    if not there:
        raise row_error(number, tr("there is no file “{name}”.", name=shown), tr("Correct the row or add the file."))
    return path
