"""A board that is a script: it streams as fast as asked, leaves out what it is told, and counts tell their numbers."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from tinylab.boards.catalog import boards
from tinylab.errors import LinkError
from tinylab.link import wire
from tinylab.link.framing import Frame, FrameReader, encode
from tinylab.text import tr

BLOCK: Final = 36  # samples: as many as a message holds
_AT_ONCE = 16  # blocks that a read may bring
_FACTORS: Final = np.array([1, 7, 13])
_COUNTS: Final = 1001  # before the counts begin again


def counts_of(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    """The counts of samples by their numbers, shape (samples, 3)."""
    return ((numbers[:, None] * _FACTORS) % _COUNTS - _COUNTS // 2).astype(np.int16)


class ScriptedSource:
    """The host's end of its cable; see tinylab.link.transports.Transport.

    `speed`: samples come so many times faster than the board's clock says. `skips`: number of a sample → how many are
    missing from there on.
    """

    name = "scripted source"

    def __init__(self, speed: float, skips: Mapping[int, int] | None = None) -> None:
        self.left_out: list[tuple[int, int]] = []  # (number of the first sample that is missing, how many)
        self._speed, self._skips = speed, dict(skips or {})
        self._changed = threading.Condition()
        self._reader = FrameReader()
        self._answers: list[bytes] = []
        self._closed = self._streaming = False
        self._rate_hz, self._range_g, self._began = 100, 4, 0.0
        self._number = self._sent = self._sequence = 0

    def write(self, data: bytes) -> None:
        """What the host says is answered at once."""
        with self._changed:
            for frame in self._reader.feed(data):
                self._hear(frame)
            self._changed.notify_all()

    def close(self) -> None:
        """The host has hung up."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def read(self, timeout_s: float) -> bytes:
        """Answers first, then as many blocks as are due."""
        with self._changed:
            if not self._changed.wait_for(self._something, timeout=min(timeout_s, self._until_next_s())):
                return b""
            if self._closed:
                raise LinkError(tr("The scripted source was closed."))
            answers, self._answers = b"".join(self._answers), []
            return answers + b"".join(self._block() for _ in range(min(self._due(), _AT_ONCE)))

    def _something(self) -> bool:
        return self._closed or bool(self._answers) or self._due() > 0

    def _due(self) -> int:
        """Blocks that should have come by now."""
        if not self._streaming:
            return 0
        return int((time.monotonic() - self._began) * self._rate_hz * self._speed) // BLOCK - self._sent

    def _until_next_s(self) -> float:
        if not self._streaming:
            return 1.0
        due_s = (self._sent + 1) * BLOCK / (self._rate_hz * self._speed)
        return max(0.0, self._began + due_s - time.monotonic()) + 0.0005

    def _block(self) -> bytes:
        self._leave_out()
        numbers = np.arange(self._number, self._number + BLOCK)
        time_us = 1_000_000 + self._number * 1_000_000 // self._rate_hz
        self._number, self._sent = self._number + BLOCK, self._sent + 1
        return self._framed(wire.Samples(time_us, int(numbers[0]), 0, counts_of(numbers)))

    def _leave_out(self) -> None:
        missing = sum(self._skips.pop(number) for number in sorted(self._skips) if number <= self._number)
        if missing:
            self.left_out.append((self._number, missing))
            self._number += missing

    def _framed(self, message: wire.Message) -> bytes:
        self._sequence = (self._sequence + 1) & 0xFF
        return encode(message, self._sequence)

    def _hear(self, frame: Frame) -> None:
        message = frame.message
        if isinstance(message, wire.HelloAsk):
            self._answers.append(self._framed(self._hello()))
            return
        if isinstance(message, wire.Start):
            self._rate_hz, self._range_g, self._streaming = message.rate_hz, message.range_g, True
            self._number, self._sent, self._began = 0, 0, time.monotonic()
        elif isinstance(message, wire.Stop):
            self._streaming = False
        self._answers.append(self._framed(wire.Ack(message.NUMBER, frame.sequence)))

    def _hello(self) -> wire.Hello:
        return wire.Hello(
            protocol=wire.PROTOCOL_VERSION, board_id=boards()[0].id, unique_id=1, build_id=bytes(8), uptime_ms=0,
            sensor_id=boards()[0].sensor.id, range_g=self._range_g, rate_hz=self._rate_hz, g_per_count=0.002,
            capabilities=wire.CAPABILITY_STREAM, model_hash=bytes(8), labels=0, window_samples=0, stride_samples=0,
            model_rate_hz=0, model_range_g=0,
        )  # fmt: skip
