"""What the control channel can ask of a board."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tinylab.errors import BoardError
from tinylab.virtualboard.motion.gestures import RATE_HZ, gesture
from tinylab.virtualboard.peripherals.gpio import BUTTONS
from tinylab.virtualboard.service.board import VirtualBoard

Request = dict[str, Any]


class Commands:
    """Carries requests out, between two slices of virtual time."""

    def __init__(self, board: VirtualBoard) -> None:
        self._board = board
        self._repetitions = 0
        self._actions: dict[str, Callable[[Request], Request | None]] = {
            "hello": lambda _: None,
            "play": self._play,
            "gesture": self._gesture,
            "pose": self._pose,
            "rest": self._rest,
            "plug": lambda _: board.plug(),
            "unplug": lambda _: board.unplug(),
            "reset": lambda _: board.machine.reset(),
            "button": self._button,
            "stall": lambda request: board.stall(_positive(request, "seconds")),
            "lose_bytes": lambda request: board.faults.lose_bytes(int(_positive(request, "count"))),
            "flip_bits": lambda request: board.faults.flip_bits(int(_positive(request, "count"))),
            "overrun": lambda request: board.machine.hold(_positive(request, "seconds")),
            "power_cut_next_flash": self._power_cut,
            "state": self._state,
            "shutdown": self._shutdown,
        }

    def handle(self, request: Request) -> Request:
        """Do what `request["do"]` names; returns what there is to report. Raises BoardError."""
        action = self._actions.get(str(request.get("do")))
        if action is None:
            raise BoardError(f"The virtual board does not know how to {request.get('do')!r}.")
        return action(request) or {}

    def _now_s(self) -> float:
        """The motion changes now: what the sensor has measured until now is settled first."""
        machine = self._board.machine
        machine.sensor.catch_up(machine.clock.now)
        return machine.clock.seconds

    def _play(self, request: Request) -> Request:
        data = base64.b64decode(request["samples"], validate=True)
        samples = np.frombuffer(data, dtype="<f4").reshape(-1, 3).astype(np.float64)
        return self._begin(samples, float(request["rate_hz"]), loop=bool(request.get("loop", False)))

    def _begin(self, samples: npt.NDArray[np.float64], rate_hz: float, *, loop: bool) -> Request:
        """Let a motion begin with the sensor's next sample: every time, each sample meets it at the same place."""
        self._now_s()
        number, at_s = self._board.machine.sensor.next_sample(self._board.machine.clock.seconds)
        self._board.motion.play(samples, rate_hz, at_s, loop)
        return {"first_sample": number}

    def _gesture(self, request: Request) -> Request:
        self._repetitions += 1
        motion = gesture(str(request["name"]), int(request["subject_seed"]), self._repetitions)
        return {**self._begin(motion, RATE_HZ, loop=False), "duration_s": len(motion) / RATE_HZ}

    def _pose(self, request: Request) -> None:
        self._now_s()
        self._board.motion.pose(float(request["x"]), float(request["y"]), float(request["z"]))

    def _rest(self, _request: Request) -> None:
        self._now_s()
        self._board.motion.come_to_rest()

    def _button(self, request: Request) -> None:
        name = str(request["name"])
        if name not in BUTTONS:
            raise BoardError(f"There is no button {name!r}.")
        self._board.machine.pins.press(name, _positive(request, "seconds"))

    def _power_cut(self, _request: Request) -> None:
        self._board.power_cut_next_flash = True

    def _shutdown(self, _request: Request) -> None:
        self._board.stopping = True

    def _state(self, _request: Request) -> Request:
        board, machine = self._board, self._board.machine
        return {
            "playing": board.motion.playing(machine.clock.seconds),
            "virtual_s": machine.clock.seconds,
            "resets": machine.resets,
            "flash": board.flash_state,
            "image_sha256": board.image_sha256,
            "fault": machine.cpu.fault,
            "plugged": board.port is not None,
            "serial_port": board.running_board().serial_port,
            "display": machine.display(),
            "unsent_bytes": len(board.port.unsent) if board.port is not None else 0,
            "dropped_bytes": board.dropped_bytes,
        }


def _positive(request: Request, key: str) -> float:
    value = float(request[key])
    if not 0 <= value < 1e6:
        raise BoardError(f"{key} must lie between 0 and a million.")
    return value
