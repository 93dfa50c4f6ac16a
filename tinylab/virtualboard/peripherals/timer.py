"""TIMER: a 16 MHz clock divided by a power of two, or a counter of tasks (nRF52833 PS, TIMER)."""

from __future__ import annotations

from tinylab.virtualboard.core.clock import NEVER
from tinylab.virtualboard.peripherals.base import Peripheral, Wires

_START, _STOP, _COUNT, _CLEAR, _CAPTURE = 0x000, 0x004, 0x008, 0x00C, 0x040
_COMPARE = 0x140
_MODE, _BITMODE, _PRESCALER, _CC = 0x504, 0x508, 0x510, 0x540
_CHANNELS = 6
_CYCLES_PER_16MHZ_TICK_LOG2 = 2
_BITS = {0: 16, 1: 8, 2: 24, 3: 32}


class Timer(Peripheral):
    """Counts without being asked: its value is worked out when somebody looks."""

    def __init__(self, base: int, wires: Wires) -> None:
        super().__init__(base, wires)
        self._running = False
        self._since = 0  # cycles, when _value was right
        self._value = 0
        self._shift = _CYCLES_PER_16MHZ_TICK_LOG2 + 4  # cycles per tick, as a power of two
        self._mask = 0xFFFF
        self._matches: dict[int, int] = {}  # channel → cycles at which it matches next
        self._next = NEVER

    def reset(self) -> None:
        super().reset()
        self._running, self._value, self._matches, self._next = False, 0, {}, NEVER
        self._shift, self._mask = _CYCLES_PER_16MHZ_TICK_LOG2 + 4, 0xFFFF

    def read(self, offset: int) -> int:
        if _COMPARE <= offset < _COMPARE + 4 * _CHANNELS:
            self.advance(self.wires.clock.now)
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if _CC <= offset < _CC + 4 * _CHANNELS:
            self._arm((offset - _CC) >> 2)
        elif offset == _PRESCALER:
            self._shift = _CYCLES_PER_16MHZ_TICK_LOG2 + (value & 0xF)
        elif offset == _BITMODE:
            self._mask = (1 << _BITS[value & 3]) - 1

    def task(self, offset: int, times: int) -> None:
        now = self.wires.clock.now
        if self._counter() and offset != _COUNT:
            self.wires.refresh()  # what is counted may be behind
        if _CAPTURE <= offset < _CAPTURE + 4 * _CHANNELS:
            self.registers[_CC + offset - _CAPTURE] = self._count(now)
            return
        self._value, self._since = self._count(now), now
        if offset == _START:
            self._running = True
        elif offset == _STOP:
            self._running = False
        elif offset == _CLEAR:
            self._value = 0
        elif offset == _COUNT and self._counter():
            self._value = (self._value + times) & self._mask
            return
        for channel in list(self._matches):
            self._arm(channel)

    def _counter(self) -> bool:
        return self.registers.get(_MODE, 0) != 0

    def _count(self, now: int) -> int:
        if not self._running or self._counter():
            return self._value
        return (self._value + ((now - self._since) >> self._shift)) & self._mask

    def _arm(self, channel: int) -> None:
        if self._running and not self._counter():
            target = self.registers.get(_CC + 4 * channel, 0)
            ticks = (target - self._value - 1) & self._mask
            due = self._since + ((ticks + 1) << self._shift)
            period = (self._mask + 1) << self._shift
            late = self.wires.clock.now - due
            self._matches[channel] = due if late < 0 else due + (late // period + 1) * period
        else:
            self._matches[channel] = NEVER
        self._next = min(self._matches.values())

    def due(self) -> int:
        return self._next

    def advance(self, now: int) -> None:
        if now < self._next:
            return
        for channel, due in self._matches.items():
            if due <= now:
                self._matches[channel] = due + ((self._mask + 1) << self._shift)
                self.signal(_COMPARE + 4 * channel)
        self._next = min(self._matches.values())
