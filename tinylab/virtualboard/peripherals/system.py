"""The Cortex-M4's own registers: NVIC, reset control and the cycle counter (ARM DDI 0403, B3 and C1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylab.virtualboard.core.clock import VirtualClock
from tinylab.virtualboard.peripherals.base import Peripheral

_ISER, _ICER, _ISPR, _ICPR = 0x100, 0x180, 0x200, 0x280
_AIRCR = 0xD0C
_AIRCR_KEY, _SYSRESETREQ = 0x05FA, 4
_CTRL, _CYCCNT = 0x000, 0x004


class SystemControl:
    """The page at 0xE000E000. Interrupts are never taken, they only end WFI; 64 of them are modelled."""

    def __init__(self, request_reset: Callable[[], None]) -> None:
        self._request_reset = request_reset
        self._registers: dict[int, int] = {}
        self._enabled = 0
        self._pending = 0
        self.peripherals: Sequence[Peripheral] = ()

    def reset(self) -> None:
        """As after power-on."""
        self._registers.clear()
        self._enabled = self._pending = 0

    def latch(self, irq: int) -> None:
        """An interrupt became pending."""
        self._pending |= 1 << irq

    def wakes(self) -> bool:
        """Whether an enabled interrupt is pending, which ends WFI even with PRIMASK set."""
        return bool(self._enabled & self._pending)

    def read(self, offset: int) -> int:
        """A register of the page."""
        for first, bits in (
            (_ISER, self._enabled),
            (_ICER, self._enabled),
            (_ISPR, self._pending),
            (_ICPR, self._pending),
        ):
            if offset in {first, first + 4}:
                return bits >> (8 * (offset - first)) & 0xFFFF_FFFF
        return self._registers.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        """Write a register of the page."""
        if _ISER <= offset < _ICPR + 8:
            self._interrupts(offset & ~0x7F, value << (8 * (offset & 4)))
        elif offset == _AIRCR and value >> 16 == _AIRCR_KEY and value & _SYSRESETREQ:
            self._request_reset()
        else:
            self._registers[offset] = value

    def _interrupts(self, register: int, bits: int) -> None:
        if register == _ISER:
            self._enabled |= bits
        elif register == _ICER:
            self._enabled &= ~bits
        elif register == _ISPR:
            self._pending |= bits
        else:
            self._pending &= ~bits
            for peripheral in self.peripherals:  # a line that still stands is pending again
                if bits >> peripheral.irq & 1 and peripheral.line():
                    self._pending |= 1 << peripheral.irq


class CycleCounter:
    """The page at 0xE0001000: DWT. CYCCNT counts the CPU's cycles and stands still while it sleeps."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._control = 0
        self._zero = 0

    def reset(self) -> None:
        """As after power-on."""
        self._control, self._zero = 0, self._clock.counter.cycles

    def read(self, offset: int) -> int:
        """A register of the page."""
        if offset == _CYCCNT:
            return (self._clock.counter.cycles - self._zero) & 0xFFFF_FFFF if self._control & 1 else 0
        return self._control if offset == _CTRL else 0

    def write(self, offset: int, value: int) -> None:
        """Write a register of the page."""
        if offset == _CTRL:
            self._control = value
        elif offset == _CYCCNT:
            self._zero = self._clock.counter.cycles - value
