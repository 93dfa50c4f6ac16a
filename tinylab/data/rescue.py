"""Saves an open project elsewhere when its file was deleted, replaced or overwritten while it was open."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tinylab.data.editing.take_edits import AddTakes
from tinylab.data.project import SUFFIX, Project
from tinylab.data.recording import Header, Recording
from tinylab.errors import DataError
from tinylab.text import tr


def save_elsewhere(project: Project, headers: Sequence[Header], folders: Sequence[Path]) -> tuple[Path, int]:
    """Write what is still open into a new file in the first of `folders` that can be written.

    Returns (path, takes that could not be saved). A deleted or replaced file is still whole where it is open; of an
    overwritten one only those takes are saved whose samples still match their checksums. Raises DataError.
    """
    reason: DataError | None = None
    for folder in folders:
        target = _free_name(folder, project.path.stem)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            project.save_copy(target)
            if _holds(target, headers):
                return target, 0
            target.unlink(missing_ok=True)
            return target, _save_readable(project, headers, target)
        except DataError as error:
            target.unlink(missing_ok=True)
            with contextlib.suppress(DataError, OSError):
                return target, _save_readable(project, headers, target)
            reason = error
        except OSError as error:
            reason = DataError(tr("{folder} cannot be written: {strerror}.", folder=folder, strerror=error.strerror))
    raise reason or DataError(tr("There is no folder to save the project in."))


def _free_name(folder: Path, stem: str) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d %H%M%S")
    target = folder / f"{stem} (saved {stamp}){SUFFIX}"
    number = 2
    while target.exists():
        target = folder / f"{stem} (saved {stamp}, {number}){SUFFIX}"
        number += 1
    return target


def _holds(target: Path, headers: Sequence[Header]) -> bool:
    """Whether the copy is of this project: the file may have been overwritten by another one."""
    try:
        with contextlib.closing(Project.open(target, read_only=True)) as copy:
            found = {header.id: header for header in copy.headers()[0]}
            return all(
                found.get(header.id) == header and not copy.samples.salvage(header.id).damaged for header in headers
            )
    except DataError:
        return False


def _save_readable(project: Project, headers: Sequence[Header], target: Path) -> int:
    """Save take by take what can be read; returns how many takes could not be saved."""
    readable = []
    for header in headers:
        with contextlib.suppress(DataError):
            readable.append(Recording(header, project.samples.counts(header.id)))
    if headers and not readable:
        raise DataError(tr("Nothing of the project could be read any more."), hint=tr("Look for a copy of the file."))
    with contextlib.closing(Project.create(target)) as saved:
        if readable:
            saved.do(AddTakes(tuple(readable), tr("save elsewhere")))
    return len(headers) - len(readable)
