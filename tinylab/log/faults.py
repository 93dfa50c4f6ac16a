"""Faults of TinyLab itself: how they get into the log, who is called, and what is remembered for a report.

A fault is a log record at ERROR or above that carries an exception or was written by `unforeseen`. Whatever the user
can do something about is a TinyLabError and no fault.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

from tinylab.events import Event

LINE_FORMAT: Final = "%(asctime)s %(levelname)s [%(process)d %(threadName)s] %(name)s: %(message)s"
_LOG = logging.getLogger("tinylab")
_MARK = "unforeseen"
_KEPT_RECORDS = 200
_KEPT_ACTIONS = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that nobody foresaw."""

    summary: str  # one line: where it happened
    details: str  # as it stands in the log, with the traceback


class _GuardedEvent(Event[Fault]):
    """One listener that fails keeps neither the others nor the one that emits from going on."""

    def emit(self, value: Fault) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(value)
            except Exception:  # noqa: BLE001 - whoever reports a fault must not get another one
                _LOG.warning("a listener to faults failed", exc_info=True)


# Listeners are called in the thread where the fault was logged, any thread; they must be quick and not wait.
on_unforeseen: Final[Event[Fault]] = _GuardedEvent()


def unforeseen(where: str) -> None:
    """Log the exception that is being handled as a fault; for the `except Exception` at a thread's or slot's end."""
    _LOG.error("unforeseen: %s", where, exc_info=True, extra={_MARK: True})


def unforeseen_text(where: str, details: str) -> None:
    """Log a fault that arrived as text, as the traceback of another process."""
    _LOG.error("unforeseen: %s\n%s", where, details.rstrip(), extra={_MARK: True})


def is_fault(record: logging.LogRecord) -> bool:
    """Whether a record of the log is a fault of TinyLab."""
    return record.levelno >= logging.ERROR and (bool(record.exc_info) or getattr(record, _MARK, False))


class Memory(logging.Handler):
    """Keeps the last records, actions and facts, and calls the listeners at a fault."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter(LINE_FORMAT))
        self._records: deque[str] = deque(maxlen=_KEPT_RECORDS)
        self._actions: deque[str] = deque(maxlen=_KEPT_ACTIONS)
        self._facts: dict[str, str] = {}
        self._guard = threading.Lock()
        self._announcing = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the record."""
        text = self.format(record)
        with self._guard:
            self._records.append(text)

    def handle(self, record: logging.LogRecord) -> bool:
        """Remember the record; then, without holding any lock, call the listeners if it is a fault."""
        handled = super().handle(record)
        if is_fault(record) and not getattr(self._announcing, "now", False):
            self._announcing.now = True  # a fault of a listener is logged, and announced to nobody
            try:
                on_unforeseen.emit(Fault(record.getMessage().splitlines()[0], self.format(record)))
            finally:
                self._announcing.now = False
        return bool(handled)

    def add_action(self, text: str) -> None:
        """Remember what the user did."""
        with self._guard:
            self._actions.append(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}")

    def set_fact(self, name: str, text: str) -> None:
        """Remember how things are, in place of what was known of it before."""
        with self._guard:
            self._facts[name] = text

    def as_text(self) -> str:
        """Everything that is remembered, for a report."""
        with self._guard:
            facts = [f"{name}: {text}" for name, text in self._facts.items()]
            parts = (("Now", facts), ("Last actions", list(self._actions)), ("Last records", list(self._records)))
        return "\n".join("\n".join((f"== {title}", *lines, "")) for title, lines in parts)


MEMORY: Final = Memory()  # `start_logging` puts it into the log; there is one per process


def note_action(text: str) -> None:
    """Say what the user does now, as "record a take"; the report has the last ones."""
    _LOG.debug("action: %s", text)
    MEMORY.add_action(text)


def note_fact(name: str, text: str) -> None:
    """Say how things are now, as the connected board; the report has it, and so has the log."""
    _LOG.info("%s: %s", name, text)
    MEMORY.set_fact(name, text)
