"""Where the live window lies in a map that a network makes: asked for in a thread, five times a second at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.text import tr
from tinylab.workflow.explore.picture import Picture
from tinylab.workflow.inbox import Inbox
from tinylab.workflow.task import Task, Tasks

Point = tuple[float, float]
Ask = Callable[[Picture, npt.NDArray[np.floating], float], Point | None]
EVERY_S: Final = 0.2


class LivePoint:
    """The newest answer, and one question at a time. Belongs to the owning thread."""

    def __init__(self, inbox: Inbox, tasks: Tasks, ask: Ask) -> None:
        self._inbox, self._tasks, self._ask = inbox, tasks, ask
        self._task: Task[Point | None] | None = None
        self._asked_at = -EVERY_S
        self._of: Picture | None = None
        self._point: Point | None = None

    def ask(self, picture: Picture, window_g: npt.NDArray[np.floating], rate_hz: float) -> Point | None:
        """What was answered last for this picture; asks for the window where it is time to."""
        if picture is not self._of:
            self._of, self._point = picture, None
        now = self._inbox.now()
        if self._task is None and now - self._asked_at >= EVERY_S:
            self._asked_at = now
            self._task = self._tasks.start(
                tr("Placing the live window"), lambda _: self._ask(picture, window_g.copy(), rate_hz)
            )
            self._task.then(lambda point: self._answered(picture, point), lambda _: self._answered(picture, None))
        return self._point

    def _answered(self, picture: Picture, point: Point | None) -> None:
        self._task = None
        if picture is self._of:
            self._point = point
