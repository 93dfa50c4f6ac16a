"""A virtual board on its cable: the machine, its serial port and drive, what is in flash, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace

from tinylab.events import Event
from tinylab.virtualboard.core.clock import CPU_HZ
from tinylab.virtualboard.machine import Machine
from tinylab.virtualboard.motion.simulated_motion import SimulatedMotion
from tinylab.virtualboard.service.drive import Drive, FlashImage
from tinylab.virtualboard.service.faults import CableFaults
from tinylab.virtualboard.service.registry import RegistryEntry, RunningBoard
from tinylab.virtualboard.service.serialport import SerialPort, open_serial_port

_BUSY = CPU_HZ // 4  # virtual time a fast board hurries on after the last byte from the host: 250 ms
_MOST_UNSENT = 64 * 1024  # bytes kept for a host that does not read, in real time


class VirtualBoard:
    """One board. It is made unplugged, without a program; `stopping` asks its process to end."""

    def __init__(self, running: RunningBoard, unique_id: int, odr_error: float = 0.002) -> None:
        """`running` lacks only the serial port; `odr_error` is the sensor clock's error as a fraction."""
        self.motion = SimulatedMotion(unique_id)
        self.machine = Machine(unique_id, self.motion, self._send, odr_error)
        self.faults = CableFaults()
        self.drive = Drive(running.drive, unique_id, self.program)
        self.plugged_in: Event[None] = Event()
        self.flash_state = "empty"  # or "programmed", or "damaged" after a power cut
        self.image_sha256 = ""  # of the last .hex file programmed
        self.power_cut_next_flash = False
        self.dropped_bytes = 0  # that no host took in time
        self.stopping = False
        self.port: SerialPort | None = None  # None while unplugged
        self._running = running
        self._entry = RegistryEntry(running.pid)
        self._stalled_until = 0  # cycles
        self._busy_until = 0  # cycles

    # Cable and power

    def plug(self) -> None:
        """Connect the board: port and drive appear, it starts as after power-on."""
        if self.port is not None:
            return
        self.port = open_serial_port()
        self.drive.insert()
        self.machine.reset()
        self.plugged_in.emit(None)
        self._entry.publish(self.running_board())

    def unplug(self) -> None:
        """Pull the cable: port, drive and power vanish."""
        if self.port is None:
            return
        self._entry.withdraw()
        self.port.close()
        self.port = None
        self.drive.remove()

    def running_board(self) -> RunningBoard:
        """Where the board can be reached now."""
        return replace(self._running, serial_port=self.port.address if self.port is not None else "")

    def program(self, image: FlashImage) -> None:
        """Write an image and start it; the power may fail on the way."""
        self.image_sha256 = image.sha256
        if not self.power_cut_next_flash:
            self.flash_state = "programmed"
            self.machine.program(image.parts)
            return
        self.power_cut_next_flash = False
        self.flash_state = "damaged"
        self.machine.program(_first_half(image.parts))
        self.unplug()

    # Bytes

    def stall(self, seconds: float) -> None:
        """Let the port pass nothing in either direction for some virtual time."""
        self._stalled_until = self.machine.clock.now + int(seconds * CPU_HZ)

    @property
    def stalled(self) -> bool:
        """Whether the port passes nothing now."""
        return self.machine.clock.now < self._stalled_until

    @property
    def hurrying(self) -> bool:
        """Whether a fast board has something to do, so that it need not wait for the wall clock."""
        clock = self.machine.clock
        busy = clock.now < self._busy_until or self.motion.playing(clock.seconds)
        return self._running.fast and busy and not self.stalled

    def receive(self, data: bytes) -> None:
        """Bytes from the host arrive now."""
        self.machine.receive(data)
        self._busy_until = self.machine.clock.now + _BUSY + self.machine.serial.transfer_cycles

    def flush(self) -> None:
        """Pass on to the host what it takes."""
        if self.port is not None and not self.stalled:
            self.port.flush()

    def _send(self, data: bytes) -> None:
        if self.port is None:
            return
        data = self.faults.pass_on(data)
        space = _MOST_UNSENT - len(self.port.unsent)
        if not self.hurrying and len(data) > space:
            self.dropped_bytes += len(data) - space
            data = data[:space]
        self.port.unsent += data


def _first_half(parts: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """What is in flash when the power fails half-way."""
    left = sum(len(data) for _, data in parts) // 2
    written = []
    for address, data in parts:
        written.append((address, data[:left]))
        left -= len(written[-1][1])
    return written
