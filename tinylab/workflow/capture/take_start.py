"""Where a take begins in the stream: with the next sample, where a simulated motion begins, or where motion is seen."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tinylab.dsp.motion_level import motion_level, span_samples
from tinylab.link.link import Link
from tinylab.link.wire import Button, Samples

_MOST_HELD = 4096  # blocks that wait for somebody to say where the take begins; then it begins with them
_SAMPLES_LOOKED_AT = 4096  # for the level, at most


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

    def listen(self) -> None:
        """Hear from the link what begins the take; nothing but its samples, unless a subclass says otherwise."""

    def end(self) -> None:
        """Hear nothing more."""

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
                self._counts_anew()
            self._held.append(block)
            self._look(block)
            if self._waits:
                return []
            held, self._held = self._held, []
            return [part for part in map(self._trimmed, held) if len(part.counts)]

    def _counts_anew(self) -> None:
        """The board began to count its samples anew: a number from before means nothing any more."""
        self._first, self._waits = None, False

    def _look(self, block: Samples) -> None:
        """See whether the wait is over."""
        del block
        if len(self._held) >= _MOST_HELD:
            self._waits = False

    def _trimmed(self, block: Samples) -> Samples:
        """The block from the take's first sample on."""
        before = 0 if self._first is None else min(max(self._first - block.sample_number, 0), len(block.counts))
        if before == 0:
            return block
        rate_hz = self._link.stream.state().rate_hz
        time_us = block.time_us + (round(before * 1e6 / rate_hz) if rate_hz > 0 else 0)
        return replace(block, time_us=time_us, sample_number=block.sample_number + before, counts=block.counts[before:])


class WaitedStart(TakeStart):
    """A take that waits, for as long as it takes, and then begins a little earlier than what it waited for.

    `began` is called once, in the reader thread, when the take has begun.
    """

    def __init__(self, link: Link, rate_hz: float, pre_roll_s: float, began: Callable[[], None]) -> None:
        super().__init__(link)
        self._waits = True
        self._rate_hz, self._pre_roll = rate_hz, round(pre_roll_s * rate_hz)
        self._began = began

    def wait(self) -> None:
        """It waits already: a simulated motion does not say where the take begins."""

    def begin_at(self, number: int | None) -> None:
        """As `wait`."""

    def now(self) -> None:
        """What it waited for has come: the take begins with the next sample, and the pre-roll before it."""
        with self._lock:
            newest = self._held[-1] if self._held else None
            self._start_at(None if newest is None else newest.sample_number + len(newest.counts))

    def _start_at(self, number: int | None) -> None:
        if self._waits:
            self._first = None if number is None else max(number - self._pre_roll, 0)
            self._waits = False
            self._began()

    def _counts_anew(self) -> None:
        self._held.clear()

    def _look(self, block: Samples) -> None:
        """Let go of what nobody needs: only the pre-roll, and what a level looks back over, is held."""
        if not self._waits:
            return
        needed = self._pre_roll + span_samples(self._rate_hz) + len(block.counts)
        while self._held and self._samples_behind_first() >= needed:
            self._held.pop(0)

    def _samples_behind_first(self) -> int:
        first, newest = self._held[0], self._held[-1]
        return newest.sample_number + len(newest.counts) - first.sample_number - len(first.counts)


class ButtonStart(WaitedStart):
    """A take that begins when a button of the board is pressed."""

    def listen(self) -> None:
        """Hear the buttons."""
        self._link.on_button.append(self.pressed)

    def end(self) -> None:
        """Hear them no more."""
        with contextlib.suppress(ValueError):
            self._link.on_button.remove(self.pressed)

    def pressed(self, button: Button) -> None:
        """One was; called in the reader thread."""
        del button  # any of them
        self.now()


class MotionStart(WaitedStart):
    """A take that begins by itself when something moves."""

    def __init__(
        self,
        link: Link,
        rate_hz: float,
        pre_roll_s: float,
        began: Callable[[], None],
        *,
        g_per_count: float,
        threshold_g: float,
    ) -> None:
        super().__init__(link, rate_hz, pre_roll_s, began)
        self._g_per_count = g_per_count
        self.threshold_g = threshold_g  # may be changed while it waits
        self._calm = self._was_calm()  # at rest once: what moves already when the wait begins starts nothing

    def _was_calm(self) -> bool:
        """Whether it is at rest when the wait begins, by the last samples before it."""
        span = span_samples(self._rate_hz)
        seen = self._link.stream.snapshot(span)
        levels = motion_level(seen.counts * self._g_per_count, self._rate_hz)
        return len(levels) == span and not seen.gaps and bool(levels[-1] <= self.threshold_g)

    def _look(self, block: Samples) -> None:
        super()._look(block)
        if not self._waits:
            return
        counts = np.concatenate([held.counts for held in self._held])[-_SAMPLES_LOOKED_AT:]
        span = span_samples(self._rate_hz)
        if len(counts) < span:
            return  # the level of less than its span is not one
        levels = motion_level(counts * self._g_per_count, self._rate_hz)
        news = levels[span - 1 :][-len(block.counts) :]
        first = block.sample_number + len(block.counts) - len(news)
        for offset, above in enumerate(news > self.threshold_g):
            if above and self._calm:
                self._start_at(first + offset)
                return
            self._calm = self._calm or not above
