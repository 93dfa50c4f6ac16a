"""Port pins (nRF52833 PS, GPIO): their configuration, and the two buttons that pull theirs to ground."""

from __future__ import annotations

from typing import Final

from tinylab.virtualboard.core.clock import CPU_HZ
from tinylab.virtualboard.peripherals.base import Peripheral, Wires

_IN, _PIN_CNF = 0x510, 0x700
_INPUT_DISCONNECTED: Final = 1 << 1  # of PIN_CNF, and so it is after reset
# micro:bit V2 schematic: both on port 0, each with a resistor of 4.7 kOhm that pulls the pin up while it is released.
BUTTONS: Final = {"A": 14, "B": 23}


class Pins(Peripheral):
    """The page of both ports; of port 0 the buttons' pins can be read."""

    def __init__(self, base: int, wires: Wires) -> None:
        super().__init__(base, wires)
        self._held_until: dict[str, int] = {}  # in cycles

    def press(self, name: str, seconds: float) -> None:
        """Hold a button down for so long, in virtual time."""
        self._held_until[name] = self.wires.clock.now + round(seconds * CPU_HZ)

    def read(self, offset: int) -> int:
        """IN has a 1 for each pin that is high and whose input is connected."""
        if offset == _IN:
            return sum(1 << pin for name, pin in BUTTONS.items() if self._high(name, pin))
        if _PIN_CNF <= offset < _PIN_CNF + 4 * 32:
            return self.registers.get(offset, _INPUT_DISCONNECTED)
        return super().read(offset)

    def _high(self, name: str, pin: int) -> bool:
        connected = not self.registers.get(_PIN_CNF + 4 * pin, _INPUT_DISCONNECTED) & _INPUT_DISCONNECTED
        return connected and self.wires.clock.now >= self._held_until.get(name, 0)
