"""The accelerometer of an LSM303AGR: registers, output data rates, ranges and the 32-deep FIFO.

By the LSM303AGR datasheet (DocID027765) and application note AN4825. Its own oscillator is a little off, as in life.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tinylab.virtualboard.core.clock import CPU_HZ

ADDRESS = 0x19
FIFO_DEPTH = 32
_WHO_AM_I, _CTRL1, _CTRL4, _CTRL5, _STATUS = 0x0F, 0x20, 0x23, 0x24, 0x27
_OUT, _OUT_END, _FIFO_CTRL, _FIFO_SRC = 0x28, 0x2E, 0x2E, 0x2F
_IDENTITY = 0x33
_RATES_HZ = {1: 1.0, 2: 10.0, 3: 25.0, 4: 50.0, 5: 100.0, 6: 200.0, 7: 400.0, 9: 1344.0}  # CTRL_REG1_A, ODR
_RANGES_G = (2, 4, 8, 16)  # CTRL_REG4_A, FS
# "Sensor characteristics": g per digit at 12 bits; fewer bits have proportionally larger steps.
_G_PER_COUNT = {2: 0.00098, 4: 0.00195, 8: 0.0039, 16: 0.01172}
_LOW_POWER, _HIGH_RESOLUTION, _BIG_ENDIAN, _FIFO_ENABLE = 0x08, 0x08, 0x40, 0x40
_BYPASS, _FIFO, _STREAM = 0, 1, 2
_BYTES = 6

# Takes times in virtual seconds, shape (n,), returns g, shape (n, 3).
Motion = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]


class Lsm303agr:
    """Samples are taken when somebody looks, at the times at which the sensor would have taken them."""

    def __init__(self, motion: Motion, odr_error: float = 0.002) -> None:
        """`odr_error` is how much faster than nominal its clock runs, as a fraction."""
        self._motion = motion
        self._odr_error = odr_error
        self.reset()

    def reset(self) -> None:
        """As after power-on: powered down, FIFO empty."""
        self._registers = {_WHO_AM_I: _IDENTITY, _CTRL1: 0x07}
        self._pointer = 0
        self._fifo: deque[bytes] = deque(maxlen=FIFO_DEPTH)
        self._output = bytes(_BYTES)
        self._new = False
        self._started = 0  # cycles
        self._taken = 0  # samples since then
        self._fifo_stopped = False

    # The bus

    def write(self, data: bytes, now: int) -> None:
        """The register number (bit 7: count it up), then values."""
        self.catch_up(now)
        if not data:
            return
        self._pointer = data[0]
        for value in data[1:]:
            self._write_register(self._pointer & 0x7F, value, now)
            self._count_up()

    def read(self, length: int, now: int) -> bytes:
        """Registers from the last number written on."""
        self.catch_up(now)
        if self._fifo_on() and self._pointer == _OUT | 0x80 and length % _BYTES == 0:
            return b"".join(self._pop() for _ in range(length // _BYTES))
        values = bytearray()
        for _ in range(length):
            values.append(self._read_register(self._pointer & 0x7F))
            self._count_up()
        return bytes(values)

    def _count_up(self) -> None:
        if not self._pointer & 0x80:
            return
        register = (self._pointer & 0x7F) + 1
        if register == _OUT_END and self._fifo_on():
            register = _OUT  # rolls over inside the FIFO's output
        self._pointer = 0x80 | (register & 0x7F)

    def _read_register(self, register: int) -> int:
        if register == _FIFO_SRC:
            return self._source()
        if register == _STATUS:
            return 0x0F if self._new else 0
        if _OUT <= register < _OUT_END:
            return self._read_output(register - _OUT)
        return self._registers.get(register, 0)

    def _read_output(self, index: int) -> int:
        if index == 0 and self._fifo_on():
            self._pop()
        self._new = False
        return self._output[index]

    def _pop(self) -> bytes:
        if self._fifo:
            self._output = self._fifo.popleft()
            self._fifo_stopped = False
        return self._output

    def _source(self) -> int:
        """FIFO_SRC_REG_A: WTM, OVRN, EMPTY, FSS; OVRN stands while all 32 places are taken."""
        unread = len(self._fifo)
        above = unread >= (self._registers.get(_FIFO_CTRL, 0) & 0x1F) and unread > 0
        full = unread == FIFO_DEPTH
        return above << 7 | full << 6 | (unread == 0) << 5 | min(unread, 31)

    def _write_register(self, register: int, value: int, now: int) -> None:
        before = self._registers.get(register, 0)
        self._registers[register] = value
        if register == _CTRL1 and (before ^ value) & 0xF0:
            self._started, self._taken = now, 0
        elif register == _FIFO_CTRL and value >> 6 == _BYPASS:
            self._fifo.clear()
            self._fifo_stopped = False
        elif register == _CTRL5 and not value & _FIFO_ENABLE:
            self._fifo.clear()

    # The sensor

    def _fifo_on(self) -> bool:
        return bool(self._registers.get(_CTRL5, 0) & _FIFO_ENABLE and self._registers.get(_FIFO_CTRL, 0) >> 6)

    def rate_hz(self) -> float:
        """The true output data rate; 0 while powered down."""
        return _RATES_HZ.get(self._registers[_CTRL1] >> 4, 0.0) * (1 + self._odr_error)

    def next_sample(self, now_s: float) -> tuple[int, float]:
        """(how many samples were taken since it was switched on, when the next one will be, in virtual s)."""
        rate_hz = self.rate_hz()
        if not rate_hz:
            return 0, now_s
        return self._taken, self._started / CPU_HZ + (self._taken + 1) / rate_hz

    def catch_up(self, now: int) -> None:
        """Take all samples due until `now` (cycles), with the motion as it has been until now."""
        rate_hz = self.rate_hz()
        if not rate_hz:
            return
        total = int((now - self._started) / CPU_HZ * rate_hz)
        new = total - self._taken
        if new <= 0:
            return
        kept = min(new, FIFO_DEPTH)  # older ones would be overwritten at once
        if self._registers.get(_FIFO_CTRL, 0) >> 6 == _FIFO:
            kept = new  # here the oldest stay
        numbers = np.arange(total - kept + 1, total + 1)
        self._taken = total
        self._store(self._counts(self._motion(self._started / CPU_HZ + numbers / rate_hz)))

    def _store(self, counts: npt.NDArray[np.int16]) -> None:
        data = counts.astype(">i2" if self._registers.get(_CTRL4, 0) & _BIG_ENDIAN else "<i2").tobytes()
        samples = [data[at : at + _BYTES] for at in range(0, len(data), _BYTES)]
        self._new = True
        if not self._fifo_on():
            self._output = samples[-1]
        elif self._registers[_FIFO_CTRL] >> 6 == _FIFO:
            space = 0 if self._fifo_stopped else FIFO_DEPTH - len(self._fifo)
            self._fifo.extend(samples[:space])
            self._fifo_stopped = len(self._fifo) == FIFO_DEPTH
        else:
            self._fifo.extend(samples)  # stream: the oldest make room

    def _counts(self, motion_g: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
        """Left-justified counts; what is beyond the range saturates."""
        range_g = _RANGES_G[self._registers.get(_CTRL4, 0) >> 4 & 3]
        bits = self._bits()
        step_g = _G_PER_COUNT[range_g] * 2 ** (12 - bits)
        limit = 2 ** (bits - 1)
        # At 16 g the digits would reach 24 g, further than the sensor does.
        most = limit - 1 if range_g < 16 else round(range_g / step_g)
        counts = np.clip(np.rint(motion_g / step_g), max(-limit, -most - 1), most)
        return (counts * 2 ** (16 - bits)).astype(np.int16)

    def _bits(self) -> int:
        """Of resolution: CTRL_REG1_A's LPen and CTRL_REG4_A's HR choose 8, 10 or 12."""
        if self._registers[_CTRL1] & _LOW_POWER:
            return 8
        return 12 if self._registers.get(_CTRL4, 0) & _HIGH_RESOLUTION else 10
