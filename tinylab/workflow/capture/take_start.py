"""Where a take begins in the stream: with the next sample, or with the one at which a simulated motion begins."""

from __future__ import annotations

import threading
from dataclasses import replace

from tinylab.link.link import Link
from tinylab.link.wire import Samples

_MOST_HELD = 4096  # blocks that wait for somebody to say where the take begins; then it begins with them


class TakeStart:
    """Whoever wants to choose the first sample calls `wait` before the take begins, and `begin_at` once it is known.

    Until then blocks are held back, so that a motion that begins in the meantime is recorded from its first sample.
    `begin_at` may be called from any thread.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._waits = False
        self._first: int | None = None  # what comes before it does not belong to the take
        self._held: list[Samples] = []

    def wait(self) -> None:
        """Hold the take back until `begin_at`."""
        self._waits = True

    def begin_at(self, number: int | None) -> None:
        """The take begins with this sample of the stream; None: with what is held."""
        with self._lock:
            self._first, self._waits = number, False

    def pass_on(self, block: Samples) -> list[Samples]:
        """What belongs to the take, of the blocks so far and this one; called in the reader thread."""
        with self._lock:
            if self._held and block.sample_number < self._held[-1].sample_number:
                self._first, self._waits = None, False  # the board counts anew
            self._held.append(block)
            if self._waits and len(self._held) < _MOST_HELD:
                return []
            held, self._held = self._held, []
            return [part for part in map(self._trimmed, held) if len(part.counts)]

    def _trimmed(self, block: Samples) -> Samples:
        """The block from the take's first sample on."""
        before = 0 if self._first is None else min(max(self._first - block.sample_number, 0), len(block.counts))
        if before == 0:
            return block
        rate_hz = self._link.stream.state().rate_hz
        time_us = block.time_us + (round(before * 1e6 / rate_hz) if rate_hz > 0 else 0)
        return replace(block, time_us=time_us, sample_number=block.sample_number + before, counts=block.counts[before:])
