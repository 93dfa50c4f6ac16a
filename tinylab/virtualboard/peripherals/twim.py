"""TWIM: an I2C master with EasyDMA (nRF52833 PS, TWIM), and the devices on its bus."""

from __future__ import annotations

from typing import Protocol

from tinylab.virtualboard.core.clock import CPU_HZ, NEVER
from tinylab.virtualboard.peripherals.base import SHORTS, Peripheral, Wires

_STARTRX, _STARTTX, _STOP = 0x000, 0x008, 0x014
STOPPED, ERROR, RXSTARTED, TXSTARTED, LASTRX, LASTTX = 0x104, 0x124, 0x14C, 0x150, 0x15C, 0x160
_ERRORSRC, _ENABLE, _FREQUENCY, _ADDRESS = 0x4C4, 0x500, 0x524, 0x588
_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT = 0x534, 0x538, 0x53C
_TXD_PTR, _TXD_MAXCNT, _TXD_AMOUNT = 0x544, 0x548, 0x54C
_LASTTX_STARTRX, _LASTTX_STOP, _LASTRX_STOP = 1 << 7, 1 << 9, 1 << 12
_ADDRESS_NACK = 2
_ENABLED = 6
_BITS_PER_BYTE = 9  # with its acknowledge


class I2cDevice(Protocol):
    """Something on the bus."""

    def write(self, data: bytes, now: int) -> None:
        """The master wrote `data` at time `now` (cycles)."""

    def read(self, length: int, now: int) -> bytes:
        """The master begins at time `now` to read so many bytes."""


class TwoWireMaster(Peripheral):
    """Carries out a whole transfer when it would be over; byte times count, byte order on the bus does not show."""

    def __init__(self, base: int, wires: Wires, devices: dict[int, I2cDevice]) -> None:
        super().__init__(base, wires)
        self._devices = devices
        self._todo: str = ""
        self._begun_at = 0
        self._done_at = NEVER

    def reset(self) -> None:
        super().reset()
        self._todo, self._done_at = "", NEVER

    @property
    def busy(self) -> bool:
        """Whether a transfer is under way."""
        return self._done_at != NEVER

    def write(self, offset: int, value: int) -> None:
        if offset == _ERRORSRC:  # writing ones clears
            value = self.registers.get(_ERRORSRC, 0) & ~value
        super().write(offset, value)

    def task(self, offset: int, times: int) -> None:
        if self.registers.get(_ENABLE, 0) != _ENABLED:
            return
        if offset == _STARTTX:
            self._begin("write", self.registers.get(_TXD_MAXCNT, 0), TXSTARTED)
        elif offset == _STARTRX:
            self._begin("read", self.registers.get(_RXD_MAXCNT, 0), RXSTARTED)
        elif offset == _STOP:
            self._todo, self._done_at = "stop", self.wires.clock.now + self._bit_cycles()

    def _begin(self, what: str, length: int, event: int, start: int | None = None) -> None:
        self.signal(event)
        start = self.wires.clock.now if start is None else start
        bits = 1 + _BITS_PER_BYTE * (length + 1)
        if self.registers.get(_ADDRESS, 0) not in self._devices:
            bits = 1 + _BITS_PER_BYTE
        self._begun_at = start
        self._todo, self._done_at = what, start + bits * self._bit_cycles()

    def _bit_cycles(self) -> int:
        # PS TWIM, FREQUENCY: 0x06400000 is 400 kHz, and so on in proportion.
        return CPU_HZ * 0x0640_0000 // (400_000 * max(1, self.registers.get(_FREQUENCY, 0x0400_0000)))

    def due(self) -> int:
        return self._done_at

    def advance(self, now: int) -> None:
        while now >= self._done_at:
            time, todo = self._done_at, self._todo
            self._todo, self._done_at = "", NEVER
            device = self._devices.get(self.registers.get(_ADDRESS, 0))
            if todo == "stop":
                self.signal(STOPPED)
            elif device is None:
                self.registers[_ERRORSRC] = self.registers.get(_ERRORSRC, 0) | _ADDRESS_NACK
                self.signal(ERROR)
            elif todo == "write":
                self._write(device, time)
            else:
                self._read(device, time)

    def _write(self, device: I2cDevice, time: int) -> None:
        length = self.registers.get(_TXD_MAXCNT, 0)
        device.write(self.wires.memory.load(self.registers.get(_TXD_PTR, 0), length), time)
        self.registers[_TXD_AMOUNT] = length
        self.signal(LASTTX)
        shorts = self.registers.get(SHORTS, 0)
        if shorts & _LASTTX_STARTRX:
            self._begin("read", self.registers.get(_RXD_MAXCNT, 0), RXSTARTED, time)
        elif shorts & _LASTTX_STOP:
            self._todo, self._done_at = "stop", time + self._bit_cycles()

    def _read(self, device: I2cDevice, time: int) -> None:
        length = self.registers.get(_RXD_MAXCNT, 0)
        self.wires.memory.store(self.registers.get(_RXD_PTR, 0), device.read(length, self._begun_at))
        self.registers[_RXD_AMOUNT] = length
        self.signal(LASTRX)
        if self.registers.get(SHORTS, 0) & _LASTRX_STOP:
            self._todo, self._done_at = "stop", time + self._bit_cycles()
