"""Keeps a board alive: moves virtual time along, passes bytes, watches the drive, obeys the control channel."""

from __future__ import annotations

import select
import time
from pathlib import Path
from typing import Any

from tinylab.virtualboard.core.clock import CPU_HZ
from tinylab.virtualboard.machine import Machine
from tinylab.virtualboard.motion.simulated_motion import Hand
from tinylab.virtualboard.service.commands import Commands
from tinylab.virtualboard.service.control import ControlServer
from tinylab.virtualboard.service.drive import Drive, FlashImage
from tinylab.virtualboard.service.faults import CableFaults
from tinylab.virtualboard.service.registry import RegistryEntry, RunningBoard
from tinylab.virtualboard.service.serialport import SerialPort, open_serial_port

_SLICE = CPU_HZ // 50  # virtual time between two looks at the world when running fast: 20 ms
_BUSY = CPU_HZ // 4  # virtual time a fast board hurries on after the last byte from the host: 250 ms
_LOOK_S = 0.05  # between two looks at the drive
_LAG_S = 0.25  # further behind the wall clock than this is given up
_MOST_UNSENT = 64 * 1024  # bytes kept for a host that does not read, in real time


class Runner:
    """One board, from plugging in to `stop`."""

    def __init__(
        self, name: str, pid: int, folder: Path, unique_id: int, fast: bool = False, odr_error: float = 0.002
    ) -> None:
        """`folder` gets the drive; `odr_error` is the sensor clock's error as a fraction."""
        self.name, self.pid, self.fast = name, pid, fast
        self.hand = Hand(unique_id)
        self.machine = Machine(unique_id, self.hand, self._send, odr_error)
        self.faults = CableFaults()
        self.drive = Drive(folder / "MICROBIT", unique_id, self.program)
        self.flash_state = "empty"  # or "programmed", or "damaged" after a power cut
        self.image_sha256 = ""  # of the last .hex file programmed
        self.power_cut_next_flash = False
        self.dropped_bytes = 0  # that no host took in time
        self.stopping = False
        self.port: SerialPort | None = None  # None while unplugged
        self._entry = RegistryEntry(pid)
        self._stalled_until = 0  # cycles
        self._busy_until = 0  # cycles
        self._next_look = 0.0
        self._anchor = (0.0, 0)  # a wall time and the virtual time that belongs to it
        self.control = ControlServer(Commands(self).handle)
        self.plug()

    # Cable and power

    def plug(self) -> None:
        """Connect the board: port and drive appear, it starts as after power-on."""
        if self.port is not None:
            return
        self.port = open_serial_port()
        self.drive.insert()
        self.machine.reset()
        self._settle()
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
        address = self.port.address if self.port is not None else ""
        return RunningBoard(
            self.name, self.pid, address, self.drive.folder, self.control.port, self.control.token, self.fast
        )

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

    def stall(self, seconds: float) -> None:
        """Let the port pass nothing in either direction for some virtual time."""
        self._stalled_until = self.machine.clock.now + int(seconds * CPU_HZ)

    def close(self) -> None:
        """Unplug and leave nothing behind."""
        self.unplug()
        self.control.close()

    # The loop

    def run(self) -> None:
        """Go on until `stopping` is set."""
        while not self.stopping:
            self.turn()

    def turn(self) -> None:
        """Move time along once, then look at the world."""
        timeout = _LOOK_S
        if self.port is not None:
            timeout = self._run_fast() if self._hurrying() else self._run_paced()
            self._flush()
        self._wait(timeout)
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_S
            self.drive.poll()

    def _hurrying(self) -> bool:
        clock = self.machine.clock
        busy = clock.now < self._busy_until or self.hand.playing(clock.seconds)
        return self.fast and busy and not self._stalled()

    def _stalled(self) -> bool:
        return self.machine.clock.now < self._stalled_until

    def _run_fast(self) -> float:
        """One slice of virtual time, unless the host has to read first; returns how long to wait in s."""
        blocked = self.port is not None and bool(self.port.unsent)
        if not blocked:
            self.machine.run_until(self.machine.clock.now + _SLICE)
        self._settle()
        return _LOOK_S if blocked else 0.0

    def _run_paced(self) -> float:
        """Catch up with the wall clock; returns how long to wait in s."""
        wall, start = self._anchor
        target = start + int((time.monotonic() - wall) * CPU_HZ)
        if target - self.machine.clock.now > _LAG_S * CPU_HZ:
            target = self.machine.clock.now + int(_LAG_S * CPU_HZ)
            self._anchor = (time.monotonic(), target)
            wall, start = self._anchor
        self.machine.run_until(target)
        due_s = (self.machine.idle_until - start) / CPU_HZ - (time.monotonic() - wall)
        return min(_LOOK_S, max(0.0, due_s))

    def _settle(self) -> None:
        """From now on, virtual time and wall clock go together."""
        self._anchor = (time.monotonic(), self.machine.clock.now)

    def _wait(self, timeout_s: float) -> None:
        readers: list[Any] = [*self.control.readers()]
        writers: list[Any] = []
        if self.port is not None and not self._stalled():
            readers += self.port.readers()
            writers += self.port.writers() if self.port.unsent else []
        ready, _, _ = select.select(readers, writers, [], timeout_s)
        if not ready:
            return
        self.control.serve(ready)
        if self.port is not None and not self._stalled() and any(item in ready for item in self.port.readers()):
            self._receive(self.port.read())

    # Bytes

    def _receive(self, data: bytes) -> None:
        if not data:
            return
        clock = self.machine.clock
        if not self._hurrying():
            self._run_paced()  # the bytes arrive now, not when the CPU last did something
        self.machine.receive(data)
        self._busy_until = clock.now + _BUSY + self.machine.serial.transfer_cycles

    def _send(self, data: bytes) -> None:
        if self.port is None:
            return
        data = self.faults.pass_on(data)
        space = _MOST_UNSENT - len(self.port.unsent)
        if not self._hurrying() and len(data) > space:
            self.dropped_bytes += len(data) - space
            data = data[:space]
        self.port.unsent += data

    def _flush(self) -> None:
        if self.port is not None and not self._stalled():
            self.port.flush()


def _first_half(parts: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """What is in flash when the power fails half-way."""
    left = sum(len(data) for _, data in parts) // 2
    written = []
    for address, data in parts:
        written.append((address, data[:left]))
        left -= len(written[-1][1])
    return written
