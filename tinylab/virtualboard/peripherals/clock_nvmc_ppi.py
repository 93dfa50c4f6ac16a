"""The small peripherals: CLOCK, NVMC and PPI (nRF52833 PS, the chapters of these names)."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.virtualboard.core.clock import CPU_HZ, NEVER
from tinylab.virtualboard.peripherals.base import Peripheral, Wires

HFCLKSTARTED = 0x100
HFCLKSTAT = 0x40C
_CRYSTAL_START = CPU_HZ * 360 // 1_000_000  # PS CLOCK, "32 MHz crystal oscillator": typical start-up time 0.36 ms


class ClockControl(Peripheral):
    """CLOCK: the crystal starts when asked to."""

    def __init__(self, base: int, wires: Wires) -> None:
        super().__init__(base, wires)
        self._started_at = NEVER

    def reset(self) -> None:
        super().reset()
        self._started_at = NEVER

    def task(self, offset: int, times: int) -> None:
        if offset == 0x000:  # HFCLKSTART
            self._started_at = self.wires.clock.now + _CRYSTAL_START

    def due(self) -> int:
        return self._started_at

    def advance(self, now: int) -> None:
        if now >= self._started_at:
            self._started_at = NEVER
            self.registers[HFCLKSTAT] = 0x10001  # running, from the crystal
            self.signal(HFCLKSTARTED)


class FlashController(Peripheral):
    """NVMC: always ready; firmware that writes flash itself is not supported."""

    def read(self, offset: int) -> int:
        return 1 if offset in {0x400, 0x408} else super().read(offset)  # READY, READYNEXT


class Interconnect(Peripheral):
    """PPI: 20 programmable channels from an event to a task."""

    _CHEN, _CHENSET, _CHENCLR, _CHANNELS = 0x500, 0x504, 0x508, 0x510

    def __init__(self, base: int, wires: Wires, start_task: Callable[[int, int], None]) -> None:
        super().__init__(base, wires)
        self._start_task = start_task
        self._routes: dict[int, list[int]] = {}

    def reset(self) -> None:
        super().reset()
        self._routes = {}

    def read(self, offset: int) -> int:
        return super().read(self._CHEN if offset in {self._CHENSET, self._CHENCLR} else offset)

    def write(self, offset: int, value: int) -> None:
        enabled = self.registers.get(self._CHEN, 0)
        if offset == self._CHENSET:
            offset, value = self._CHEN, enabled | value
        elif offset == self._CHENCLR:
            offset, value = self._CHEN, enabled & ~value
        super().write(offset, value)
        self._connect()

    def _connect(self) -> None:
        enabled = self.registers.get(self._CHEN, 0)
        self._routes = {}
        for channel in range(20):
            event = self.registers.get(self._CHANNELS + 8 * channel, 0)
            task = self.registers.get(self._CHANNELS + 8 * channel + 4, 0)
            if enabled >> channel & 1 and event and task:
                self._routes.setdefault(event, []).append(task)

    def fire(self, address: int, times: int) -> None:
        """The event at `address` happened so many times."""
        for task in self._routes.get(address, ()):
            self._start_task(task, times)
