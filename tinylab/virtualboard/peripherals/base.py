"""What all peripherals share: registers, tasks, events, interrupt enables (nRF52833 PS, "Peripheral interface")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tinylab.virtualboard.core.clock import NEVER, VirtualClock

EVENTS = 0x100
SHORTS = 0x200
INTEN = 0x300
INTENSET = 0x304
INTENCLR = 0x308


class InterruptLines(Protocol):
    """The interrupt controller, as a peripheral sees it."""

    def latch(self, irq: int) -> None:
        """An interrupt became pending."""


class EventBus(Protocol):
    """PPI, as a peripheral sees it."""

    def fire(self, address: int, times: int) -> None:
        """The event at `address` happened so many times."""


class Memory(Protocol):
    """What EasyDMA reaches: RAM only (nRF52833 PS, "EasyDMA")."""

    def load(self, address: int, length: int) -> bytes:
        """Bytes from RAM; fewer where the range leaves it."""

    def store(self, address: int, data: bytes) -> None:
        """Bytes into RAM; what lies outside is lost."""


@dataclass(frozen=True, slots=True)
class Wires:
    """What a peripheral is connected to."""

    clock: VirtualClock
    lines: InterruptLines
    events: EventBus
    memory: Memory
    refresh: Callable[[], None]  # lets all peripherals catch up with the clock


class Peripheral:
    """One page of registers. Without more, it remembers what is written: enough for pin configuration.

    Times are in CPU cycles.
    """

    def __init__(self, base: int, wires: Wires) -> None:
        self.base = base
        self.irq = (base >> 12) & 0xFF  # nRF52833 PS, "Peripheral ID"
        self.wires = wires
        self.registers: dict[int, int] = {}
        self.inten = 0

    def reset(self) -> None:
        """As after power-on."""
        self.registers.clear()
        self.inten = 0

    def read(self, offset: int) -> int:
        """The register at `offset` bytes."""
        if INTEN <= offset <= INTENCLR:
            return self.inten
        return self.registers.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        """Write a register: starts a task, clears an event, sets an interrupt enable, or is remembered."""
        if offset < EVENTS:
            if value & 1:
                self.task(offset, 1)
        elif offset == INTENSET:
            self._enable(self.inten | value)
        elif offset == INTENCLR:
            self.inten &= ~value
        elif offset == INTEN:
            self._enable(value)
        else:
            self.registers[offset] = value

    def task(self, offset: int, times: int) -> None:
        """Start a task so many times; the CPU does so once, PPI maybe oftener."""

    def due(self) -> int:
        """When something happens by itself next, in cycles; NEVER where nothing does."""
        return NEVER

    def advance(self, now: int) -> None:
        """Let happen what is due until `now`."""

    def signal(self, event: int, times: int = 1) -> None:
        """An event happened: it is remembered, wakes the CPU if enabled, and goes out to PPI."""
        self.registers[event] = 1
        if self.inten & self._bit(event):
            self.wires.lines.latch(self.irq)
        self.wires.events.fire(self.base + event, times)

    def line(self) -> bool:
        """Whether an enabled event stands."""
        if not self.inten:
            return False
        return any(
            value and self.inten & self._bit(at) for at, value in self.registers.items() if EVENTS <= at < SHORTS
        )

    def _enable(self, inten: int) -> None:
        self.inten = inten
        if self.line():
            self.wires.lines.latch(self.irq)

    @staticmethod
    def _bit(event: int) -> int:
        return 1 << ((event - EVENTS) >> 2)
