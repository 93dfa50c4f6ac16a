"""The one road from other threads into the thread that owns all state."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable


class Inbox:
    """Other threads post calls; the owning thread carries them out when it pumps."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._filled = threading.Event()
        self._owner = threading.get_ident()
        self._ticks: list[Callable[[float], None]] = []
        self.now: Callable[[], float] = time.monotonic  # seconds; what every tick is given

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` carried out in the owning thread; may be called from any thread."""
        self._calls.put(call)
        self._filled.set()

    def every_pump(self, tick: Callable[[float], None]) -> None:
        """Have `tick(now)` called at each pump; `now` is in seconds, of which only differences mean anything."""
        self._ticks.append(tick)

    def pump(self) -> None:
        """Carry out what was posted; only the owning thread may."""
        assert threading.get_ident() == self._owner, "only the thread that made the inbox may pump it"
        self._filled.clear()
        for _ in range(self._calls.qsize()):
            self._calls.get()()
        now = self.now()
        for tick in self._ticks:
            tick(now)

    def wait(self, until: Callable[[], bool], timeout_s: float) -> bool:
        """Pump until `until()` holds; False where it does not within the time."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.pump()
            if until():
                return True
            if time.monotonic() > deadline:
                return False
            self._filled.wait(0.02)
