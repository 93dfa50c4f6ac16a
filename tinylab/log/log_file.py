"""The log's file: three pieces of a megabyte, written by every TinyLab that runs."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tinylab.folders import log_dir

_MOST_BYTES = 1_000_000
_OLDER = 2  # beside the one that is written now


def log_path(program: str = "tinylab") -> Path:
    """Where a program's log is, whether or not there is one yet."""
    return log_dir() / f"{program}.log"


class SharedLogFile(RotatingFileHandler):
    """A rotating file that several processes may write; made at the first record, not before.

    Where another process has renamed the file, writing goes on in the new one. Where it cannot be renamed because
    another one has it open (Windows), it grows. Where it cannot be written at all, one line on stderr says so.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_MOST_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True)
        self._failed = False

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; never raises."""
        self._follow()
        super().emit(record)

    def _follow(self) -> None:
        if self.stream is None:
            return
        try:
            there, mine = Path(self.baseFilename).stat(), os.fstat(self.stream.fileno())
            moved = (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino)
        except (OSError, ValueError):
            moved = True
        if moved:
            with contextlib.suppress(OSError):
                self.stream.close()
            self.stream = None  # the next record opens it, as with delay=True

    def doRollover(self) -> None:  # noqa: N802 - logging's own name
        """Begin a new file, or go on with this one where it cannot be renamed."""
        try:
            super().doRollover()
        except OSError:
            if self.stream is None:
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say once that the log cannot be written; nothing else may fail because of it."""
        if not self._failed and sys.stderr is not None:
            self._failed = True
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"tinylab: the log {self.baseFilename} cannot be written: {sys.exc_info()[1]}\n")
