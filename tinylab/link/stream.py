"""The last seconds of a signal in a ring, and what the stream of samples says of itself."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tinylab.link.wire import Samples

_RATE_BLOCKS = 64  # the measured rate looks back over this many SAMPLES messages
_MOST_GAPS = 256  # that the screen can show
_NUMBER_STEPS = 2**32  # the wire's sample number has 32 bits
_FAR_AHEAD = 1 << 16  # samples missing at once that no cable explains: the board counts anew


@dataclass(frozen=True, slots=True)
class StreamState:
    """What the chip shows."""

    samples: int = 0  # received since the stream began
    lost: int = 0  # missing from the sample numbers, whoever lost them
    overruns: int = 0  # of the lost ones, those that the sensor's FIFO overwrote
    rate_hz: float = 0.0  # measured from the board's clock; 0 before there is enough to measure


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A copy of the ring for the screen."""

    counts: npt.NDArray[np.int16]  # shape (samples, 3), oldest first
    last_sample: int  # number of the newest sample since START, as the wire counts; -1 before the first
    gaps: tuple[tuple[int, int], ...] = ()  # (index of the first sample after it, samples that are missing)

    def offsets(self) -> npt.NDArray[np.float64]:
        """How many samples before the newest one each was measured, lost ones counted in; shape (samples,), up to 0."""
        found = np.arange(len(self.counts), dtype=np.float64) - len(self.counts) + 1
        for index, missing in self.gaps:
            found[:index] -= missing
        return found


class SampleStream:
    """Fed by the reader thread, looked at by the screen; keeps `capacity` samples."""

    def __init__(self, capacity: int = 65_536) -> None:
        self._lock = threading.Lock()
        self._ring = np.zeros((capacity, 3), dtype=np.int16)
        self.restart()

    def restart(self) -> None:
        """Forget everything, as when the board starts to stream anew."""
        with self._lock:
            self._filled = 0
            self._next_number = 0
            self._samples = self._lost = self._overruns = 0
            self._times: deque[tuple[int, int]] = deque(maxlen=_RATE_BLOCKS)
            self._gaps: deque[tuple[int, int]] = deque(maxlen=_MOST_GAPS)  # (samples received before it, missing)

    def add(self, block: Samples) -> None:
        """Take one SAMPLES message."""
        with self._lock:
            self._count(block)
            self._samples += len(block.counts)
            self._overruns = block.overruns
            self._write(block.counts)

    def _count(self, block: Samples) -> None:
        """Numbers are counted on across their wrap; a number that jumps is a new beginning, and nothing got lost."""
        ahead = (block.sample_number - self._next_number) % _NUMBER_STEPS
        if ahead > _FAR_AHEAD:
            self._times.clear()
            self._next_number = block.sample_number
        else:
            if ahead and self._filled:
                self._gaps.append((self._filled, ahead))
            self._lost += ahead
            self._next_number += ahead
        if self._times and block.time_us < self._times[-1][1]:
            self._times.clear()
        self._times.append((self._next_number, block.time_us))
        self._next_number += len(block.counts)

    def _write(self, counts: npt.NDArray[np.int16]) -> None:
        capacity = len(self._ring)
        kept = counts[-capacity:]
        positions = (self._filled + len(counts) - len(kept) + np.arange(len(kept))) % capacity
        self._ring[positions] = kept
        self._filled += len(counts)

    def state(self) -> StreamState:
        """The counters and the measured rate."""
        with self._lock:
            return StreamState(self._samples, self._lost, self._overruns, self._rate())

    def _rate(self) -> float:
        if len(self._times) < 4:
            return 0.0
        (first, start_us), (last, end_us) = self._times[0], self._times[-1]
        return (last - first) * 1e6 / (end_us - start_us) if end_us > start_us else 0.0

    def snapshot(self, samples: int) -> Snapshot:
        """The newest `samples` samples, or as many as there are."""
        with self._lock:
            wanted = min(samples, self._filled, len(self._ring))
            positions = (self._filled - wanted + np.arange(wanted)) % len(self._ring)
            oldest = self._filled - wanted
            gaps = tuple((at - oldest, missing) for at, missing in self._gaps if at > oldest)
            return Snapshot(self._ring[positions], self._last_number(), gaps)

    def _last_number(self) -> int:
        return (self._next_number - 1) % _NUMBER_STEPS if self._next_number else -1
