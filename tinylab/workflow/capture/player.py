"""Plays a take: a position that moves with time, and the virtual board that moves as the take did."""

from __future__ import annotations

from tinylab.data.recording import Recording
from tinylab.events import Event
from tinylab.workflow.board.motion import Motion
from tinylab.workflow.inbox import Inbox


class Player:
    """One take at a time; at its end, or when another board motion is asked for, it stops by itself."""

    def __init__(self, motion: Motion, inbox: Inbox) -> None:
        self.changed: Event[None] = Event()
        self.take_id: int | None = None  # what plays now
        self._motion, self._inbox = motion, inbox
        self._began = self._seconds = self._from = 0.0
        inbox.every_pump(self._tick)

    @property
    def position_s(self) -> float:
        """Where in the take it is, in s."""
        if self.take_id is None:
            return self._from
        return min(self._seconds, self._from + self._inbox.now() - self._began)

    def play(self, recording: Recording, from_s: float = 0.0) -> None:
        """Play a take from a moment on; the virtual board plays along where one is connected."""
        take = recording.header
        first = min(max(0, round(from_s * take.rate_hz)), len(recording.counts) - 1)
        rest = Recording(take.with_changes(samples=len(recording.counts) - first), recording.counts[first:].copy())
        self._motion.replay(rest)
        self.take_id, self._from = take.id, first / take.rate_hz
        self._began, self._seconds = self._inbox.now(), take.seconds
        self.changed.emit(None)

    def stop(self) -> None:
        """Stop where it is."""
        if self.take_id is None:
            return
        self._from = self.position_s
        self.take_id = None
        if self._motion.there:
            self._motion.come_to_rest()
        self.changed.emit(None)

    def _tick(self, _now: float) -> None:
        if self.take_id is not None and self.position_s >= self._seconds:
            self.stop()
            self._from = 0.0
