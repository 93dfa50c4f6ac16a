"""Work that follows the document: one thread at a time, begun again when something has changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from tinylab.errors import TinyLabError
from tinylab.workflow.task import Task, Tasks

T = TypeVar("T")


class Background(Generic[T]):
    """Runs `work` in a thread each time `begin` is called, never twice at once; results go to `done`.

    `work` is given the task and whatever `prepare` has read in the owning thread just before. What fails is said to
    `failed`, and what was there before stays.
    """

    def __init__(
        self,
        tasks: Tasks,
        title: str,
        prepare: Callable[[], Callable[[Task[T]], T]],
        done: Callable[[T], None],
        failed: Callable[[TinyLabError], None] = lambda _: None,
    ) -> None:
        self._tasks, self._title, self._prepare, self._done, self._failed = tasks, title, prepare, done, failed
        self._task: Task[T] | None = None
        self._again = False

    @property
    def task(self) -> Task[T] | None:
        """What runs now."""
        return self._task

    @property
    def busy(self) -> bool:
        """Whether it works, or will."""
        return self._task is not None

    def begin(self) -> None:
        """Work with what is there now; where it works already, once more afterwards."""
        if self._task is not None:
            self._again = True
            return
        try:
            work = self._prepare()
        except TinyLabError as error:  # the project was closed while the work before went on
            self._failed(error)
            return
        self._task = self._tasks.start(self._title, work)
        self._task.then(self._finished, self._ended)

    def restart(self) -> None:
        """What runs is no longer wanted: work anew."""
        if self._task is not None:
            self._task.cancel()
        self.begin()

    def cancel(self) -> None:
        """Let what runs end without a result, and begin nothing more."""
        self._again = False
        if self._task is not None:
            self._task.cancel()

    def _finished(self, value: T) -> None:
        self._task = None
        self._done(value)
        self._go_on()

    def _ended(self, error: TinyLabError) -> None:
        self._task = None
        self._failed(error)
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self._again = False
            self.begin()
