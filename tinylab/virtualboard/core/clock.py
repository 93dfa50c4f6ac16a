"""Virtual time: the cycles the CPU ran, and those it slept through, at 64 MHz."""

from __future__ import annotations

from tinylab.virtualboard.core.native import Counter

CPU_HZ = 64_000_000
NEVER = 1 << 62  # later than anything, in cycles


class VirtualClock:
    """Tells the time in CPU cycles since the board was made; it goes on through resets."""

    def __init__(self) -> None:
        self.counter = Counter()
        self.slept = 0  # cycles in which the CPU did not run

    @property
    def now(self) -> int:
        """Cycles since the board was made."""
        return self.counter.cycles + self.slept

    @property
    def seconds(self) -> float:
        """Virtual seconds since the board was made."""
        return self.now / CPU_HZ

    def skip_to(self, time: int) -> None:
        """Let the CPU sleep until `time` (cycles); the past is ignored."""
        self.slept += max(0, time - self.now)
