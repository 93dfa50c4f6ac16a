"""UARTE: a UART with EasyDMA (nRF52833 PS, UARTE). Every byte takes its time on the line."""

from __future__ import annotations

from collections.abc import Callable

from tinylab.virtualboard.core.clock import CPU_HZ, NEVER
from tinylab.virtualboard.peripherals.base import EVENTS, SHORTS, Peripheral, Wires

_STARTRX, _STOPRX, _STARTTX, _STOPTX, _FLUSHRX = 0x000, 0x004, 0x008, 0x00C, 0x02C
RXDRDY, ENDRX, TXDRDY, ENDTX, RXTO, RXSTARTED, TXSTARTED, TXSTOPPED = (
    0x108,
    0x110,
    0x11C,
    0x120,
    0x144,
    0x14C,
    0x150,
    0x158,
)
_ENABLE, _BAUDRATE = 0x500, 0x524
_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT = 0x534, 0x538, 0x53C
_TXD_PTR, _TXD_MAXCNT, _TXD_AMOUNT = 0x544, 0x548, 0x54C
_ENDRX_STARTRX, _ENDRX_STOPRX = 1 << 5, 1 << 6
_ENABLED = 8
_BITS_PER_BYTE = 10  # start bit, 8 data bits, stop bit
_BAUD_UNIT = 1 << 32  # PS UARTE, BAUDRATE: register = baud rate × 2³² / 16 MHz


class SerialUnit(Peripheral):
    """UARTE0. `send` takes what went out; `receive` puts bytes on the line."""

    def __init__(self, base: int, wires: Wires, send: Callable[[bytes], None]) -> None:
        super().__init__(base, wires)
        self._send = send
        self._waiting = bytearray()  # on the line or still in the host's cable
        self._first_at = NEVER  # when the first of them has arrived
        self._listening = False
        self._target = (0, 0)  # address and size of the buffer that is being filled
        self._filled = 0
        self._sent_at = NEVER
        self._source = (0, 0)  # address and size of what is being sent; it is read until the end, so it must not change

    def reset(self) -> None:
        super().reset()
        self._waiting.clear()
        self._first_at = self._sent_at = NEVER
        self._listening, self._filled, self._source = False, 0, (0, 0)

    @property
    def transfer_cycles(self) -> int:
        """How long the bytes on the line still take."""
        return len(self._waiting) * self._byte_cycles()

    def receive(self, data: bytes) -> None:
        """The host sends `data` now; each byte takes its time."""
        if data and not self._waiting:
            self._first_at = self.wires.clock.now + self._byte_cycles()
        self._waiting += data

    def _byte_cycles(self) -> int:
        register = self.registers.get(_BAUDRATE, 0x0400_0000) or 1
        return _BITS_PER_BYTE * CPU_HZ * _BAUD_UNIT // (16_000_000 * register)

    def read(self, offset: int) -> int:
        if EVENTS <= offset < SHORTS:
            self.advance(self.wires.clock.now)
        return super().read(offset)

    def task(self, offset: int, times: int) -> None:
        if self.registers.get(_ENABLE, 0) != _ENABLED:
            return
        if offset == _STARTTX:
            self._start_sending()
        elif offset == _STARTRX:
            self._start_listening()
        elif offset == _STOPRX:
            self._listening = False
            self._end_buffer()
            self.signal(RXTO)
        elif offset == _STOPTX:
            self.signal(TXSTOPPED)

    def _start_sending(self) -> None:
        length = self.registers.get(_TXD_MAXCNT, 0)
        self._source = (self.registers.get(_TXD_PTR, 0), length)
        self._sent_at = self.wires.clock.now + length * self._byte_cycles()
        self.signal(TXSTARTED)

    def _start_listening(self) -> None:
        self._listening, self._filled = True, 0
        self._target = (self.registers.get(_RXD_PTR, 0), self.registers.get(_RXD_MAXCNT, 0))
        self.signal(RXSTARTED)

    def due(self) -> int:
        """The end of a transmission; the next byte only where its event is awaited, since DMA needs no CPU."""
        wanted = self._waiting and self.inten & (1 << 2 | 1 << 4)
        return min(self._sent_at, self._first_at) if wanted else self._sent_at

    def advance(self, now: int) -> None:
        if now >= self._sent_at:
            self._sent_at = NEVER
            sent = self.wires.memory.load(*self._source)
            self.registers[_TXD_AMOUNT] = len(sent)
            self._send(sent)
            self.signal(TXDRDY)
            self.signal(ENDTX)
        if now >= self._first_at:
            self._arrive(now)

    def _arrive(self, now: int) -> None:
        byte_cycles = self._byte_cycles()
        count = min(len(self._waiting), 1 + (now - self._first_at) // byte_cycles)
        data = bytes(self._waiting[:count])
        del self._waiting[:count]
        self._first_at = self._first_at + count * byte_cycles if self._waiting else NEVER
        while data and self._listening:
            data = self._fill(data)

    def _fill(self, data: bytes) -> bytes:
        """As much of `data` as the buffer takes; returns the rest."""
        address, size = self._target
        part = data[: size - self._filled]
        self.wires.memory.store(address + self._filled, part)
        self._filled += len(part)
        self.signal(RXDRDY, len(part))
        if self._filled >= size:
            self._end_buffer()
            if self.registers.get(SHORTS, 0) & _ENDRX_STARTRX and size:
                self._start_listening()
            else:
                self._listening = False
        return data[len(part) :]

    def _end_buffer(self) -> None:
        self.registers[_RXD_AMOUNT] = self._filled
        self.signal(ENDRX)
