"""Plays windows of takes, one after the other, each from its beginning to its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from tinylab.data.recording import Recording
from tinylab.errors import TinyLabError
from tinylab.workflow.capture.player import Player
from tinylab.workflow.project.document import Document

Window = tuple[int, float, float]  # id of a take, from and to in s


class WindowPlayer:
    """Stops as soon as something else is played."""

    def __init__(self, document: Document, player: Player) -> None:
        self._document, self._player = document, player
        self._waiting: deque[Window] = deque()
        self.now: Window | None = None  # what plays

    def play(self, windows: Iterable[Window]) -> None:
        """Play these."""
        self._waiting = deque(windows)
        self._next()

    def stop(self) -> None:
        """Play no more."""
        self._waiting.clear()
        if self.now is not None and self._player.take_id == self.now[0]:
            self._player.stop()
        self.now = None

    def tick(self) -> None:
        """Go on with the next one where one has ended; to be called often."""
        if self.now is None:
            return
        if self._player.take_id is None:
            self._next()
        elif self._player.take_id != self.now[0]:  # somebody plays something else
            self._waiting.clear()
            self.now = None

    def _next(self) -> None:
        self.now = None
        while self._waiting and self.now is None:
            window = self._waiting.popleft()
            if self._begin(window):
                self.now = window

    def _begin(self, window: Window) -> bool:
        take_id, start_s, end_s = window
        try:
            whole = self._document.recording(take_id)
        except TinyLabError:
            return False  # its take says so itself
        end = min(len(whole.counts), max(1, round(end_s * whole.header.rate_hz)))
        self._player.play(Recording(whole.header.with_changes(samples=end), whole.counts[:end].copy()), start_s)
        return True
