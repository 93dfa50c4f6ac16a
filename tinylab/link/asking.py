"""How long somebody waits for a board: one deadline for all the questions of an action, and the clock it goes by."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Protocol

from tinylab.errors import CancelledError, LinkError
from tinylab.link.framing import Frame
from tinylab.text import tr

HANDSHAKE_S = 5.0  # from opening the port to the first sample's START; nobody looks at "connecting …" for longer
LOOK_S = 0.1  # so often it is looked at whether somebody still waits


class NoAnswerError(LinkError):
    """Nothing that answers the question came in time."""


class Clock(Protocol):
    """Time as the one who waits knows it. There is one for the program; tests have one that they move."""

    def now(self) -> float:
        """Seconds; only differences mean anything."""

    def next_frame(self, frames: queue.Queue[Frame | None], timeout_s: float) -> Frame | None:
        """The next of `frames`; raises queue.Empty where none came in time."""


class SystemClock:
    """Seconds of the computer that neither the date nor the user can change."""

    def now(self) -> float:
        """See Clock."""
        return time.monotonic()

    def next_frame(self, frames: queue.Queue[Frame | None], timeout_s: float) -> Frame | None:
        """See Clock."""
        return frames.get(timeout=timeout_s)


SYSTEM_CLOCK = SystemClock()


class Deadline:
    """Until when an action may take, and whether anybody still wants it."""

    def __init__(
        self, seconds: float, cancelled: Callable[[], bool] = lambda: False, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._clock, self._cancelled = clock, cancelled
        self._end = clock.now() + seconds

    def left(self) -> float:
        """Seconds that are left, at least 0; raises CancelledError where nobody wants it any more."""
        if self._cancelled():
            raise CancelledError(tr("Cancelled."))
        return max(0.0, self._end - self._clock.now())

    def soonest(self, seconds: float) -> Deadline:
        """A deadline in so many seconds, but not after this one."""
        return Deadline(min(seconds, self.left()), self._cancelled, self._clock)
