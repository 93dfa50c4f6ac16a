"""How a TinyLab that ended unexpectedly is noticed by the next one: a marker while it runs, a file for its last trace.

Both are beside the log and locked by their process; where the lock is free the process is gone, whatever took its
number since. So two TinyLabs at once do not take each other for crashed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from tinylab.file_lock import try_lock
from tinylab.folders import log_dir

_LOG = logging.getLogger("tinylab")
_MOST_BYTES = 64 * 1024
_KEPT_TRACES = 5
_TRIES = 20
TRACE_PATTERN: Final = "fatal-*.txt"
_MARKER_PATTERN = "running-*.json"


@dataclass(frozen=True, slots=True)
class CrashedRun:
    """A TinyLab that did not end by itself."""

    started: str  # ISO 8601, UTC
    project: Path | None  # that was open
    trace: str  # what it wrote when it died; empty where it could not, as when it was killed


class _Run:
    """What this process has open: its marker and its file for a trace."""

    def __init__(self) -> None:
        self.marker: Path | None = None
        self.descriptor = -1
        self.started = ""
        self.trace: Path | None = None
        self.trace_file: IO[bytes] | None = None


_mine = _Run()


def _stamp() -> str:
    """Time and process: a number alone may have been another process's, in a container it is always the same."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{os.getpid()}"


# --- the marker -----------------------------------------------------------------------------------------


def begin_run() -> None:
    """Leave a marker that lasts until `end_run`; where none can be written, a crash will not be noticed."""
    if _mine.descriptor >= 0:
        return
    _mine.started = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        log_dir().mkdir(parents=True, exist_ok=True)
        path = log_dir() / f"running-{_stamp()}.json"
        _mine.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _mine.marker = path
        for _ in range(_TRIES):  # another TinyLab may just be looking whether we live
            if try_lock(_mine.descriptor):
                break
            time.sleep(0.01)
        _write(None)
    except OSError as error:
        _LOG.warning("no marker of this run: %s", error)


def note_project(path: Path | None) -> None:
    """Say which project is open now, so that it can be opened again after a crash; None: no project."""
    if _mine.descriptor >= 0:
        try:
            _write(path)
        except OSError as error:
            _LOG.warning("the marker of this run cannot be written: %s", error)


def _write(project: Path | None) -> None:
    plain = {
        "pid": os.getpid(),
        "started": _mine.started,
        "project": str(project.absolute()) if project is not None else None,
        "trace": _mine.trace.name if _mine.trace is not None else None,
    }
    line = json.dumps(plain).encode() + b"\n"  # one line, written at once; what is longer and older may follow it
    os.lseek(_mine.descriptor, 0, os.SEEK_SET)
    os.write(_mine.descriptor, line)


def end_run() -> None:
    """Remove the marker: this is a clean end. May be called twice, and without a beginning."""
    if _mine.descriptor < 0 or _mine.marker is None:
        return
    os.close(_mine.descriptor)
    with contextlib.suppress(OSError):
        _mine.marker.unlink()
    _mine.descriptor, _mine.marker = -1, None


def last_run_crashed() -> CrashedRun | None:
    """The newest TinyLab that ended unexpectedly and was not asked for yet; forgets it and all older ones."""
    crashed = [run for path in _others(_MARKER_PATTERN) if (run := _forget(path)) is not None]
    return max(crashed, key=lambda run: run.started, default=None)


def _others(pattern: str) -> Iterator[Path]:
    own = (_mine.marker, _mine.trace)
    yield from (path for path in sorted(log_dir().glob(pattern)) if path not in own)


def _forget(path: Path) -> CrashedRun | None:
    """Remove a marker whose process is gone; None where it lives, or where the marker says nothing."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        if not try_lock(descriptor):
            return None
        os.lseek(descriptor, 0, os.SEEK_SET)
        content = os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)
    if not content:
        return None  # its process has just made it and is about to write it
    with contextlib.suppress(OSError):
        path.unlink()
    return _read(content)


def _read(content: bytes) -> CrashedRun | None:
    try:
        plain: Any = json.loads(content.split(b"\n", 1)[0])
        project, trace = plain["project"], plain["trace"]
        return CrashedRun(str(plain["started"]), Path(project) if project else None, _trace_text(trace))
    except (ValueError, KeyError, TypeError):
        return None


def _trace_text(name: str | None) -> str:
    if not name:
        return ""
    try:
        return (log_dir() / Path(name).name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


# --- the last trace -------------------------------------------------------------------------------------


def open_trace_file() -> IO[bytes] | None:
    """A file that `faulthandler` writes to when the process dies; None where none can be made."""
    path = log_dir() / f"fatal-{_stamp()}.txt"
    try:
        log_dir().mkdir(parents=True, exist_ok=True)
        _tidy_traces()
        _mine.trace_file = path.open("ab", buffering=0)
        try_lock(_mine.trace_file.fileno())
    except OSError as error:
        _LOG.warning("no file for a last trace: %s", error)
        return None
    _mine.trace = path
    return _mine.trace_file


def close_trace_file() -> None:
    """Close it, and remove it where nothing was written."""
    if _mine.trace_file is None or _mine.trace is None:
        return
    _mine.trace_file.close()
    with contextlib.suppress(OSError):
        if not _mine.trace.stat().st_size:
            _mine.trace.unlink()
    _mine.trace, _mine.trace_file = None, None


def _tidy_traces() -> None:
    """Remove the empty ones of processes that are gone, and all but the newest."""
    written = []
    for path in _others(TRACE_PATTERN):
        if path.stat().st_size:
            written.append(path)
            continue
        with path.open("rb+") as file:
            gone = try_lock(file.fileno())
        if gone:
            path.unlink(missing_ok=True)
    for path in written[:-_KEPT_TRACES]:
        path.unlink(missing_ok=True)
