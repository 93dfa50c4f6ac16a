"""The report that a user can send: log, versions and settings in a zip, without names and secrets."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from tinylab.errors import TinyLabError
from tinylab.folders import log_dir
from tinylab.log.crashes import TRACE_PATTERN
from tinylab.log.faults import MEMORY
from tinylab.log.redact import Redactor
from tinylab.log.versions import versions
from tinylab.temporary import TemporaryFolder
from tinylab.text import tr

_MOST_BYTES = 4_000_000  # of one file of the log, its end
_LOGS = ("*.log", "*.log.*", TRACE_PATTERN)
_CONTENTS = """This is a report of TinyLab, for those who write it.

log/           the log, and what was written when TinyLab or a part of it died
memory.txt     what TinyLab remembered when the report was saved: last actions, last lines of the log
versions.json  which versions of what
settings.json  settings

User names, the computer's name, home folders, passwords and tokens are taken out of all of these.
{project}
"""
_WITHOUT_PROJECT = "It holds no recordings."
_WITH_PROJECT = "project.tinylab is a copy of the project, unchanged, with its recordings: the user asked for that."


def save_report(
    target: Path,
    *,
    project: Path | None = None,
    include_recordings: bool = False,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Write the report into `target`, a .zip file; whole or not at all.

    `extra` is stored as settings. The project goes in only with `include_recordings`; it is copied as it is, also
    while it is open. Raises TinyLabError where the file cannot be written or the project not be read.
    """
    partial = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            _write_texts(archive, dict(extra or {}), include_recordings and project is not None)
            if include_recordings and project is not None:
                _write_project(archive, project)
        partial.replace(target)
    except OSError as error:
        raise TinyLabError(
            tr("The report could not be written: {strerror}.", strerror=error.strerror or error),
            hint=tr("Choose another folder."),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _write_texts(archive: zipfile.ZipFile, settings: dict[str, str], with_project: bool) -> None:
    redactor = Redactor.of_this_computer()

    def add(name: str, text: str) -> None:
        archive.writestr(name, redactor.redact(text))

    add("README.txt", _CONTENTS.format(project=_WITH_PROJECT if with_project else _WITHOUT_PROJECT))
    add("versions.json", json.dumps(versions(), indent=2))
    add("settings.json", json.dumps(settings, indent=2, ensure_ascii=False, sort_keys=True))
    add("memory.txt", MEMORY.as_text())
    for pattern in _LOGS:
        for path in sorted(log_dir().glob(pattern)):
            with contextlib.suppress(FileNotFoundError):  # another TinyLab has just begun a new one
                add(f"log/{path.name}", _end_of(path))


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _MOST_BYTES))
        return file.read().decode("utf-8", "replace")


def _write_project(archive: zipfile.ZipFile, project: Path) -> None:
    with TemporaryFolder("report") as folder:
        copy = folder / "project.tinylab"
        try:
            _copy_database(project, copy)
        except sqlite3.Error:
            shutil.copyfile(project, copy)  # damaged: that may be just what the report is about
        archive.write(copy, copy.name)


def _copy_database(source: Path, target: Path) -> None:
    """Copy page by page, with what still stands in the write-ahead log; nothing of the file is run."""
    address = f"file:{quote(str(source.absolute()))}?mode=ro"
    with (
        contextlib.closing(sqlite3.connect(address, uri=True)) as opened,
        contextlib.closing(sqlite3.connect(target)) as copied,
    ):
        opened.backup(copied)
