"""What an action comes to: a task has a state, progress, and in the end a result or an error. Nobody reads notices."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Generic, TypeVar, cast

from tinylab.errors import CancelledError, TinyLabError, UnforeseenError
from tinylab.events import Event
from tinylab.text import tr
from tinylab.workflow.inbox import Inbox

T = TypeVar("T")
_LOG = logging.getLogger("tinylab")
_CLOSE_TIMEOUT_S = 10.0
_FOREVER_S = 10.0 * 365 * 24 * 3600


class TaskState(Enum):
    """Where a task stands."""

    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()


class Task(Generic[T]):
    """One action. The window draws it, the command line waits for it: `run = trainer.train(settings).result()`.

    Whoever works calls `report` and looks at `cancelled`; both may be called from any thread. Everything else belongs
    to the owning thread, in which the callbacks are called, too.
    """

    def __init__(self, title: str, inbox: Inbox) -> None:
        self.title = title
        self.detail = ""  # what it is doing
        self.fraction: float | None = None  # how much is done, 0…1; None: nobody knows
        self.state = TaskState.RUNNING
        self.error: TinyLabError | None = None
        self._inbox = inbox
        self._value: T | None = None
        self._cancel = threading.Event()
        self._ended: list[Callable[[], None]] = []

    # --- the one who works ------------------------------------------------------------------------------

    def report(self, detail: str, fraction: float | None = None) -> None:
        """Say what is going on."""
        self.detail, self.fraction = detail, fraction

    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._cancel.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, but not for longer than until the task is cancelled; then raise CancelledError."""
        if self._cancel.wait(seconds):
            raise CancelledError(tr("Cancelled."))

    def finish(self, value: T) -> None:
        """It is done; in the owning thread. A second end does nothing."""
        if self.running:
            self._value, self.state = value, TaskState.DONE
            self._end()

    def fail(self, error: TinyLabError) -> None:
        """It could not be done, or was cancelled; in the owning thread. A second end does nothing."""
        if self.running:
            self.error = error
            self.state = TaskState.CANCELLED if isinstance(error, CancelledError) else TaskState.FAILED
            self._end()

    def _end(self) -> None:
        ended, self._ended = self._ended, []
        for call in ended:
            call()

    # --- the one who waits ------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.state is TaskState.RUNNING

    @property
    def value(self) -> T:
        """The result of a task that is done."""
        assert self.state is TaskState.DONE, "only a task that is done has a result"
        return cast(T, self._value)

    def cancel(self) -> None:
        """Ask the work to end."""
        self._cancel.set()

    def then(
        self, done: Callable[[T], None] = lambda _: None, failed: Callable[[TinyLabError], None] = lambda _: None
    ) -> Task[T]:
        """Have one of the two called when it ends, at once where it has; returns the task."""

        def call() -> None:
            if self.error is not None:
                failed(self.error)
            else:
                done(self.value)

        if self.running:
            self._ended.append(call)
        else:
            call()
        return self

    def result(self, timeout_s: float = _FOREVER_S) -> T:
        """Wait for the end, pumping the inbox; returns the result or raises the error.

        Raises TinyLabError where it has not ended within `timeout_s`; the task goes on.
        """
        if not self._inbox.wait(lambda: not self.running, timeout_s):
            raise TinyLabError(
                tr("{title} took longer than {timeout_s:.0f} s.", title=self.title, timeout_s=timeout_s),
                hint=tr("Try again, or restart TinyLab."),
            )
        if self.error is not None:
            raise self.error
        return self.value


class Tasks:
    """The tasks that run now."""

    def __init__(self, inbox: Inbox) -> None:
        self.changed: Event[None] = Event()
        self._inbox = inbox
        self._running: dict[Task[Any], threading.Thread | None] = {}

    @property
    def running(self) -> tuple[Task[Any], ...]:
        """What runs now, oldest first."""
        return tuple(self._running)

    def begin(self, title: str) -> Task[Any]:
        """A task that somebody else ends by `finish` or `fail`, as a take that is recorded."""
        task: Task[Any] = Task(title, self._inbox)
        self._running[task] = None
        task.then(lambda _: self._forget(task), lambda _: self._forget(task))
        self.changed.emit(None)
        return task

    def start(self, title: str, work: Callable[[Task[T]], T]) -> Task[T]:
        """Run `work` in a thread of its own.

        A cancelled task fails with CancelledError. What nobody foresaw fails with UnforeseenError; the log has where.
        """
        task: Task[T] = Task(title, self._inbox)

        def run() -> None:
            try:
                value = work(task)
            except TinyLabError as error:
                self._inbox.post(lambda caught=error: self._finish(task, lambda: task.fail(caught)))  # type: ignore[misc]
            except Exception:  # noqa: BLE001 - a thread must not die silently
                _LOG.exception("%s failed", title)
                self._inbox.post(lambda: self._finish(task, lambda: task.fail(UnforeseenError())))
            else:
                self._inbox.post(lambda: self._finish(task, lambda: task.finish(value)))

        thread = threading.Thread(target=run, name=title, daemon=True)
        self._running[task] = thread
        thread.start()
        self.changed.emit(None)
        return task

    def _finish(self, task: Task[Any], end: Callable[[], None]) -> None:
        thread = self._running.pop(task, None)
        if thread is not None:
            thread.join()
        end()
        self.changed.emit(None)

    def _forget(self, task: Task[Any]) -> None:
        self._running.pop(task, None)
        self.changed.emit(None)

    def failed(self, title: str, error: TinyLabError) -> Task[Any]:
        """A task that could not even begin."""
        task: Task[Any] = Task(title, self._inbox)
        task.fail(error)
        return task

    def close(self) -> None:
        """Cancel everything and wait for it, pumping, so that nothing is left running."""
        for task in self._running:
            task.cancel()
        deadline = time.monotonic() + _CLOSE_TIMEOUT_S
        self._inbox.wait(lambda: not any(self._running.values()), max(0.0, deadline - time.monotonic()))
