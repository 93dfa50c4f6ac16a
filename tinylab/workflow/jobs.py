"""Long work in threads, each with progress and cancel; results come back through the inbox."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from tinylab.errors import CancelledError, TinyLabError
from tinylab.events import Event
from tinylab.workflow.inbox import Inbox

T = TypeVar("T")
_LOG = logging.getLogger("tinylab")
_CLOSE_TIMEOUT_S = 10.0


class Job:
    """One piece of work as the screen shows it. The working thread calls `tell` and looks at `cancelled`."""

    def __init__(self, title: str, cancel_text: str = "Cancel") -> None:
        self.title = title
        self.cancel_text = cancel_text
        self.detail = ""
        self.fraction: float | None = None  # None: nobody knows
        self._cancel = threading.Event()

    def report(self, detail: str, fraction: float | None = None) -> None:
        """Say what is going on."""
        self.detail, self.fraction = detail, fraction

    def cancel(self) -> None:
        """Ask the work to end."""
        self._cancel.set()

    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._cancel.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, but not for longer than until the job is cancelled; then raise CancelledError."""
        if self._cancel.wait(seconds):
            raise CancelledError("Cancelled.")


class Jobs:
    """The jobs that run now."""

    def __init__(self, inbox: Inbox) -> None:
        self.changed: Event[None] = Event()
        self._inbox = inbox
        self._running: dict[Job, threading.Thread] = {}

    @property
    def running(self) -> tuple[Job, ...]:
        """What runs now, oldest first."""
        return tuple(self._running)

    def start(
        self,
        title: str,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[TinyLabError], None],
        cancel_text: str = "Cancel",
    ) -> Job:
        """Run `work` in a thread of its own; `done` or `failed` is called in the owning thread.

        A cancelled job fails with CancelledError. What nobody foresaw becomes an error message too, with the details
        in the log.
        """
        job = Job(title, cancel_text)

        def run() -> None:
            try:
                result = work(job)
            except TinyLabError as error:
                self._inbox.post(lambda caught=error: self._finish(job, lambda: failed(caught)))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - a thread must not die silently
                _LOG.exception("%s failed", title)
                wrapped = TinyLabError(f"{title} failed: {error}.", hint="The log has the details; please report it.")
                self._inbox.post(lambda: self._finish(job, lambda: failed(wrapped)))
            else:
                self._inbox.post(lambda: self._finish(job, lambda: done(result)))

        thread = threading.Thread(target=run, name=title, daemon=True)
        self._running[job] = thread
        thread.start()
        self.changed.emit(None)
        return job

    def _finish(self, job: Job, tell: Callable[[], None]) -> None:
        thread = self._running.pop(job, None)
        if thread is not None:
            thread.join()
        tell()
        self.changed.emit(None)

    def close(self) -> None:
        """Cancel everything and wait for it, pumping, so that nothing is left running."""
        for job in self._running:
            job.cancel()
        deadline = time.monotonic() + _CLOSE_TIMEOUT_S
        self._inbox.wait(lambda: not self._running, max(0.0, deadline - time.monotonic()))
