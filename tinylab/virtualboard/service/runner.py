"""Keeps a board alive: moves virtual time along, passes bytes, watches the drive, serves the control channel."""

from __future__ import annotations

import select
import time
from pathlib import Path
from typing import Any

from tinylab.virtualboard.core.clock import CPU_HZ
from tinylab.virtualboard.service.board import VirtualBoard
from tinylab.virtualboard.service.commands import Commands
from tinylab.virtualboard.service.control import ControlServer
from tinylab.virtualboard.service.registry import RunningBoard

_SLICE = CPU_HZ // 50  # virtual time between two looks at the world when running fast: 20 ms
_LOOK_S = 0.05  # between two looks at the drive
_LAG_S = 0.25  # further behind the wall clock than this is given up


class Runner:
    """One board, from plugging in to `stopping`."""

    def __init__(
        self, name: str, pid: int, folder: Path, unique_id: int, fast: bool = False, odr_error: float = 0.002
    ) -> None:
        """`folder` gets the drive; `odr_error` is the sensor clock's error as a fraction."""
        self._control = ControlServer()
        drive = folder / "MICROBIT"
        running = RunningBoard(name, pid, "", drive, self._control.port, self._control.token, fast)
        self.board = VirtualBoard(running, unique_id, odr_error)
        self._commands = Commands(self.board)
        self._next_look = 0.0
        self._anchor = (0.0, 0)  # a wall time and the virtual time that belongs to it
        self.board.plugged_in.subscribe(lambda _: self._settle())
        self.board.plug()

    def close(self) -> None:
        """Unplug and leave nothing behind."""
        self.board.unplug()
        self._control.close()

    def run(self) -> None:
        """Go on until the board's `stopping` is set."""
        while not self.board.stopping:
            self._run_once()

    def _run_once(self) -> None:
        """Move time along once, then look at the world."""
        timeout = _LOOK_S
        if self.board.port is not None:
            timeout = self._run_fast() if self.board.hurrying else self._run_paced()
            self.board.flush()
        self._wait(timeout)
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_S
            self.board.drive.poll()

    def _run_fast(self) -> float:
        """One slice of virtual time, unless the host has to read first; returns how long to wait in s."""
        machine, port = self.board.machine, self.board.port
        blocked = port is not None and bool(port.unsent)
        if not blocked:
            machine.run_until(machine.clock.now + _SLICE)
        self._settle()
        return _LOOK_S if blocked else 0.0

    def _run_paced(self) -> float:
        """Catch up with the wall clock; returns how long to wait in s."""
        machine = self.board.machine
        wall, start = self._anchor
        target = start + int((time.monotonic() - wall) * CPU_HZ)
        if target - machine.clock.now > _LAG_S * CPU_HZ:
            target = machine.clock.now + int(_LAG_S * CPU_HZ)
            self._anchor = (time.monotonic(), target)
            wall, start = self._anchor
        machine.run_until(target)
        due_s = (machine.idle_until - start) / CPU_HZ - (time.monotonic() - wall)
        return min(_LOOK_S, max(0.0, due_s))

    def _settle(self) -> None:
        """From now on, virtual time and wall clock go together."""
        self._anchor = (time.monotonic(), self.board.machine.clock.now)

    def _wait(self, timeout_s: float) -> None:
        port = self.board.port
        readers: list[Any] = [*self._control.readers()]
        writers: list[Any] = []
        if port is not None and not self.board.stalled:
            readers += port.readers()
            writers += port.writers() if port.unsent else []
        ready, _, _ = select.select(readers, writers, [], timeout_s)
        if not ready:
            return
        self._control.serve(ready, self._commands.handle)
        port = self.board.port  # a command may have unplugged it
        if port is not None and not self.board.stalled and any(item in ready for item in port.readers()):
            self._receive(port.read())

    def _receive(self, data: bytes) -> None:
        if not data:
            return
        if not self.board.hurrying:
            self._run_paced()  # the bytes arrive now, not when the CPU last did something
        self.board.receive(data)
