"""A board in this process: the real image on the virtual machine, spoken to in typed messages."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from intelhex import IntelHex

from tinylab.link.framing import Frame, FrameReader, encode
from tinylab.link.wire import Message
from tinylab.virtualboard.core.clock import CPU_HZ
from tinylab.virtualboard.machine import Machine
from tinylab.virtualboard.motion.simulated_motion import SimulatedMotion
from tinylab.virtualboard.service.drive import parse_image

M = TypeVar("M")
UNIQUE_ID = 0x1122334455667788


class BoardUnderTest:
    """Runs in virtual time only: `run` is exact and needs no waiting."""

    def __init__(self, hex_file: Path, odr_error: float = 0.002) -> None:
        self.out = bytearray()
        self.reader = FrameReader()
        self.motion = SimulatedMotion()
        self.machine = Machine(UNIQUE_ID, self.motion, self.out.extend, odr_error)
        self.machine.program(parse_image(hex_file.read_bytes()).parts)
        self._sequence = 0
        self.run(0.01)

    def run(self, seconds: float) -> list[Frame]:
        """What the board sends within some virtual time."""
        self.machine.run_until(self.machine.clock.now + int(seconds * CPU_HZ))
        data, self.out[:] = bytes(self.out), b""
        return self.reader.feed(data)

    def send(self, message: Message) -> int:
        """Put a message on the line; returns its sequence number."""
        self._sequence = (self._sequence + 1) & 0xFF
        self.machine.receive(encode(message, self._sequence))
        return self._sequence

    def ask(self, message: Message, answer: type[M], seconds: float = 0.2) -> M:
        """The first answer of this kind."""
        self.send(message)
        for frame in self.run(seconds):
            if isinstance(frame.message, answer):
                return frame.message
        raise AssertionError(f"no {answer.__name__}")


def size_of(hex_file: Path) -> int:
    """Bytes of program in a .hex file."""
    return sum(end - start for start, end in IntelHex(str(hex_file)).segments())
