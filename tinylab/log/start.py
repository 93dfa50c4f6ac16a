"""Starts the log of a process and catches what nobody catches: in the main thread, in others, in destructors, in C."""

from __future__ import annotations

import atexit
import faulthandler
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from tinylab.errors import UnforeseenError
from tinylab.log.crashes import close_trace_file, open_trace_file
from tinylab.log.faults import LINE_FORMAT, MEMORY
from tinylab.log.log_file import SharedLogFile, log_path
from tinylab.log.versions import versions

_LOG = logging.getLogger("tinylab")


class _Logging:
    """What was set, and how it was before."""

    def __init__(self, program: str, debug: bool, to_file: bool, to_stderr: bool) -> None:
        root = logging.getLogger()
        self.path = log_path(program)
        self._says_itself = not (debug or to_stderr)  # where stderr has no log, an end is still said there
        self._levels = ((root, root.level), (_LOG, _LOG.level))
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self._handlers: list[logging.Handler] = [MEMORY]
        if to_file:
            self._handlers.append(SharedLogFile(self.path))
        if (debug or to_stderr) and sys.stderr is not None:
            self._handlers.append(_stderr(logging.DEBUG if debug else logging.WARNING))
        for handler in self._handlers[1:]:
            handler.setFormatter(logging.Formatter(LINE_FORMAT))
        for handler in self._handlers:
            root.addHandler(handler)
        _LOG.setLevel(logging.DEBUG if debug else logging.INFO)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._uncaught, _in_thread, _unraisable
        self._watches_crashes = _watch_crashes(to_stderr)

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _LOG.critical("uncaught", exc_info=(kind, error, trace))
        if self._says_itself and sys.stderr is not None:
            sys.stderr.write(f"tinylab: {UnforeseenError().message} The log: {self.path}\n")

    def stop(self) -> None:
        """Leave everything as it was."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        if self._watches_crashes:
            faulthandler.disable()
            close_trace_file()
        root = logging.getLogger()
        for handler in self._handlers:
            root.removeHandler(handler)
            if handler is not MEMORY:
                handler.close()
        for logger, level in self._levels:
            logger.setLevel(level)


_started: list[_Logging] = []


def start_logging(program: str, *, debug: bool = False, to_file: bool = True, to_stderr: bool = False) -> Path:
    """Start this process's log, at its beginning; returns the file's path. A second call changes nothing.

    `debug` writes everything, to stderr too. `to_stderr` is for child processes whose stderr the parent reads: their
    warnings, faults and last trace go there. Without `to_file` no file is written, and the path is not there.
    """
    if not _started:
        _started.append(_Logging(program, debug, to_file, to_stderr))
        atexit.register(stop_logging)  # a process that just ends leaves no empty file for a trace
        _LOG.info("%s starts: %s", program, ", ".join(f"{name} {version}" for name, version in versions().items()))
    return _started[0].path


def stop_logging() -> None:
    """End what `start_logging` began, so that nothing stays open; may be called twice."""
    if _started:
        atexit.unregister(stop_logging)
        _started.pop().stop()


def _stderr(level: int) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    return handler


def _watch_crashes(to_stderr: bool) -> bool:
    """Let a crash in C leave its trace; False where somebody else has asked for it already (python -X dev)."""
    if faulthandler.is_enabled():
        return False
    file: Any = sys.stderr if to_stderr else open_trace_file()
    if file is not None:
        faulthandler.enable(file)
    return file is not None


def _in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
        name = arguments.thread.name if arguments.thread is not None else "a thread that is gone"
        trace = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _LOG.error("uncaught in thread %s", name, exc_info=trace)


def _unraisable(arguments: sys.UnraisableHookArgs) -> None:
    if arguments.exc_value is not None:
        where = arguments.err_msg or "exception ignored in"
        name = getattr(arguments.object, "__qualname__", type(arguments.object).__name__)
        trace = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _LOG.error("%s %s", where, name, exc_info=trace)
